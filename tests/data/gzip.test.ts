import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { maybeGunzip } from '../../src/data/index.js';
import { FormatError } from '../../src/errors.js';

const plain = Uint8Array.from({ length: 10_000 }, (_, i) => (i * i) % 251);
const packed = new Uint8Array(gzipSync(plain));

describe('maybeGunzip', () => {
  it('decompresses what starts as gzip does', async () => {
    expect(await maybeGunzip(packed)).toEqual(plain);
  });

  it('gives other bytes back as they are', async () => {
    expect(await maybeGunzip(plain)).toBe(plain);
    const empty = new Uint8Array(0);
    expect(await maybeGunzip(empty)).toBe(empty);
  });

  it('reads from the middle of a larger buffer', async () => {
    const larger = new Uint8Array(packed.length + 20).fill(7);
    larger.set(packed, 10);
    expect(await maybeGunzip(larger.subarray(10, 10 + packed.length))).toEqual(plain);
  });

  it.each([2, 9, 20, packed.length - 9, packed.length - 1])(
    'refuses it cut to %d bytes',
    async (length) => {
      const promise = maybeGunzip(packed.subarray(0, length));
      await expect(promise).rejects.toThrow(FormatError);
      await expect(promise).rejects.toThrow(
        new RegExp(
          `^gzip: expected a whole gzip stream, got a truncated or corrupt one of ${length} bytes`,
        ),
      );
    },
  );

  it('refuses corrupt bytes', async () => {
    const corrupt = packed.slice();
    corrupt.fill(0xff, 40, 60);
    await expect(maybeGunzip(corrupt)).rejects.toThrow(FormatError);
  });
});
