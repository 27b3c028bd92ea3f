// float16 and bfloat16 are written rounded to the nearest, ties to even.
import { describe, expect, test } from 'vitest';
import { toHalf } from '../../src/formats/half.js';
import { readValues } from '../../src/formats/dtypes.js';
import { Random } from '../../src/random.js';

const TYPES = [
  ['float16', 'F16'],
  ['bfloat16', 'BF16'],
] as const;

describe.each(TYPES)('%s', (type, name) => {
  const read = (bits: Uint16Array) => readValues(name, bits.slice().buffer) as Float32Array;
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const values = read(all);
  const infinity = values.indexOf(Infinity);

  test('every value but NaN comes back as it was', () => {
    const numbers = all.filter((i) => !Number.isNaN(values[i]!));
    expect(
      toHalf(
        'x',
        values.filter((value) => !Number.isNaN(value)),
        type,
      ),
    ).toEqual(numbers);
    expect(read(toHalf('x', Float32Array.of(NaN), type))[0]).toBeNaN();
  });

  test('numbers between two go to the nearer, those in the middle to the even one', () => {
    const random = new Random(3);
    const samples = [0, 1, 2, 1023, 1024, infinity - 2];
    for (let i = 0; i < 2000; i++) samples.push(random.integer(infinity - 1));
    for (const i of samples) {
      const [low, high] = [values[i]!, values[i + 1]!];
      const middle = (low + high) / 2;
      const inputs = [middle, middle - (middle - low) / 64, middle + (high - middle) / 64];
      const expected = [i % 2 === 0 ? i : i + 1, i, i + 1];
      const negative = expected.map((bits) => bits | 0x8000);
      const got = toHalf('x', Float32Array.from(inputs), type);
      expect([...got], `${low}`).toEqual(expected);
      expect([
        ...toHalf(
          'x',
          Float32Array.from(inputs, (x) => -x),
          type,
        ),
      ]).toEqual(negative);
    }
  });

  test('what is too large for it is refused, infinity is kept', () => {
    const largest = values[infinity - 1]!;
    const half = largest - values[infinity - 2]!;
    const inputs = Float32Array.of(Infinity, -Infinity, Math.fround(largest + half / 2.1));
    expect([...toHalf('x', inputs, type)]).toEqual([infinity, infinity | 0x8000, infinity - 1]);
    const tooLarge = Math.fround(largest + half / 2);
    expect(() => toHalf('x', Float32Array.of(1, -tooLarge), type)).toThrow(RangeError);
    expect(() => toHalf('x', Float32Array.of(1, -tooLarge), type)).toThrow(
      `x: expected values that ${type} holds, got ${-tooLarge} at index 1`,
    );
  });
});
