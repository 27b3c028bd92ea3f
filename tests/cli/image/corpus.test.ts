import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../src/cli/image.js';
import sizes from './corpus/pictures.json' with { type: 'json' };

const corpus = new URL('corpus/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, corpus));

/** What Pillow and ImageMagick decode (scripts/pictures.py), in the order of the names. */
const pixels = gunzipSync(read('pixels.gz'));
let at = 0;
const pictures = Object.entries(sizes).map(([name, size]) => {
  const [width, height, channels] = size as [number, number, number];
  const data = new Uint8Array(pixels.subarray(at, (at += width * height * channels)));
  return { name, expected: { width, height, channels, data } };
});

describe('pictures that others have decoded', () => {
  it('are there', () => {
    expect(pictures.filter(({ name }) => name.startsWith('png/'))).toHaveLength(143);
    expect(at).toBe(pixels.length);
  });

  it.each(pictures)('$name: equal in every pixel', ({ name, expected }) => {
    expect(decodeImage(read(name), name)).toEqual(expected);
  });
});
