import { type RandomOptions, randomOf } from './generator.js';
import { checkArity, checkNumber } from './check.js';
import { checkTensor } from './ops/check.js';
import type { Shape } from './shape.js';
import { checkShape, sizeOf } from './shape.js';
import type { Tensor } from './tensor.js';

/** Options of the initializers that scale by a gain. */
export interface GainOptions extends RandomOptions {
  /** Factor for the non-linearity that follows. Default √2 for Kaiming (ReLU), 1 for Xavier. */
  gain?: number;
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

/** Uniform within ±gain·√(3 / fanIn) (He et al. 2015). */
export function kaimingUniform(weight: Tensor, options: GainOptions = {}): void {
  checkArity('kaimingUniform', arguments.length, 2);
  const { gain, fanIn, random } = scaling('kaimingUniform', weight, options, Math.SQRT2);
  const bound = gain * Math.sqrt(3 / fanIn);
  uniform(weight, -bound, bound, { random });
}

/** Normal with standard deviation gain / √fanIn (He et al. 2015). */
export function kaimingNormal(weight: Tensor, options: GainOptions = {}): void {
  checkArity('kaimingNormal', arguments.length, 2);
  const { gain, fanIn, random } = scaling('kaimingNormal', weight, options, Math.SQRT2);
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

/** What an initializer that scales by a gain needs, checked. */
function scaling(op: string, weight: Tensor, options: GainOptions, defaultGain: number) {
  const random = randomOf(op, options, ['gain']);
  const { gain = defaultGain } = options;
  checkTensor(op, 'weight', weight);
  checkNumber(op, 'gain', gain, 0);
  return { gain, random, ...fans(weight.shape) };
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
  /** Uniform within ±gain·√(3 / fanIn) (He et al. 2015). */
  kaimingUniform,
  /** Normal with standard deviation gain / √fanIn (He et al. 2015). */
  kaimingNormal,
  /** Uniform within ±gain·√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
  xavierUniform,
  /** Normal with standard deviation gain·√(2 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
  xavierNormal,
};
