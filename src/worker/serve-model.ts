import { checkArity } from '../check.js';
import { registryOf } from '../formats/layer-config.js';
import type { LayersOptions } from '../formats/model.js';
import type { LayerClass } from '../layers/module.js';
import { checkOptions } from '../options.js';
import { findPort } from '../runtime/worker-port.js';
import { type Request, UNREADABLE } from './messages.js';
import { ModelServer } from './server.js';

/**
 * Called in a worker, before it waits for anything: holds the model for the thread that opened this script by
 * `createModelWorker(model, { script })`.
 * @param options `layers`: classes of your own that the model may hold
 * @throws TypeError for what are no classes of layers; InitError outside of a worker
 */
export function serveModel(options: LayersOptions = {}): void {
  checkArity('serveModel', arguments.length, 1);
  checkOptions('serveModel', options, ['layers']);
  const { layers = [] } = options;
  registryOf('serveModel', layers);
  serve('serveModel', layers);
}

/** Answers the calls for one model. @param op what errors name */
export function serve(op: string, layers: readonly LayerClass[]): void {
  const port = findPort(op);
  const post = (response: unknown, transfer: Transferable[]) =>
    port.postMessage(response, transfer);
  const server = new ModelServer(post, layers);
  port.onMessage(
    (request) => void server.receive(request as Request),
    () => port.postMessage({ type: UNREADABLE }),
  );
}
