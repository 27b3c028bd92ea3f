import { generator, type RandomOptions } from './generator.js';
import { checkNumber } from './check.js';
import type { Shape } from './shape.js';
import { sizeOf } from './shape.js';
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
  const kernel = sizeOf(shape.slice(0, -2));
  return { fanIn: kernel * (shape.at(-2) ?? 1), fanOut: kernel * (shape.at(-1) ?? 1) };
}

/** Fills with uniform numbers in [low, high). */
export function uniform(
  weight: Tensor,
  low = 0,
  high = 1,
  { random = generator() }: RandomOptions = {},
): void {
  checkNumber('uniform', 'low', low);
  checkNumber('uniform', 'high', high, low);
  fill(weight, () => random.uniform(low, high));
}

/** Fills with normally distributed numbers. */
export function normal(
  weight: Tensor,
  mean = 0,
  std = 1,
  { random = generator() }: RandomOptions = {},
): void {
  checkNumber('normal', 'mean', mean);
  checkNumber('normal', 'std', std, 0);
  fill(weight, () => random.normal(mean, std));
}

/** Uniform within ±gain·√(3 / fanIn) (He et al. 2015). */
export function kaimingUniform(
  weight: Tensor,
  { gain = Math.SQRT2, ...options }: GainOptions = {},
): void {
  const bound = gain * Math.sqrt(3 / fans(weight.shape).fanIn);
  uniform(weight, -bound, bound, options);
}

/** Normal with standard deviation gain / √fanIn (He et al. 2015). */
export function kaimingNormal(
  weight: Tensor,
  { gain = Math.SQRT2, ...options }: GainOptions = {},
): void {
  normal(weight, 0, gain / Math.sqrt(fans(weight.shape).fanIn), options);
}

/** Uniform within ±gain·√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export function xavierUniform(weight: Tensor, { gain = 1, ...options }: GainOptions = {}): void {
  const { fanIn, fanOut } = fans(weight.shape);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  uniform(weight, -bound, bound, options);
}

/** Normal with standard deviation gain·√(2 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export function xavierNormal(weight: Tensor, { gain = 1, ...options }: GainOptions = {}): void {
  const { fanIn, fanOut } = fans(weight.shape);
  normal(weight, 0, gain * Math.sqrt(2 / (fanIn + fanOut)), options);
}

function fill(weight: Tensor, next: () => number): void {
  weight.assign(Float32Array.from({ length: weight.size }, next));
}
