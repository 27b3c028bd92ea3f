import { describe, expect, test } from 'vitest';
import { checksum } from '../../src/formats/checksum.js';
import { Random } from '../../src/random.js';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('checksum', () => {
  // The values are those of the reference implementation.
  test.each<[string, number, number]>([
    ['', 0, 0x02cc5d05],
    ['a', 0, 0x550d7456],
    ['abc', 0, 0x32d153ff],
    ['Nobody inspects the spammish repetition', 0, 0xe2293b2f],
  ])('of %j with seed %d', (text, seed, expected) => {
    expect(checksum(utf8(text), seed)).toBe(expected);
  });

  test('differs for every flipped bit, in every place of blocks, words and bytes at the end', () => {
    const random = new Random(1);
    for (const length of [1, 3, 4, 7, 15, 16, 17, 31, 32, 47, 64, 103]) {
      const bytes = Uint8Array.from({ length }, () => random.integer(256));
      const sums = new Set([checksum(bytes)]);
      for (let bit = 0; bit < 8 * length; bit++) {
        const flipped = bytes.slice();
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        sums.add(checksum(flipped));
      }
      expect(sums.size, `${length} bytes`).toBe(8 * length + 1);
    }
  });

  test('does not depend on where the bytes lie', () => {
    const bytes = Uint8Array.from({ length: 70 }, (_, i) => (i * 37) & 255);
    for (let shift = 0; shift < 8; shift++) {
      const moved = new Uint8Array(90);
      moved.set(bytes, shift);
      expect(checksum(moved.subarray(shift, shift + 70))).toBe(checksum(bytes));
    }
  });

  test('of pieces depends on their order and on each of them', () => {
    const [a, b] = [utf8('state'), utf8('weights')];
    const sums = [checksum(b, checksum(a)), checksum(a, checksum(b)), checksum(b), checksum(a)];
    expect(new Set(sums).size).toBe(4);
  });
});
