import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/dropout.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const MASK = { key0: 0xfffffffe, key1: 0x9abcdef0, limit: 0x40000000, scale: Math.fround(4 / 3) };

function forward(x: Float32Array, mask: reference.Mask, parts: number): Float32Array {
  return scope(() => {
    const [tx, y] = [floats(x), unwritten(x.length)];
    for (const [begin, end] of ranges(x.length, parts)) {
      const { key0, key1, limit, scale } = mask;
      const { kernels } = runtime();
      kernels.dropoutForward(y.pointer, tx.pointer, key0, key1, limit, scale, begin, end);
    }
    return y.data() as Float32Array;
  });
}

function gradient(dy: Float32Array, before: Float32Array | undefined, parts: number): Float32Array {
  const { key0, key1, limit, scale } = MASK;
  return scope(() => {
    const g = floats(dy);
    const dx = before ? floats(before) : unwritten(dy.length);
    const from = [dx.pointer, g.pointer, key0, key1, limit, scale, before !== undefined] as const;
    for (const [begin, end] of ranges(dy.length, parts)) {
      runtime().kernels.dropoutGradInput(...from, begin, end);
    }
    return dx.data() as Float32Array;
  });
}

describe.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1001])('%i elements', (size) => {
  test.each([1, 2, 7])('agree with the reference, bit for bit, in %i parts', (parts) => {
    const random = new Random(size);
    const [x, before] = [randomValues(size, random), randomValues(size, random)];
    const expected = Float32Array.from(reference.dropoutForward(x, MASK));
    expect(forward(x, MASK, parts)).toEqual(expected);
    expect(gradient(x, undefined, parts)).toEqual(
      Float32Array.from(reference.dropoutGradInput(x, MASK)),
    );
    expect(gradient(x, before, parts)).toEqual(expected.map((value, i) => value + before[i]!));
  });
});

test('the limits: one element in 2^32, and all of them', () => {
  const x = new Float32Array(1001).fill(3);
  expect(forward(x, { ...MASK, limit: 0, scale: 1 }, 1)).toEqual(x);
  expect(forward(x, { ...MASK, limit: 0xffffffff, scale: 0 }, 1)).toEqual(new Float32Array(1001));
});

test('what is dropped is 0, whatever it was', () => {
  const y = forward(new Float32Array(64).fill(NaN), MASK, 1);
  const expected = Array.from(y, (_, i) => (reference.isKept(i, MASK) ? NaN : 0));
  expect([...y]).toEqual(expected);
  expect(expected).toContain(0);
});

/** 1 where an element was dropped. */
function dropped(mask: Partial<reference.Mask>, count: number): Uint8Array {
  const y = forward(new Float32Array(count).fill(1), { ...MASK, scale: 1, ...mask }, 1);
  return Uint8Array.from(y, (value) => 1 - value);
}

/** How far the number of events is from its mean, in standard deviations of a binomial distribution. */
function deviation(events: number, trials: number, probability: number): number {
  return (events - trials * probability) / Math.sqrt(trials * probability * (1 - probability));
}

const both = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, value, i) => sum + (value & b[i]!), 0);

describe('the mask looks random', () => {
  const count = 1 << 17;

  test.each([0.01, 0.1, 0.5, 0.9])('share of dropped elements for p = %d', (p) => {
    for (let key = 0; key < 8; key++) {
      const random = new Random(key);
      const mask = { key0: random.uint32(), key1: random.uint32(), limit: p * 2 ** 32 - 1 };
      const events = dropped(mask, count).reduce((a, b) => a + b, 0);
      expect(Math.abs(deviation(events, count, p))).toBeLessThan(4);
    }
  });

  test.each([1, 2, 3, 4, 5, 8, 16, 28, 32, 64, 1024])('elements %i apart', (distance) => {
    const mask = dropped({ limit: 2 ** 31 - 1 }, count);
    const pairs = count - distance;
    const events = both(mask.subarray(0, pairs), mask.subarray(distance));
    expect(Math.abs(deviation(events, pairs, 0.25))).toBeLessThan(4);
  });

  test('patterns of eight neighbours', () => {
    const mask = dropped({ limit: 2 ** 31 - 1 }, count);
    const counts = new Float64Array(256);
    for (let i = 0; i < count; i += 8) {
      counts[mask.subarray(i, i + 8).reduce((byte, bit) => 2 * byte + bit, 0)]!++;
    }
    const mean = count / 8 / 256;
    const chiSquare = counts.reduce((sum, n) => sum + (n - mean) ** 2 / mean, 0);
    // 255 degrees of freedom: mean 255, standard deviation √510.
    expect(Math.abs(chiSquare - 255)).toBeLessThan(4 * Math.sqrt(510));
  });

  test.each([
    { name: 'successive draws', other: { key0: 0x2545f491, key1: 0x1b873593 } },
    { name: 'second keys 1 apart', other: { key1: MASK.key1 + 1 } },
    { name: 'second keys that differ in the top bit', other: { key1: MASK.key1 ^ 0x80000000 } },
    { name: 'both keys 1 apart', other: { key0: MASK.key0 + 1, key1: MASK.key1 + 1 } },
  ])('calls with $name', ({ other }) => {
    const limit = 2 ** 31 - 1;
    const events = both(dropped({ limit }, count), dropped({ ...other, limit }, count));
    expect(Math.abs(deviation(events, count, 0.25))).toBeLessThan(4);
  });
});
