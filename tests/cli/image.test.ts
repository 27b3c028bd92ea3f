import { existsSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { encode, type ImageData } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { decodeImage, imageToInput, type Image } from '../../src/cli/image.js';
import { FormatError } from '../../src/errors.js';
import { corpusFile, pngChunk, pngFile, withChecksums } from './image/files.js';

const pictures = new URL('../../../shared/data/images/', import.meta.url);
const havePictures = existsSync(pictures);
const picture = (name: string) => readFileSync(new URL(name, pictures));

const decodePng = (image: ImageData, interlace: 'null' | 'Adam7' = 'null') =>
  decodeImage(encode(image, { interlace }), 'made.png');
const text = (content: string) => new TextEncoder().encode(content);
const image = (width: number, height: number, channels: 1 | 3 | 4, data: number[]): Image => ({
  width,
  height,
  channels,
  data: Uint8Array.from(data),
});

/** Declares a colour transparent, right after the header. */
const withKey = (png: Buffer, key: number[]) =>
  Buffer.concat([png.subarray(0, 33), pngChunk('tRNS', Uint8Array.from(key)), png.subarray(33)]);

describe('decodeImage: PNG', () => {
  it('reads grey, RGB and RGBA as they are', () => {
    for (const channels of [1, 3, 4] as const) {
      const data = Uint8Array.from({ length: 6 * channels }, (_, i) => (i * 37) % 256);
      const made = { width: 3, height: 2, channels, data };
      expect(decodePng(made)).toEqual(made);
      expect(decodePng(made, 'Adam7')).toEqual(made);
    }
  });

  it('makes RGBA of grey with alpha', () => {
    const decoded = decodePng({
      width: 2,
      height: 1,
      channels: 2,
      data: Uint8Array.of(9, 0, 7, 255),
    });
    expect(decoded).toEqual(image(2, 1, 4, [9, 9, 9, 0, 7, 7, 7, 255]));
  });

  it('rounds 16 bits to 8', () => {
    const data = Uint16Array.of(0, 128, 129, 65535);
    expect(decodePng({ width: 4, height: 1, channels: 1, depth: 16, data }).data).toEqual(
      Uint8Array.of(0, 0, 1, 255),
    );
  });

  it('spreads 1, 2 and 4 bits over 0..255, with rows that do not fill their bytes', () => {
    const one = Uint8Array.of(0b10100000, 0b01000000);
    expect(decodePng({ width: 3, height: 2, channels: 1, depth: 1, data: one })).toEqual(
      image(3, 2, 1, [255, 0, 255, 0, 255, 0]),
    );
    const two = Uint8Array.of(0b00011011, 0b11000000);
    expect(decodePng({ width: 5, height: 1, channels: 1, depth: 2, data: two })).toEqual(
      image(5, 1, 1, [0, 85, 170, 255, 255]),
    );
    const four = Uint8Array.of(0x0f, 0x80);
    expect(decodePng({ width: 3, height: 1, channels: 1, depth: 4, data: four })).toEqual(
      image(3, 1, 1, [0, 255, 136]),
    );
  });

  it('resolves palettes, with and without alpha', () => {
    const made = { width: 3, height: 1, channels: 1, data: Uint8Array.of(1, 0, 1) };
    const opaque = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(decodePng({ ...made, palette: opaque })).toEqual(
      image(3, 1, 3, [4, 5, 6, 1, 2, 3, 4, 5, 6]),
    );
    const clear = [
      [1, 2, 3, 0],
      [4, 5, 6, 255],
    ];
    expect(decodePng({ ...made, palette: clear })).toEqual(
      image(3, 1, 4, [4, 5, 6, 255, 1, 2, 3, 0, 4, 5, 6, 255]),
    );
  });

  it('applies a transparent colour', () => {
    const size = { width: 3, height: 1 };
    const file = Buffer.from(encode({ ...size, channels: 1, data: Uint8Array.of(5, 6, 5) }));
    expect(decodeImage(withKey(file, [0, 6]), 'key.png')).toEqual(
      image(3, 1, 4, [5, 5, 5, 255, 6, 6, 6, 0, 5, 5, 5, 255]),
    );
    const pair = Uint8Array.of(1, 2, 3, 1, 2, 4, 1, 2, 3);
    const colour = Buffer.from(encode({ ...size, channels: 3, data: pair }));
    expect(decodeImage(withKey(colour, [0, 1, 0, 2, 0, 4]), 'key.png')).toEqual(
      image(3, 1, 4, [1, 2, 3, 255, 1, 2, 4, 0, 1, 2, 3, 255]),
    );
  });

  it('reads from the middle of a larger buffer', () => {
    const file = encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(42) });
    const padded = new Uint8Array(file.length + 20).fill(7);
    padded.set(file, 13);
    const decoded = decodeImage(padded.subarray(13, 13 + file.length), 'part.png');
    expect(decoded).toEqual(image(1, 1, 1, [42]));
  });
});

