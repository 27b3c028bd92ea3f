import { type RandomOptions, randomOf } from './generator.js';
import { checkArity, checkInteger, checkNumber, wrongKind } from './check.js';
import { ShapeError } from './errors.js';
import { checkTensor } from './ops/check.js';
import { checkOptions } from './options.js';
import type { Shape } from './shape.js';
import { checkShape, formatShape, sizeOf } from './shape.js';
import type { Tensor } from './tensor.js';

/** Options of the initializers that scale by a gain. */
export interface GainOptions extends RandomOptions {
  /** Factor for the non-linearity that follows. Default √2 for Kaiming (ReLU), 1 for the others. */
  gain?: number;
}

/** Options of the Kaiming initializers. */
export interface KaimingOptions extends GainOptions {
  /** Whose variance is kept: 'fanIn' that of the outputs, 'fanOut' that of the gradients. Default 'fanIn'. */
  mode?: 'fanIn' | 'fanOut';
}

/** Options of `truncNormal`. */
export interface TruncNormalOptions extends RandomOptions {
  /** The least number. Default −2. */
  min?: number;
  /** The greatest number. Default 2. */
  max?: number;
}

/** Options of `dirac`. */
export interface DiracOptions {
  /** Groups of the convolution. Default 1. */
  groups?: number;
}

/**
 * Values that one output sums over, and outputs that one value goes to. Weights end in [inChannels, outChannels];
 * the axes before are the kernel.
 */
export function fans(shape: Shape): { fanIn: number; fanOut: number } {
  checkArity('fans', arguments.length, 1);
  checkShape('fans', 'shape', shape);
  const kernel = sizeOf(shape.slice(0, -2));
  return { fanIn: kernel * (shape.at(-2) ?? 1), fanOut: kernel * (shape.at(-1) ?? 1) };
}

/** Fills with uniform numbers in [low, high). */
export function uniform(weight: Tensor, low = 0, high = 1, options: RandomOptions = {}): void {
  checkArity('uniform', arguments.length, 4);
  checkNumber('uniform', 'low', low);
  checkNumber('uniform', 'high', high, low);
  const random = randomOf('uniform', options);
  fill('uniform', weight, () => random.uniform(low, high));
}

/** Fills with normally distributed numbers. */
export function normal(weight: Tensor, mean = 0, std = 1, options: RandomOptions = {}): void {
  checkArity('normal', arguments.length, 4);
  checkNumber('normal', 'mean', mean);
  checkNumber('normal', 'std', std, 0);
  const random = randomOf('normal', options);
  fill('normal', weight, () => random.normal(mean, std));
}

/** Fills with one number. */
export function constant(weight: Tensor, value: number): void {
  checkArity('constant', arguments.length, 2);
  checkNumber('constant', 'value', value);
  fill('constant', weight, () => value);
}

/**
 * Normally distributed numbers, drawn again until they are in [min, max]: bounds, as in PyTorch, not counted in
 * deviations.
 * @throws RangeError where the bounds hold so little of the distribution that drawing could take forever
 */
export function truncNormal(
  weight: Tensor,
  mean = 0,
  std = 1,
  options: TruncNormalOptions = {},
): void {
  const op = 'truncNormal';
  checkArity(op, arguments.length, 4);
  checkNumber(op, 'mean', mean);
  checkNumber(op, 'std', std, 0);
  const random = randomOf(op, options, ['min', 'max']);
  const { min = -2, max = 2 } = options;
  checkNumber(op, 'min', min);
  checkNumber(op, 'max', max, min);
  const width = Math.min(max, mean + 3 * std) - Math.max(min, mean - 3 * std);
  if (width < std / 100) {
    const expected = `min and max around the mean ${mean} of deviation ${std}`;
    throw new RangeError(`${op}: options: expected ${expected}, got ${min} and ${max}`);
  }
  fill(op, weight, () => {
    for (;;) {
      const value = random.normal(mean, std);
      if (value >= min && value <= max) return value;
    }
  });
}

