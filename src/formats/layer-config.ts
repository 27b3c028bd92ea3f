import { checkArity, wrongKind } from '../check.js';
import { shorten } from '../describe.js';
import { FormatError } from '../errors.js';
import * as layers from '../layers/index.js';
import type { LayerConfig, Module } from '../layers/module.js';
import { type MakeTensor, withTensors } from '../layers/state.js';
import { checkOptions } from '../options.js';
import { Tensor } from '../tensor.js';
import { inFile, isRecord, plain } from './json.js';

const MAX_LAYERS = 10_000;
/** Sequentials inside one another. */
const MAX_DEPTH = 64;
/** Stands for the layer's options among the names of its arguments. */
const OPTIONS = '*';

type Constructor = new (...args: never[]) => Module;

/** The layers of saved models: each with the names of its constructor's arguments. */
const LAYERS: Readonly<Record<string, readonly [Constructor, ...string[]]>> = {
  AvgPool1d: [layers.AvgPool1d, 'kernelSize', OPTIONS],
  AvgPool2d: [layers.AvgPool2d, 'kernelSize', OPTIONS],
  Conv1d: [layers.Conv1d, 'inChannels', 'outChannels', 'kernelSize', OPTIONS],
  Conv2d: [layers.Conv2d, 'inChannels', 'outChannels', 'kernelSize', OPTIONS],
  Dropout: [layers.Dropout, 'p'],
  Flatten: [layers.Flatten, OPTIONS],
  GlobalAvgPool2d: [layers.GlobalAvgPool2d],
  Hardswish: [layers.Hardswish],
  Hardtanh: [layers.Hardtanh, 'min', 'max'],
  LeakyReLU: [layers.LeakyReLU, 'slope'],
  Linear: [layers.Linear, 'inFeatures', 'outFeatures', OPTIONS],
  MaxPool1d: [layers.MaxPool1d, 'kernelSize', OPTIONS],
  MaxPool2d: [layers.MaxPool2d, 'kernelSize', OPTIONS],
  ReLU: [layers.ReLU],
  ReLU6: [layers.ReLU6],
  Sequential: [layers.Sequential],
  Sigmoid: [layers.Sigmoid],
  SiLU: [layers.SiLU],
  Tanh: [layers.Tanh],
};

/**
 * Makes a layer again from what its `config()` gave: an object of its `type` (`'Conv2d'`), the arguments of its
 * constructor by their names (`inChannels`, `kernelSize`) and its options beside them (`stride`); a `Sequential` has
 * `layers`. Its parameters are initialised anew.
 * @throws FormatError for an unknown type or argument, more than 10,000 layers, or more than 64 inside one another;
 * OutOfMemoryError
 */
export function layerFromConfig(config: LayerConfig): Module {
  checkArity('layerFromConfig', arguments.length, 1);
  if (!isRecord(config)) {
    throw wrongKind('layerFromConfig', 'config', 'an object with a type', config);
  }
  return build('layerFromConfig: config', config, (shape, initialize) =>
    Tensor.computed(shape, initialize),
  ).model;
}

/**
 * Makes layers whose parameters `make` makes. Where one cannot be made, every parameter so far is freed.
 * @param place begins error messages
 * @returns the model, and its parameters in the order in which they were made @internal
 */
export function build(
  place: string,
  config: unknown,
  make: MakeTensor,
): { model: Module; made: Tensor[] } {
  checkLimits(place, config);
  const made: Tensor[] = [];
  const collect: MakeTensor = (shape, initialize) => {
    const parameter = make(shape, initialize);
    made.push(parameter);
    return parameter;
  };
  try {
    return { model: withTensors(collect, () => makeLayer(place, config)), made };
  } catch (error) {
    for (const parameter of made) parameter.dispose();
    throw error;
  }
}

/** @throws FormatError for too many layers, or too many inside one another */
export function checkLimits(place: string, config: unknown): void {
  let count = 0;
  const visit = (value: unknown, depth: number): void => {
    if (++count > MAX_LAYERS || depth > MAX_DEPTH) {
      throw new FormatError(
        `${place}: expected at most ${MAX_LAYERS} layers, ${MAX_DEPTH} inside one another, got more`,
      );
    }
    const inner = isRecord(value) ? value['layers'] : undefined;
    if (Array.isArray(inner)) for (const layer of inner) visit(layer, depth + 1);
  };
  visit(config, 0);
}

function makeLayer(place: string, config: unknown): Module {
  const { type, ...rest } = isRecord(config) ? config : {};
  if (typeof type !== 'string' || !Object.hasOwn(LAYERS, type)) {
    const known = Object.keys(LAYERS).join(', ');
    throw new FormatError(`${shorten(place)}: type: expected one of ${known}, got ${plain(type)}`);
  }
  return inFile(place, () =>
    type === 'Sequential' ? makeSequential(place, rest) : makeOne(type, rest),
  );
}

function makeSequential(place: string, { layers: inner, ...rest }: Record<string, unknown>) {
  checkOptions('Sequential', rest, ['layers'], 'arguments');
  if (!Array.isArray(inner)) throw wrongKind('Sequential', 'layers', 'an array of layers', inner);
  const made = inner.map((config, i) => makeLayer(`${place}.layers[${i}]`, config));
  return new layers.Sequential(...made);
}

function makeOne(type: string, config: Record<string, unknown>): Module {
  const [Layer, ...names] = LAYERS[type]!;
  if (names.at(-1) !== OPTIONS) checkOptions(type, config, names, 'arguments');
  const options = { ...config };
  const values = names.map((name) => {
    if (name === OPTIONS) return options;
    delete options[name];
    return config[name];
  });
  return new Layer(...(values as never[]));
}