describe('decodeImage: what a JPEG may hold that is not read', () => {
  const plain = corpusFile('jpeg/ycc-444.jpg');
  const frame = plain.indexOf(Buffer.of(0xff, 0xc0));
  const apart = corpusFile('jpeg/not-interleaved.jpg');
  const second = apart.indexOf(Buffer.of(0xff, 0xda), apart.indexOf(Buffer.of(0xff, 0xda)) + 1);
  const changed = (at: number, value: number) => {
    const file = Buffer.from(plain);
    file[at] = value;
    return file;
  };

  it.each([
    ['arithmetic coding', corpusFile('refused/arithmetic.jpg'), 'one with arithmetic coding'],
    [
      'arithmetic coding, progressive',
      corpusFile('refused/arithmetic-progressive.jpg'),
      'one with arithmetic coding, which is not supported',
    ],
    ['no losses', changed(frame + 1, 0xc3), 'one with lossless coding, which is not supported'],
    ['a hierarchy', changed(frame + 1, 0xc5), 'one with hierarchical coding, which is not'],
    ['12 bits', changed(frame + 4, 12), 'one of 12 bits a sample, of which only 8 are supported'],
    [
      '2 components',
      changed(frame + 9, 2),
      'one of 2 components, of which only 1, 3 and 4 are supported',
    ],
    ['no frame', changed(frame + 1, 0xfe), 'one without a frame before its pixels'],
    [
      'two frames',
      Buffer.concat([plain.subarray(0, frame + 19), plain.subarray(frame)]),
      'one with two frames',
    ],
    [
      'no scan',
      Buffer.concat([plain.subarray(0, frame + 19), Buffer.alloc(64), plain.subarray(-2)]),
      'one that lacks some of its colours',
    ],
    [
      'a colour without a scan',
      Buffer.concat([apart.subarray(0, second), apart.subarray(-2)]),
      'one that lacks some of its colours',
    ],
  ])('%s', (_, file, reason) => {
    expect(() => decodeImage(file, 'in.jpg')).toThrow(
      `decodeImage: in.jpg: expected a JPEG picture, got ${reason}`,
    );
  });
});