/** Uniform within ±gain·√(3 / fan) (He et al. 2015). */
export function kaimingUniform(weight: Tensor, options: KaimingOptions = {}): void {
  checkArity('kaimingUniform', arguments.length, 2);
  const { gain, fan, random } = kaimingScaling('kaimingUniform', weight, options);
  const bound = gain * Math.sqrt(3 / fan);
  uniform(weight, -bound, bound, { random });
}

/** Normal with standard deviation gain / √fan (He et al. 2015). */
export function kaimingNormal(weight: Tensor, options: KaimingOptions = {}): void {
  checkArity('kaimingNormal', arguments.length, 2);
  const { gain, fan, random } = kaimingScaling('kaimingNormal', weight, options);
  normal(weight, 0, gain / Math.sqrt(fan), { random });
}

/** Uniform within ±gain·√(3 / fanIn) (LeCun et al. 1998). */
export function lecunUniform(weight: Tensor, options: GainOptions = {}): void {
  checkArity('lecunUniform', arguments.length, 2);
  const { gain, fanIn, random } = scaling('lecunUniform', weight, options, 1);
  const bound = gain * Math.sqrt(3 / fanIn);
  uniform(weight, -bound, bound, { random });
}

/** Normal with standard deviation gain / √fanIn (LeCun et al. 1998). */
export function lecunNormal(weight: Tensor, options: GainOptions = {}): void {
  checkArity('lecunNormal', arguments.length, 2);
  const { gain, fanIn, random } = scaling('lecunNormal', weight, options, 1);
  normal(weight, 0, gain / Math.sqrt(fanIn), { random });
}

/** Uniform within ±gain·√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export function xavierUniform(weight: Tensor, options: GainOptions = {}): void {
  checkArity('xavierUniform', arguments.length, 2);
  const { gain, fanIn, fanOut, random } = scaling('xavierUniform', weight, options, 1);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  uniform(weight, -bound, bound, { random });
}

/** Normal with standard deviation gain·√(2 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export function xavierNormal(weight: Tensor, options: GainOptions = {}): void {
  checkArity('xavierNormal', arguments.length, 2);
  const { gain, fanIn, fanOut, random } = scaling('xavierNormal', weight, options, 1);
  normal(weight, 0, gain * Math.sqrt(2 / (fanIn + fanOut)), { random });
}

/**
 * Orthonormal columns, or rows where they are fewer, times `gain` (Saxe et al. 2014), of the weight as the matrix
 * [kernel… · inChannels, outChannels].
 * @throws ShapeError for fewer than two axes
 */
export function orthogonal(weight: Tensor, options: GainOptions = {}): void {
  const op = 'orthogonal';
  checkArity(op, arguments.length, 2);
  const { gain, random, fanIn: rows } = scaling(op, weight, options, 1);
  checkAxes(op, weight.shape, 2);
  const columns = weight.shape.at(-1)!;
  const isWide = rows < columns;
  const [count, length] = isWide ? [rows, columns] : [columns, rows];
  const values = new Float32Array(weight.size);
  orthonormal(count, length, () => random.normal()).forEach((vector, v) => {
    vector.forEach((value, i) => {
      values[isWide ? v * columns + i : i * columns + v] = gain * value;
    });
  });
  weight.assign(values);
}

/**
 * `count` vectors at right angles of length 1, by Gram and Schmidt: each less its parts along the ones before, twice,
 * as the first pass leaves rounding errors. One of which nothing remains is drawn again.
 */
