import { existsSync, readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { encode, type ImageData } from 'fast-png';
import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { decodeImage, imageToInput, type Image } from '../../src/cli/image.js';
import { FormatError } from '../../src/errors.js';

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

/** A JPEG of four flat quarters, each large enough to survive the compression. */
function quarteredJpeg(orientation?: number): Uint8Array {
  const [width, height] = [32, 16];
  const grey = (x: number, y: number) => 40 + 60 * ((x < 16 ? 0 : 1) + (y < 8 ? 0 : 2));
  const data = Array.from({ length: width * height }, (_, i) => {
    const value = grey(i % width, Math.floor(i / width));
    return [value, value, value, 255];
  }).flat();
  const file = jpeg.encode({ width, height, data: Uint8Array.from(data) }, 95).data;
  if (orientation === undefined) return file;
  const exif = Buffer.concat([
    Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01', 'latin1'),
    Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]),
  ]);
  const app1 = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([file.subarray(0, 2), app1, exif, file.subarray(2)]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const frame = Buffer.alloc(12 + data.length);
  frame.writeUInt32BE(data.length, 0);
  frame.write(type, 4, 'latin1');
  frame.set(data, 8);
  frame.writeUInt32BE(crc32(frame.subarray(4, 8 + data.length)), 8 + data.length);
  return frame;
}

/** Declares a colour transparent, right after the header. */
const withKey = (png: Buffer, key: number[]) =>
  Buffer.concat([png.subarray(0, 33), chunk('tRNS', Uint8Array.from(key)), png.subarray(33)]);

/** A PNG that claims a size its data do not have. */
function pngOfSize(width: number, height: number, pixelData: Uint8Array): Buffer {
  const file = Buffer.from(encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(0) }));
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  return Buffer.concat([
    file.subarray(0, 33),
    chunk('IDAT', pixelData),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

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

describe('decodeImage: JPEG', () => {
  const corners = ({ width, height, channels, data }: Image) =>
    [0, width - 1, (height - 1) * width, height * width - 1].map((pixel) =>
      Math.round((data[pixel * channels]! - 40) / 60),
    );

  it('reads RGB', () => {
    const decoded = decodeImage(quarteredJpeg(), 'made.jpg');
    expect(decoded).toMatchObject({ width: 32, height: 16, channels: 3 });
    expect(corners(decoded)).toEqual([0, 1, 2, 3]);
  });

  // The corners top left, top right, bottom left, bottom right, as EXIF 2.3 pictures the letter F.
  it.each([
    [1, [0, 1, 2, 3]],
    [2, [1, 0, 3, 2]],
    [3, [3, 2, 1, 0]],
    [4, [2, 3, 0, 1]],
    [5, [0, 2, 1, 3]],
    [6, [2, 0, 3, 1]],
    [7, [3, 1, 2, 0]],
    [8, [1, 3, 0, 2]],
  ])('turns orientation %i upright', (orientation, expected) => {
    const decoded = decodeImage(quarteredJpeg(orientation), 'phone.jpg');
    expect(corners(decoded)).toEqual(expected);
    expect(decoded.width).toBe(orientation >= 5 ? 16 : 32);
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

  it.each([
    ['truncated', png.subarray(0, png.length - 20), 'one truncated after'],
    ['damaged', broken, 'one whose pixel data are damaged'],
    [
      'too large',
      pngOfSize(60_000, 60_000, png),
      'one of 60000x60000 pixels, above the limit of 100',
    ],
    ['empty', pngOfSize(0, 4, png), 'one of 0x4 pixels'],
    ['a bomb', pngOfSize(2, 2, deflateSync(new Uint8Array(1e7))), 'one with more data than pixels'],
    ['short', pngOfSize(9, 9, deflateSync(new Uint8Array(50))), 'one truncated: 50 of 90 bytes'],
  ])('refuses a PNG that is %s', (_, bytes, reason) => {
    expect(() => decodeImage(bytes, 'in.png')).toThrow(FormatError);
    expect(() => decodeImage(bytes, 'in.png')).toThrow(
      `decodeImage: in.png: expected a PNG picture, got ${reason}`,
    );
  });

  it('notices a damaged byte by the checksum', () => {
    const palette = [[1, 2, 3]];
    const file = encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(0), palette });
    file[Buffer.from(file).indexOf('PLTE') + 4]! ^= 1;
    expect(() => decodeImage(file, 'in.png')).toThrow(
      /^decodeImage: in\.png: expected a PNG picture, got one that cannot be decoded \(CRC/,
    );
  });

  it('refuses every prefix of a PNG and of a JPEG', () => {
    for (const file of [png, quarteredJpeg(6)]) {
      for (let length = 0; length < file.length; length++) {
        expect(() => decodeImage(file.subarray(0, length), 'cut')).toThrow(FormatError);
      }
    }
  });

  it('refuses a JPEG that claims too many pixels, before it decodes', () => {
    const file = Buffer.from(quarteredJpeg());
    const frame = file.indexOf(Buffer.of(0xff, 0xc0));
    file.writeUInt16BE(65_000, frame + 5);
    file.writeUInt16BE(65_000, frame + 7);
    expect(() => decodeImage(file, 'bomb.jpg')).toThrow(
      'one of 65000x65000 pixels, above the limit',
    );
  });

  it('never throws anything but a FormatError on damaged files', () => {
    for (const file of [png, quarteredJpeg(6)]) {
      for (let at = 0; at < file.length; at++) {
        const damaged = Uint8Array.from(file);
        damaged[at]! ^= 0xff;
        try {
          decodeImage(damaged, 'damaged');
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }
    }
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
