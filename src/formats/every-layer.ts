import { checkArity } from '../check.js';
import {
  LPPool1d,
  LPPool2d,
  LPPool3d,
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
  AvgPool3d,
  GlobalAvgPool1d,
  GlobalAvgPool3d,
  GlobalMaxPool1d,
  GlobalMaxPool2d,
  GlobalMaxPool3d,
  MaxPool3d,
  AvgPool1d,
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  CELU,
  Conv1d,
  Conv2d,
  Conv3d,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  ChannelShuffle,
  Dropout,
  Embedding,
  PixelShuffle,
  PixelUnshuffle,
  ELU,
  Flatten,
  GELU,
  GlobalAvgPool2d,
  GroupNorm,
  Hardshrink,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSigmoid,
  LogSoftmax,
  MaxPool1d,
  MaxPool2d,
  Mish,
  PReLU,
  ReLU,
  ReLU6,
  RMSNorm,
  SELU,
  SeparableConv1d,
  SeparableConv2d,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Softsign,
  Tanh,
  Upsample,
  Threshold,
} from '../layers/index.js';
import type { LayerClass, LayerConfig, Module } from '../layers/module.js';
import { checkOptions } from '../options.js';
import { type Registry, registryOf } from './layer-config.js';
import { type LayersOptions, modelOf, type ModelDetails } from './model.js';
import { layerOf } from './named-layers.js';

/** The classes of all layers of the library, for a `loadModel` that has to be told them. */
export function everyLayer(): readonly LayerClass[] {
  return [
    ...[AvgPool1d, AvgPool2d, BatchNorm1d, BatchNorm2d, Conv1d, Conv2d, Conv3d],
    ...[ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, Dropout, ELU, Flatten, GELU],
    ...[GlobalAvgPool2d, Hardswish],
    ...[Hardtanh, LeakyReLU, Linear, MaxPool1d, MaxPool2d, ReLU, ReLU6, Sequential, Sigmoid, SiLU],
    ...[
      AdaptiveAvgPool1d,
      AdaptiveAvgPool2d,
      AdaptiveAvgPool3d,
      AdaptiveMaxPool1d,
      AdaptiveMaxPool2d,
      AdaptiveMaxPool3d,
      AvgPool3d,
      GlobalAvgPool1d,
      GlobalAvgPool3d,
      GlobalMaxPool1d,
      GlobalMaxPool2d,
      GlobalMaxPool3d,
      MaxPool3d,
    ],
    ...[ChannelShuffle, Embedding, PixelShuffle, PixelUnshuffle],
    ...[SeparableConv1d, SeparableConv2d],
    ...[LPPool1d, LPPool2d, LPPool3d],
    ...[LogSoftmax, Softmax, Softplus, Tanh],
    ...[
      BatchNorm3d,
      GroupNorm,
      InstanceNorm1d,
      InstanceNorm2d,
      InstanceNorm3d,
      LayerNorm,
      RMSNorm,
      Upsample,
    ],
    ...[CELU, Hardshrink, Hardsigmoid, LogSigmoid, Mish, PReLU, SELU, Softsign, Threshold],
  ];
}

function registry(op: string, options: LayersOptions): Registry {
  checkOptions(op, options, ['layers']);
  const { layers = [] } = options;
  return registryOf(op, layers, everyLayer());
}

/**
 * Makes a model from its files. Types, shapes and checksum are compared before anything is allocated; weights may be
 * NaN or infinite. The generator of random numbers stays as it is.
 * @param options `layers`: classes of your own that the files may name
 * @throws FormatError where the files are not what `saveModel` makes, were changed since, are not of one model, or name
 * a class that is neither the library's nor in `layers`; TypeError, OutOfMemoryError; nothing is left then
 */
export function loadModel(
  files: { json: string; weights: Uint8Array },
  options: LayersOptions = {},
): { model: Module; details: ModelDetails } {
  checkArity('loadModel', arguments.length, 2);
  return modelOf(files, registry('loadModel', options));
}

/**
 * Makes a layer again from what its `config()` gave: an object of its `type` (`'Conv2d'`), the arguments of its
 * constructor by their names (`inChannels`, `kernelSize`) and its options beside them (`stride`); a `Sequential` has
 * `layers`. Its parameters are initialised anew.
 * @param options `layers`: classes of your own that the config may name
 * @throws FormatError for an unknown type or argument, more than 10,000 layers, or more than 64 inside one another;
 * TypeError, OutOfMemoryError
 */
export function layerFromConfig(config: LayerConfig, options: LayersOptions = {}): Module {
  checkArity('layerFromConfig', arguments.length, 2);
  return layerOf(config, registry('layerFromConfig', options));
}