function orthonormal(count: number, length: number, next: () => number): Float64Array[] {
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = Float64Array.from({ length }, next);
    for (const other of [...vectors, ...vectors]) {
      const part = dot(vector, other);
      for (let i = 0; i < length; i++) vector[i]! -= part * other[i]!;
    }
    const norm = Math.sqrt(dot(vector, vector));
    if (norm > 1e-6) vectors.push(vector.map((value) => value / norm));
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/**
 * The weight of a convolution that, padded by half its kernel, gives back its input, as many channels of each group as
 * there are outputs for: 1 in the middle of the kernel from each channel to its own, else 0.
 * @param weight [kernel…, inChannels / groups, outChannels]
 * @throws ShapeError for fewer than three axes, or outputs that the groups do not divide
 */
export function dirac(weight: Tensor, options: DiracOptions = {}): void {
  const op = 'dirac';
  checkArity(op, arguments.length, 2);
  checkTensor(op, 'weight', weight);
  checkOptions(op, options, ['groups']);
  const { groups = 1 } = options;
  checkInteger(op, 'groups', groups, 1);
  checkAxes(op, weight.shape, 3);
  const kernel = weight.shape.slice(0, -2);
  const [inChannels, outChannels] = weight.shape.slice(-2) as [number, number];
  if (outChannels % groups !== 0) {
    const expected = `outChannels of a multiple of groups ${groups}`;
    throw new ShapeError(`${op}: weight: expected ${expected}, got ${formatShape(weight.shape)}`);
  }
  const middle = kernel.reduce((at, size) => at * size + Math.floor(size / 2), 0);
  const values = new Float32Array(weight.size);
  for (let out = 0; out < outChannels; out++) {
    const channel = out % (outChannels / groups);
    if (channel < inChannels) values[(middle * inChannels + channel) * outChannels + out] = 1;
  }
  weight.assign(values);
}

function checkAxes(op: string, shape: Shape, least: number): void {
  if (shape.length >= least) return;
  const got = formatShape(shape);
  throw new ShapeError(`${op}: weight: expected at least ${least} axes, got ${got}`);
}

/** What an initializer that scales by a gain needs, checked. */
function scaling(
  op: string,
  weight: Tensor,
  options: GainOptions,
  defaultGain: number,
  known: readonly string[] = [],
) {
  const random = randomOf(op, options, ['gain', ...known]);
  const { gain = defaultGain } = options;
  checkTensor(op, 'weight', weight);
  checkNumber(op, 'gain', gain, 0);
  return { gain, random, ...fans(weight.shape) };
}

/** The same for one that scales by the fan of `mode`. */
function kaimingScaling(op: string, weight: Tensor, options: KaimingOptions) {
  const { fanIn, fanOut, ...rest } = scaling(op, weight, options, Math.SQRT2, ['mode']);
  const { mode = 'fanIn' } = options;
  if (mode !== 'fanIn' && mode !== 'fanOut') {
    throw wrongKind(op, 'mode', "'fanIn' or 'fanOut'", mode);
  }
  return { ...rest, fan: mode === 'fanIn' ? fanIn : fanOut };
}

function fill(op: string, weight: Tensor, next: () => number): void {
  checkTensor(op, 'weight', weight);
  weight.assign(Float32Array.from({ length: weight.size }, next));
}

/** What weights can be filled with at first, as in torch.nn.init. */
export const initializers = {
  /** Values that one output sums over, and outputs that one value goes to. */
  fans,
  /** Fills with uniform numbers in [low, high). */
  uniform,
  /** Fills with normally distributed numbers. */
  normal,
  /** Fills with one number. */
  constant,
  /** Fills with normally distributed numbers between two bounds. */
  truncNormal,
  /** Uniform within ±gain·√(3 / fan) (He et al. 2015). */
  kaimingUniform,
  /** Normal with standard deviation gain / √fan (He et al. 2015). */
  kaimingNormal,
  /** Uniform within ±gain·√(3 / fanIn) (LeCun et al. 1998). */
  lecunUniform,
  /** Normal with standard deviation gain / √fanIn (LeCun et al. 1998). */
  lecunNormal,
  /** Uniform within ±gain·√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
  xavierUniform,
  /** Normal with standard deviation gain·√(2 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
  xavierNormal,
  /** Orthonormal columns, or rows where they are fewer, times a gain (Saxe et al. 2014). */
  orthogonal,
  /** The weight of a convolution that gives back its input. */
  dirac,
};
