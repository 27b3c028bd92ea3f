import type { ElementType } from './value.js';

/** The least and the largest whole number of a type; those of 64 bits as float64 has them. */
const RANGES: Readonly<Record<string, readonly [least: number, largest: number]>> = {
  bool: [0, 1],
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint8: [0, 2 ** 8 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [-(2 ** 63), 2 ** 63],
  uint64: [0, 2 ** 64],
};

/** The least and the largest number of a type; of floats there is none. */
export function rangeOf(dtype: ElementType): readonly [least: number, largest: number] {
  return Object.hasOwn(RANGES, dtype) ? RANGES[dtype]! : [-Infinity, Infinity];
}

/** A whole number modulo 2ⁿ, as integers of n bits overflow; of 64 bits they are taken to be large enough. */
export function wrapped(x: number, dtype: ElementType): number {
  if (dtype === 'bool') return x === 0 ? 0 : 1;
  const [least, largest] = rangeOf(dtype);
  if (x >= least && x <= largest) return x;
  const count = largest - least + 1;
  if (count > 2 ** 32 || !Number.isFinite(x)) return Number.isFinite(x) ? x : 0;
  return x - count * Math.floor((x - least) / count);
}

/** The nearest whole number; half-way the even one. */
export function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
