import { FormatError, OutOfMemoryError } from '../errors.js';
import * as layers from '../layers/index.js';
import type { LayerConfig, Module } from '../layers/module.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';

const FORMAT = 'simdgrad-model';
const VERSION = 1;

/** What a model's users have to know beside its layers; any plain JSON. */
export type ModelDetails = Record<string, unknown>;

/** A model as two files. */
export interface ModelFiles {
  /** `model.json`: the layers and the details. */
  readonly json: string;
  /** `model.safetensors`: the parameters. */
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** @throws Error for a model with a layer that has no `config()` */
export function saveModel(model: Module, details: ModelDetails = {}): ModelFiles {
  const document = { format: FORMAT, version: VERSION, details, architecture: model.config() };
  return {
    json: `${JSON.stringify(document, null, 2)}\n`,
    weights: writeSafetensors(model.stateDict(), { format: FORMAT, layout: 'HWIO' }),
  };
}

/** @throws FormatError where the files are not what `saveModel` makes, ShapeError where they do not fit together */
export function loadModel(files: { json: string; weights: Uint8Array }): {
  model: Module;
  details: ModelDetails;
} {
  const { architecture, details } = parseDocument(files.json);
  const { tensors } = readSafetensors(files.weights, 'model.safetensors');
  const model = layerFromConfig(architecture);
  try {
    model.loadStateDict(tensors);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return { model, details };
}

/** Makes a layer again from what its `config()` gave. @throws FormatError for an unknown type or argument */
export function layerFromConfig(config: LayerConfig): Module {
  const type = String((config as LayerConfig | null | undefined)?.type);
  const make = Object.hasOwn(constructors, type) ? constructors[type] : undefined;
  if (!make) {
    const known = Object.keys(constructors).join(', ');
    throw new FormatError(`model.json: layer type: expected one of ${known}, got ${type}`);
  }
  try {
    return make(config);
  } catch (cause) {
    if (cause instanceof FormatError || cause instanceof OutOfMemoryError) throw cause;
    throw new FormatError(`model.json: ${String(cause)}`, { cause });
  }
}

/** The layers in a container; where one cannot be made, those before it are freed. */
function layersFromConfigs(configs: readonly LayerConfig[]): Module[] {
  const made: Module[] = [];
  try {
    for (const config of configs) made.push(layerFromConfig(config));
    return made;
  } catch (error) {
    for (const layer of made) layer.dispose();
    throw error;
  }
}

function parseDocument(json: string): { architecture: LayerConfig; details: ModelDetails } {
  let document: Record<string, unknown> | null;
  try {
    document = JSON.parse(json) as Record<string, unknown> | null;
  } catch (cause) {
    throw new FormatError(`model.json: not JSON: ${String(cause)}`, { cause });
  }
  if (document?.['format'] !== FORMAT || document['version'] !== VERSION) {
    throw new FormatError(
      `model.json: expected format ${FORMAT} version ${VERSION}, ` +
        `got ${String(document?.['format'])} version ${String(document?.['version'])}`,
    );
  }
  return {
    architecture: document['architecture'] as LayerConfig,
    details: (document['details'] ?? {}) as ModelDetails,
  };
}

// The arguments are checked by the constructors themselves: any JSON may come here.
/* eslint-disable @typescript-eslint/no-explicit-any */
const constructors: Record<string, (config: any) => Module> = {
  AvgPool1d: ({ kernelSize, ...options }) => new layers.AvgPool1d(kernelSize, rest(options)),
  AvgPool2d: ({ kernelSize, ...options }) => new layers.AvgPool2d(kernelSize, rest(options)),
  Conv1d: ({ inChannels, outChannels, kernelSize, ...options }) =>
    new layers.Conv1d(inChannels, outChannels, kernelSize, rest(options)),
  Conv2d: ({ inChannels, outChannels, kernelSize, ...options }) =>
    new layers.Conv2d(inChannels, outChannels, kernelSize, rest(options)),
  Dropout: ({ p }) => new layers.Dropout(p),
  Flatten: (options) => new layers.Flatten(rest(options)),
  GlobalAvgPool2d: () => new layers.GlobalAvgPool2d(),
  Hardswish: () => new layers.Hardswish(),
  Hardtanh: ({ min, max }) => new layers.Hardtanh(min, max),
  LeakyReLU: ({ slope }) => new layers.LeakyReLU(slope),
  Linear: ({ inFeatures, outFeatures, ...options }) =>
    new layers.Linear(inFeatures, outFeatures, rest(options)),
  MaxPool1d: ({ kernelSize, ...options }) => new layers.MaxPool1d(kernelSize, rest(options)),
  MaxPool2d: ({ kernelSize, ...options }) => new layers.MaxPool2d(kernelSize, rest(options)),
  ReLU: () => new layers.ReLU(),
  ReLU6: () => new layers.ReLU6(),
  Sequential: ({ layers: inner }) => new layers.Sequential(...layersFromConfigs(inner)),
  Sigmoid: () => new layers.Sigmoid(),
  SiLU: () => new layers.SiLU(),
  Tanh: () => new layers.Tanh(),
};

function rest({ type: _type, ...options }: any): any {
  return options;
}