describe('decodeImage: what is no picture', () => {
  const png = encode({ width: 9, height: 9, channels: 1, data: new Uint8Array(81).fill(3) });
  const broken = png.slice();
  broken[45]! ^= 0xff;

  it.each([
    ['an empty file', new Uint8Array(0)],
    ['an HTML page', text('\n<!DOCTYPE html><title>404</title>')],
    ['an SVG picture', text('<?xml version="1.0"?>\n<svg xmlns="x"/>')],
    ['a GIF picture', text('GIF89a......')],
    ['a WebP picture', text('RIFF\x01\x02\x03\x04WEBPVP8 ')],
    ['JSON text', text('{"error": "not found"}')],
    ['text', text('hello there')],
    ['a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0)],
    ['an IDX file', Uint8Array.of(0, 0, 8, 3, 0, 0, 0x27, 0x10)],
    ['an unknown format of 5 bytes that starts with 01 02 00 ff', Uint8Array.of(1, 2, 0, 255, 4)],
    ['a PNG picture cut off in its first bytes', png.subarray(0, 5)],
    ['a JPEG picture cut off in its first bytes', Uint8Array.of(0xff, 0xd8)],
  ])('says %s', (kind, bytes) => {
    expect(() => decodeImage(bytes, 'in.png')).toThrow(
      new FormatError(`decodeImage: in.png: expected a PNG or JPEG picture, got ${kind}`),
    );
  });

  const size = { width: 9, height: 9 };
  const lines = new Uint8Array(90);
  const rgb = new Uint8Array(9 * 28);
  const palette = pngChunk('PLTE', Uint8Array.of(1, 2, 3, 4, 5, 6));
  const header = (at: number, value: number) => {
    const file = pngFile({ ...size, lines });
    file[at] = value;
    return withChecksums(file);
  };

  it.each([
    ['truncated', png.subarray(0, png.length - 20), 'one truncated after'],
    ['damaged', broken, "one damaged in its chunk 'IDAT' at byte 33"],
    ['a bomb', pngFile({ ...size, lines: new Uint8Array(1e6) }), 'one with more data than pixels'],
    ['short', pngFile({ ...size, lines: new Uint8Array(50) }), 'one truncated: 50 of 90 bytes'],
    [
      'cut off in its stream',
      pngFile({ ...size, stream: deflateSync(Uint8Array.from(rgb.keys())).subarray(0, 60) }),
      'one whose pixel data are truncated',
    ],
    ['no stream', pngFile({ ...size, stream: rgb }), 'one whose pixel data are damaged'],
    ['of 3 bits', header(24, 3), 'one with a damaged header'],
    ['of colour type 1', header(25, 1), 'one with a damaged header'],
    ['interlaced in another way', header(28, 2), 'one with a damaged header'],
    [
      'filtered in another way',
      pngFile({ ...size, lines: lines.map(() => 5) }),
      'one damaged: fil',
    ],
    ['without palette', pngFile({ ...size, colourType: 3, lines }), 'one without its palette'],
    [
      'beyond its palette',
      pngFile({ width: 1, height: 1, colourType: 3, extra: [palette], lines: Uint8Array.of(0, 2) }),
      'one with colour 2, which its palette of 2 lacks',
    ],
    [
      'keyed by too few samples',
      pngFile({
        ...size,
        colourType: 2,
        extra: [pngChunk('tRNS', rgb.subarray(0, 2))],
        lines: rgb,
      }),
      'one with a damaged transparent colour',
    ],
    [
      "a phone's own kind",
      Buffer.concat([png.subarray(0, 8), pngChunk('CgBI', rgb.subarray(0, 4)), png.subarray(8)]),
      "one with an unknown chunk 'CgBI' that its pixels depend on",
    ],
    [
      'with a chunk that changes its pixels',
      pngFile({ ...size, extra: [pngChunk('ABCD', rgb)], lines }),
      "one with an unknown chunk 'ABCD' that its pixels depend on",
    ],
    [
      'with a chunk without a name',
      pngFile({ ...size, extra: [pngChunk('\x1b[2J', rgb)], lines }),
      'one damaged at byte 33',
    ],
  ])('refuses a PNG that is %s', (_, bytes, reason) => {
    expect(() => decodeImage(bytes, 'in.png')).toThrow(FormatError);
    expect(() => decodeImage(bytes, 'in.png')).toThrow(
      `decodeImage: in.png: expected a PNG picture, got ${reason}`,
    );
  });
});

describe.skipIf(!havePictures)('real pictures (skipped without ../shared/data/images)', () => {
  it.each([
    ['mnist_28.png', 28, 28, 1],
    ['fish_224.png', 224, 224, 3],
    ['kitten_224.png', 224, 224, 4],
    ['cat.jpg', 348, 348, 3],
    ['dog.jpg', 400, 266, 3],
    ['grace_hopper.jpg', 517, 606, 3],
  ])('decodes %s', (name, width, height, channels) => {
    const decoded = decodeImage(picture(name), name);
    expect(decoded).toMatchObject({ width, height, channels });
    expect(decoded.data.length).toBe(width * height * channels);
    const input = imageToInput(decoded, { height: 32, width: 32, channels: 3 });
    expect(input.length).toBe(32 * 32 * 3);
    expect(Math.max(...input) - Math.min(...input)).toBeGreaterThan(0.3);
    expect(Math.min(...input)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...input)).toBeLessThanOrEqual(1);
  });

  it('leaves a digit of MNIST as the model knows it, and inverts it written on paper', () => {
    const digit = decodeImage(picture('mnist_28.png'), 'mnist_28.png');
    const paper = { ...digit, data: digit.data.map((value) => 255 - value) };
    const options = { height: 28, width: 28, channels: 1, invert: 'auto' } as const;
    const [asIs, inverted] = [imageToInput(digit, options), imageToInput(paper, options)];
    expect(asIs[0]).toBe(0);
    inverted.forEach((value, i) => expect(value).toBeCloseTo(asIs[i]!, 6));
  });
});
