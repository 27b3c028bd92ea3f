import { constants, gzipSync } from 'node:zlib';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { maybeGunzip } from '../../src/data/index.js';
import { FormatError } from '../../src/errors.js';
import { Random } from '../../src/random.js';

const plain = Uint8Array.from({ length: 10_000 }, (_, i) => (i * i) % 251);
const packed = new Uint8Array(gzipSync(plain));
const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

/** Bytes that repeat themselves at many distances. */
function repetitive(length: number, random: Random): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const isCopy = at > 0 && random.integer(3) > 0;
    const from = isCopy ? random.integer(at) : 0;
    for (let left = 1 + random.integer(400); left > 0 && at < length; left--, at++) {
      bytes[at] = isCopy ? bytes[from + ((400 - left) % (at - from))]! : random.integer(256);
    }
  }
  return bytes;
}

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

  it('agrees with zlib for every level and strategy, and lengths from nothing on', async () => {
    const random = new Random(1);
    const { Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_DEFAULT_STRATEGY } = constants;
    for (const length of [0, 1, 2, 3, 257, 258, 259, 32_768, 70_000, 200_000]) {
      const bytes = repetitive(length, random);
      for (const strategy of [Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_DEFAULT_STRATEGY]) {
        for (const level of [0, 1, 6, 9]) {
          const result = await maybeGunzip(gzipSync(bytes, { level, strategy }));
          expect(Buffer.compare(result, bytes), `${length} ${strategy} ${level}`).toBe(0);
        }
      }
    }
  });

  it('decompresses long runs, where one code stands for 258 bytes', async () => {
    const zeros = new Uint8Array(3_000_000);
    expect(Buffer.compare(await maybeGunzip(gzipSync(zeros)), zeros)).toBe(0);
  });

  it('reads all members, the empty ones too, and zeros behind them', async () => {
    const members = [plain.subarray(0, 10), plain.subarray(0, 0), plain, plain.subarray(5)];
    const file = join(...members.map((part) => gzipSync(part)));
    const expected = join(...members);
    expect(await maybeGunzip(file)).toEqual(expected);
    expect(await maybeGunzip(join(file, new Uint8Array(1)))).toEqual(expected);
    expect(await maybeGunzip(join(file, new Uint8Array(1000)))).toEqual(expected);
  });

  it('reads two members that are the same', async () => {
    expect(await maybeGunzip(join(packed, packed))).toEqual(join(plain, plain));
  });

  it('does not look for copies in the member before', async () => {
    const dictionary = gzipSync(plain, { level: 9 });
    const damaged = new Uint8Array(gzipSync(Uint8Array.of(1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3)));
    const promise = maybeGunzip(
      join(
        dictionary,
        damaged.map((byte, i) => (i === 10 ? byte ^ 8 : byte)),
      ),
    );
    await expect(promise).rejects.toThrow(FormatError);
  });

  it('passes over the fields of a header: extra bytes, name, comment, checksum', async () => {
    const header = packed.slice(0, 10);
    header[3] = 4 | 8 | 16 | 2;
    const fields = Uint8Array.of(3, 0, 7, 8, 9, 0x61, 0, 0x62, 0x63, 0, 0xff, 0xff);
    expect(await maybeGunzip(join(header, fields, packed.subarray(10)))).toEqual(plain);
    for (let length = 10; length < 22; length++) {
      const cut = join(header, fields).subarray(0, length);
      await expect(maybeGunzip(cut)).rejects.toThrow('got a truncated one');
    }
  });

  it('takes bytes of another realm, and an ArrayBuffer', async () => {
    const foreign = runInNewContext(`Uint8Array.from([${packed.join()}])`) as Uint8Array;
    expect(foreign).not.toBeInstanceOf(Uint8Array);
    expect(await maybeGunzip(foreign)).toEqual(plain);
    expect(await maybeGunzip(foreign.buffer as never)).toEqual(plain);
    expect(await maybeGunzip(runInNewContext('Uint8Array.of(1, 2)') as Uint8Array)).toEqual(
      Uint8Array.of(1, 2),
    );
  });

  it.each([2, 9, 20, packed.length - 9, packed.length - 1])(
    'refuses it cut to %d bytes',
    async (length) => {
      const promise = maybeGunzip(packed.subarray(0, length), { name: 'images' });
      await expect(promise).rejects.toThrow(FormatError);
      await expect(promise).rejects.toThrow(
        /^gzip: images: expected a whole gzip file of at most 1073741824 bytes, got a truncated one.* \(at byte \d+ of \d+\)$/,
      );
    },
  );

  it('finds every flipped bit of data and trailer', async () => {
    const small = new Uint8Array(gzipSync(plain.subarray(0, 40)));
    for (let bit = 80; bit < 8 * small.length; bit++) {
      const flipped = small.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      await expect(maybeGunzip(flipped), `bit ${bit}`).rejects.toThrow(FormatError);
    }
  });

  it('refuses bytes that follow the last member', async () => {
    const promise = maybeGunzip(join(packed, Uint8Array.of(0, 0, 5)));
    await expect(promise).rejects.toThrow(`got other data (at byte ${packed.length} of`);
  });

  it('stops at a limit, whatever size the file claims', async () => {
    const bomb = gzipSync(new Uint8Array(50_000_000));
    const claims = (...bytes: number[]) => join(bomb.subarray(0, -4), Uint8Array.from(bytes));
    for (const [file, got] of [
      [bomb, 'a truncated one, or one of 50000000 bytes (at byte 0'],
      [claims(255, 255, 255, 255), 'a truncated one, or one of 4294967295 bytes (at byte 0'],
      [claims(1, 0, 0, 0), 'more than 1000000 bytes (at byte '],
      [join(bomb, packed), 'more than 1000000 bytes (at byte '],
    ] as const) {
      const before = process.memoryUsage().arrayBuffers;
      await expect(maybeGunzip(file, { name: 'table', maxBytes: 1_000_000 })).rejects.toThrow(
        `gzip: table: expected a whole gzip file of at most 1000000 bytes, got ${got}`,
      );
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    }
    expect((await maybeGunzip(packed, { maxBytes: 10_000 })).length).toBe(10_000);
    await expect(maybeGunzip(packed, { maxBytes: 9_999 })).rejects.toThrow('one of 10000 bytes');
  });

  it.each([
    [[], 'maybeGunzip: bytes: expected a Uint8Array, got undefined'],
    [['text'], 'maybeGunzip: bytes: expected a Uint8Array, got "text"'],
    [[packed, 'name'], 'maybeGunzip: options: expected an object, got "name"'],
    [[packed, { limit: 1 }], 'maybeGunzip: options: expected name, maxBytes, got limit'],
    [
      [packed, { maxBytes: -1 }],
      'maybeGunzip: maxBytes: expected an integer of at least 0, got -1',
    ],
    [[packed, {}, 1], 'maybeGunzip: arguments: expected at most 2 arguments, got 3'],
  ])('refuses arguments', async (given, message) => {
    const call = maybeGunzip as (...given: unknown[]) => Promise<unknown>;
    await expect(call(...given)).rejects.toThrow(message);
  });
});
