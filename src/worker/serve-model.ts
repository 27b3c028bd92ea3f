import { checkArity, checkFunction } from '../check.js';
import { registryOf } from '../formats/layer-config.js';
import type { LayersOptions } from '../formats/model.js';
import type { LayerClass } from '../layers/module.js';
import { checkOptions } from '../options.js';
import { findPort } from '../runtime/worker-port.js';
import type { Importers } from './imported-file.js';
import type { OwnMeasures } from './measures.js';
import { type Request, UNREADABLE } from './messages.js';
import { ModelServer } from './server.js';

/**
 * Called in a worker, before it waits for anything: holds the model for the thread that opened this script by
 * `createModelWorker(model, { script })`.
 * @param options `layers`: classes of your own that the model may hold; `losses` and `metrics`: functions of your own that
 * `fit` may name; `importers`: what reads the models of other libraries that may be opened, `{ onnx: loadOnnx }`
 * @throws TypeError for what are no classes of layers; InitError outside of a worker
 */
export function serveModel(
  options: LayersOptions & OwnMeasures & { readonly importers?: Importers } = {},
): void {
  checkArity('serveModel', arguments.length, 1);
  checkOptions('serveModel', options, ['layers', 'losses', 'metrics', 'importers']);
  const { layers = [], losses = {}, metrics = {}, importers = {} } = options;
  registryOf('serveModel', layers);
  for (const [name, own] of Object.entries({ losses, metrics })) {
    checkOptions('serveModel', own, Object.keys(own ?? {}), name);
  }
  for (const [name, loss] of Object.entries(losses)) {
    checkFunction('serveModel', `losses: ${name}`, loss);
  }
  checkOptions('serveModel', importers, ['onnx', 'tfjs', 'tflite'], 'importers');
  for (const [name, load] of Object.entries(importers)) {
    checkFunction('serveModel', `importers: ${name}`, load);
  }
  serve('serveModel', layers, { losses, metrics }, importers);
}

/** Answers the calls for one model. @param op what errors name */
export function serve(
  op: string,
  layers: readonly LayerClass[],
  own: OwnMeasures = {},
  importers: Importers = {},
): void {
  const port = findPort(op);
  const post = (response: unknown, transfer: Transferable[]) =>
    port.postMessage(response, transfer);
  const server = new ModelServer(post, layers, own, importers);
  port.onMessage(
    (request) => void server.receive(request as Request),
    () => port.postMessage({ type: UNREADABLE }),
  );
}
