import { describe, expect, test } from 'vitest';
import { checksum } from '../../src/formats/checksum.js';
import { Random } from '../../src/random.js';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('checksum', () => {
  /** By its definition, in integers without end. */
  function slow(bytes: Uint8Array, seed: number): number {
    const limit = 2n ** 32n;
    const step = (h: bigint, word: number) => {
      const sum = (h + BigInt(word) * 0x85ebca77n) % limit;
      return ((((sum << 13n) % limit) + (sum >> 19n)) * 0x9e3779b1n) % limit;
    };
    let h = BigInt(seed);
    let at = 0;
    for (; at + 4 <= bytes.length; at += 4) {
      h = step(
        h,
        bytes.slice(at, at + 4).reduceRight((sum, byte) => 256 * sum + byte, 0),
      );
    }
    for (; at < bytes.length; at++) h = step(h, bytes[at]!);
    h = step(h ^ (h >> 15n), bytes.length);
    return Number(h ^ (h >> 16n));
  }

  test('equals its definition', () => {
    const random = new Random(2);
    for (let length = 0; length < 40; length++) {
      const bytes = Uint8Array.from({ length }, () => random.integer(256));
      for (const seed of [0, 1, 0x7fffffff, 0xffffffff]) {
        expect(checksum(bytes, seed), `${length} bytes`).toBe(slow(bytes, seed));
      }
    }
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

  test('differs for any two flipped bits', () => {
    const bytes = Uint8Array.from({ length: 37 }, (_, i) => (i * 91) & 255);
    const flip = (bit: number) => (bytes[bit >> 3]! ^= 1 << (bit & 7));
    const sums = new Set<number>();
    let count = 0;
    for (let a = 0; a < 8 * bytes.length; a++) {
      for (let b = a; b < 8 * bytes.length; b++, count++) {
        flip(a);
        if (b > a) flip(b);
        sums.add(checksum(bytes));
        flip(a);
        if (b > a) flip(b);
      }
    }
    expect(sums.has(checksum(bytes))).toBe(false);
    // Two of so many random sums would be equal once in five tries.
    expect(sums.size).toBeGreaterThan(count - 5);
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
