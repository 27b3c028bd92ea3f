import { checkArity, checkBoolean, checkFunction, checkMethods, wrongKind } from '../check.js';
import { ShapeError } from '../errors.js';
import { Module, namedState } from '../layers/module.js';
import { modulesIn } from '../layers/state.js';
import { checkState, type StateDict, torchShape } from '../layers/state-dict.js';
import { checkOptions } from '../options.js';
import { checkShape, formatShape, type Shape, sizeOf } from '../shape.js';
import { Tensor } from '../tensor.js';
import type { NamedArray } from './safetensors.js';

/** Options of `torchStateDict` and `loadTorchStateDict`. */
export interface TorchOptions {
  /**
   * What a parameter or buffer is called there, from its path here, in which running statistics already have PyTorch's
   * names (`bn1.running_mean`). Default: the same.
   */
  readonly rename?: (path: string) => string;
  /**
   * Dense layers whose input is a flattened picture, by their path: its sizes in PyTorch's order [channels, height,
   * width]. There `flatten` puts channel after channel, here pixel after pixel.
   */
  readonly flattened?: Readonly<Record<string, readonly number[]>>;
}

/** Options of `loadTorchStateDict` and `loadStateDict`. */
export interface LoadTorchStateDictOptions extends TorchOptions {
  /** Whether the names have to be those of the model; with false what is not there stays as it is. Default true. */
  readonly strict?: boolean;
}

/** Names that a state dict has and the model has not, and the other way round; none where `strict` is true. */
export interface StateDictDifference {
  readonly missingKeys: readonly string[];
  readonly unexpectedKeys: readonly string[];
}

/** Steps of running statistics, which PyTorch counts in every batch normalization. */
const COUNTER = /(^|\.)num_batches_tracked$/;

/**
 * The parameters and buffers of a model by PyTorch's names, in its layouts: weights of convolutions [out, in / groups, …],
 * of their transposes [in, out / groups, …], of dense layers [out, in]; `running_mean`, `running_var`. `writeSafetensors` makes
 * a file of them, for `safetensors.torch.load_file` and `load_state_dict`.
 * @throws TypeError; ShapeError for a `flattened` that is not the layer's
 */
export function torchStateDict(model: Module, options: TorchOptions = {}): Map<string, NamedArray> {
  checkArity('torchStateDict', arguments.length, 2);
  const entries = entriesOf('torchStateDict', model, options);
  return new Map(
    entries.map(({ name, tensor, shape, factors }) => {
      const data = tensor.data();
      return [name, { shape, data: factors ? reversed(data, [...factors].reverse()) : data }];
    }),
  );
}

/**
 * Overwrites all parameters and buffers of a model with those of a PyTorch state dict of the same network, as
 * `readSafetensors(file).tensors` gives them: names and layouts are those of `torchStateDict`. `num_batches_tracked` may be
 * there or not.
 * @returns the names that only one of both has, where `strict` is false
 * @throws TypeError; ShapeError that lists all that are missing, superfluous or of another shape; DisposedError; FormatError
 * for values that cannot be read; nothing is changed then
 */
export function loadTorchStateDict(
  model: Module,
  state: StateDict,
  options: LoadTorchStateDictOptions = {},
): StateDictDifference {
  const op = 'loadTorchStateDict';
  checkArity(op, arguments.length, 3);
  checkOptions(op, options, ['rename', 'flattened', 'strict']);
  const { strict = true, ...others } = options;
  checkBoolean(op, 'strict', strict);
  const entries = entriesOf(op, model, others);
  checkMethods(op, 'state', state, 'a Map, as of readSafetensors().tensors', [
    'get',
    'has',
    'keys',
    'entries',
  ]);
  const shapes = new Map(entries.map(({ name, shape }) => [name, shape]));
  const missingKeys = [...shapes.keys()].filter((name) => !state.has(name));
  const unexpectedKeys = [...state.keys()].filter(
    (name) => !shapes.has(name) && !COUNTER.test(name),
  );
  const taken = (name: string) => shapes.has(name) || (strict && !COUNTER.test(name));
  if (!strict) for (const name of missingKeys) shapes.delete(name);
  checkState(op, shapes, new Map([...state].filter(([name]) => taken(name))));
  for (const { name, tensor, factors } of entries) {
    if (!shapes.has(name)) continue;
    const { data } = state.get(name)!;
    tensor.assign(factors ? reversed(data, factors) : data);
  }
  return { missingKeys, unexpectedKeys };
}

/** A parameter or buffer as PyTorch has it. */
interface Entry {
  readonly name: string;
  readonly tensor: Tensor;
  readonly shape: Shape;
  /** Sizes of which PyTorch's order of values is the one here reversed; undefined where both are the same. */
  readonly factors: Shape | undefined;
}

function entriesOf(op: string, model: Module, options: TorchOptions): Entry[] {
  if (!(model instanceof Module)) throw wrongKind(op, 'model', 'a Module', model);
  checkOptions(op, options, ['rename', 'flattened']);
  const { rename = (path: string) => path, flattened = {} } = options;
  checkFunction(op, 'rename', rename);
  const turned = turnedWeights(model);
  const dense = [...turned].filter(([weight]) => weight.rank === 2).map(([, path]) => path);
  checkOptions(op, flattened, dense, 'flattened');
  const entries = namedState(model).map(([path, tensor]): Entry => {
    const name = rename(path.replace(/\w*$/, snakeCase));
    const layer = turned.get(tensor);
    if (layer === undefined) return { name, tensor, shape: tensor.shape, factors: undefined };
    const factors = factorsOf(op, layer, tensor.shape, flattened[layer]);
    return { name, tensor, shape: torchShape(tensor.shape), factors };
  });
  const names = entries.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return entries;
  throw new RangeError(`${op}: rename: expected another name for each path, got ${twice} twice`);
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The weights that PyTorch has as [out, in, …], each with the path of its layer. */
function turnedWeights(model: Module): Map<Tensor, string> {
  const found = new Map<Tensor, string>();
  for (const [path, layer] of modulesIn(model)) {
    const { weight } = layer as { weight?: unknown };
    const { outputsLast } = layer.constructor as { outputsLast?: boolean };
    if (outputsLast && weight instanceof Tensor && !found.has(weight)) found.set(weight, path);
  }
  return found;
}

/** [out, channels, pixels, taps] of a weight there: the inputs of a convolution have no pixels, those of a dense layer no taps. */
function factorsOf(
  op: string,
  layer: string,
  shape: Shape,
  flattened: Shape = [shape.at(-2)!],
): Shape {
  const argument = `flattened: ${layer}`;
  checkShape(op, argument, flattened);
  const [inputs, out] = [shape.at(-2)!, shape.at(-1)!];
  if (sizeOf(flattened) !== inputs) {
    const got = formatShape(flattened);
    throw new ShapeError(`${op}: ${argument}: expected sizes of ${inputs} inputs, got ${got}`);
  }
  const [channels = 1, ...pixels] = flattened;
  return [out, channels, sizeOf(pixels), sizeOf(shape.slice(0, -2))];
}

/** The values of an array of four axes with their order reversed. */
function reversed(values: ArrayLike<number>, [a, b, c, d]: Shape): Float32Array {
  const result = new Float32Array(values.length);
  let at = 0;
  for (let l = 0; l < d!; l++) {
    for (let k = 0; k < c!; k++) {
      for (let j = 0; j < b!; j++) {
        for (let i = 0; i < a!; i++) result[at++] = values[((i * b! + j) * c! + k) * d! + l]!;
      }
    }
  }
  return result;
}
