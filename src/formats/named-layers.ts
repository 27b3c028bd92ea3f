import { checkArity, wrongKind } from '../check.js';
import type { LayerConfig, Module } from '../layers/module.js';
import { checkOptions } from '../options.js';
import { Tensor } from '../tensor.js';
import { isRecord } from './json.js';
import { build, type Registry, registryOf } from './layer-config.js';
import { type LayersOptions, modelOf, type ModelDetails } from './model.js';

/**
 * Makes a model from its files, of the classes of layers that are named: a bundle holds no others. Types, shapes and
 * checksum are compared before anything is allocated; weights may be NaN or infinite. The generator of random numbers
 * stays as it is.
 * @param options `layers`: every class that the files name, `Sequential` too; `everyLayer()` for all of the library
 * @throws FormatError where the files are not what `saveModel` makes, were changed since, are not of one model, or name
 * a class that is not in `layers`; TypeError, OutOfMemoryError; nothing is left then
 */
export function loadModel(
  files: { json: string; weights: Uint8Array },
  options: Required<LayersOptions>,
): { model: Module; details: ModelDetails } {
  checkArity('loadModel', arguments.length, 2);
  return modelOf(files, registry('loadModel', options));
}

/**
 * Makes a layer again from what its `config()` gave, of the classes that are named. Its parameters are initialised anew.
 * @param options `layers`: every class that the config names
 * @throws FormatError for an unknown type or argument, more than 10,000 layers, or more than 64 inside one another;
 * TypeError, OutOfMemoryError
 */
export function layerFromConfig(config: LayerConfig, options: Required<LayersOptions>): Module {
  checkArity('layerFromConfig', arguments.length, 2);
  return layerOf(config, registry('layerFromConfig', options));
}

/** `layerFromConfig` with the classes that the config may name. */
export function layerOf(config: LayerConfig, known: Registry): Module {
  const op = 'layerFromConfig';
  if (!isRecord(config)) throw wrongKind(op, 'config', 'an object with a type', config);
  return build(`${op}: config`, config, known, (shape, fill) => Tensor.computed(shape, fill)).model;
}

function registry(op: string, options: LayersOptions | undefined): Registry {
  checkOptions(op, options, ['layers']);
  return registryOf(op, options?.layers as NonNullable<LayersOptions['layers']>);
}
