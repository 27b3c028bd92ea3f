import { wrongKind, wrongNumber } from '../check.js';
import type { Tensor } from '../tensor.js';

/** @throws TypeError, RangeError unless it is a finite number of at least 0. */
export function checkNonNegative(
  op: string,
  argument: string,
  value: unknown,
): asserts value is number {
  if (typeof value === 'number' && value >= 0 && value < Infinity) return;
  throw wrongNumber(op, argument, 'a number ≥ 0', value);
}

/** The share of a running mean that is kept, as float32. @throws TypeError, RangeError unless it is in [0, 1). */
export function roundShare(op: string, argument: string, share: unknown): number {
  if (typeof share === 'number' && share >= 0 && Math.fround(share) < 1) return Math.fround(share);
  throw wrongNumber(op, argument, 'a number in [0, 1)', share);
}

/** Two shares, as float32. @throws TypeError, RangeError */
export function roundBetas(op: string, betas: unknown): { beta1: number; beta2: number } {
  if (!Array.isArray(betas) || betas.length !== 2) {
    throw wrongKind(op, 'betas', 'two numbers', betas);
  }
  const [beta1, beta2] = betas.map((beta, i) => roundShare(op, `betas[${i}]`, beta));
  return { beta1: beta1!, beta2: beta2! };
}

/** The items of what should hold tensors. @throws TypeError; RangeError where there are none */
export function listOf<Item = Tensor>(op: string, params: Iterable<Item>): Item[] {
  if (typeof (params as Partial<Iterable<Item>> | undefined)?.[Symbol.iterator] !== 'function') {
    throw wrongKind(op, 'params', 'an array of tensors', params);
  }
  const items = [...params];
  if (items.length === 0) {
    throw new RangeError(`${op}: params: expected at least one parameter, got none`);
  }
  return items;
}
