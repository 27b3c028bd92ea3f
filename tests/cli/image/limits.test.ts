import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeImage, imageToInput } from '../../../src/cli/image.js';
import { MAX_MEMORY, MAX_PIXELS, MAX_SCANS, MAX_SIDE } from '../../../src/cli/image/limits.js';
import { FormatError } from '../../../src/errors.js';
import { corpusFile, jpegSegment, pngFile, smallestJpeg, withSize } from './files.js';

const MB = 2 ** 20;

/** Runs `act`, and says by how many bytes the process has outgrown what it was at most. */
function growth(act: () => void): number {
  const before = process.resourceUsage().maxRSS;
  act();
  return 1024 * (process.resourceUsage().maxRSS - before);
}

/** The reason for which a file is refused: at once, and without taking memory. */
function refusal(file: Uint8Array): string {
  let reason = '';
  const begin = process.cpuUsage();
  const grown = growth(() => {
    try {
      decodeImage(file, 'bomb');
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      reason = (error as FormatError).message;
    }
  });
  expect(process.cpuUsage(begin).user).toBeLessThan(1e6);
  expect(grown).toBeLessThan(64 * MB);
  return reason.replace(/^decodeImage: bomb: expected a (PNG|JPEG) picture, got /, '');
}

// These come first: what a process took at most is never forgotten.
describe('pictures beyond a limit are refused from the header', () => {
  const stream = deflateSync(new Uint8Array(1000));
  const png = (width: number, height: number, colourType = 0, depth = 8) =>
    pngFile({ width, height, colourType, depth, stream });

  it.each([
    ['a side', png(1, 49_999_999), /^one of 1x49999999 pixels, above the limit of 1000000 along/],
    ['a side', png(MAX_SIDE + 1, 1), /^one of 1000001x1 pixels, above the limit of 1000000 along/],
    [
      'a size',
      png(60_000, 60_000),
      /^one of 60000x60000 pixels, above the limit of 100 megapixels/,
    ],
    ['a size', png(2 ** 32 - 1, 2 ** 32 - 1), /^one of 4294967295x4294967295 pixels, above/],
    ['no size', png(0, 4), /^one of 0x4 pixels$/],
    [
      'RGBA of 16 bits',
      png(9000, 5000, 6, 16),
      /^one of 9000x5000 pixels that needs 515 MB to decode, above the limit of 512 MB$/,
    ],
    ['RGBA of 8 bits', png(10_000, 10_000, 6), /that needs 763 MB to decode/],
    ['a JPEG', withSize(smallestJpeg(8, 8), 65_000, 65_000), /above the limit of 100 megapixels/],
    [
      'a progressive JPEG',
      Buffer.concat([
        withSize(corpusFile('jpeg/cmyk-pillow-progressive.jpg'), 9000, 9000),
        new Uint8Array(1_000_000),
      ]),
      /that needs 1159 MB to decode/,
    ],
  ])('%s', (_, file, reason) => {
    expect(refusal(file)).toMatch(reason);
  });
});

describe('data that are too short for their size are refused before anything is allocated', () => {
  it.each([
    'ycc-444',
    'ycc-420',
    'ycc-420-progressive',
    'grey',
    'grey-progressive',
    'rgb-adobe',
    'cmyk-pillow',
  ])('%s that claims more', (name) => {
    for (const [width, height] of [
      [6000, 5000],
      [9900, 9900],
      [65_535, 1500],
    ] as const) {
      expect(refusal(withSize(corpusFile(`jpeg/${name}.jpg`), width, height))).toMatch(
        /^one truncated: \d+x\d+ pixels take at least \d+ bytes, of which there are \d+$/,
      );
    }
  });

  it('a PNG whose stream ends early', () => {
    const file = pngFile({ width: 9000, height: 9000, stream: deflateSync(new Uint8Array(5e5)) });
    expect(refusal(file)).toBe('one truncated: 500000 of 81009000 bytes of pixels');
  });

  it('a PNG whose stream does not end', () => {
    const file = pngFile({ width: 20, height: 20, stream: deflateSync(new Uint8Array(1e7)) });
    expect(refusal(file)).toBe('one with more data than pixels');
  });

  it('a JPEG whose data end early', () => {
    const data = Buffer.concat([withSize(corpusFile('jpeg/ycc-420.jpg'), 5000, 4000)]);
    const padded = Buffer.concat([data, new Uint8Array(400_000)]);
    expect(refusal(padded)).toMatch(/^one (damaged at byte|truncated after) \d+/);
  });
});

describe('the least that a JPEG can be', () => {
  it('is two bits a block', () => {
    const { data, ...size } = decodeImage(smallestJpeg(800, 804), 'small.jpg');
    expect(size).toEqual({ width: 800, height: 804, channels: 1 });
    expect(data.every((value) => value === 128)).toBe(true);
    const file = smallestJpeg(800, 804);
    const short = Buffer.concat([file.subarray(0, -100), file.subarray(-2)]);
    expect(refusal(short)).toMatch(/^one (truncated|damaged)/);
  });

  it('is one bit a block in a progressive one', () => {
    const scan = [jpegSegment(0xda, 1, 1, 0, 0, 0, 0), Buffer.alloc((100 * 100) / 8)];
    const { data } = decodeImage(smallestJpeg(800, 800, true, scan), 'small.jpg');
    expect(data.every((value) => value === 128)).toBe(true);
  });

  it('has a limited number of scans', () => {
    const scan = [jpegSegment(0xda, 1, 1, 0, 0, 63, 0), Buffer.alloc(1)];
    const scans = (count: number) => Array.from({ length: count }, () => scan).flat();
    expect(decodeImage(smallestJpeg(8, 8, false, scans(MAX_SCANS)), 'a.jpg').width).toBe(8);
    const reason = refusal(smallestJpeg(8, 8, false, scans(MAX_SCANS + 1)));
    expect(reason).toBe(`one of more than ${MAX_SCANS} scans`);
  });

  it('has no scan that brings bits again', () => {
    const means = [jpegSegment(0xda, 1, 1, 0, 0, 0, 1), Buffer.alloc(1)];
    const refined = [jpegSegment(0xda, 1, 1, 0, 0, 0, 0x10), Buffer.alloc(1)];
    const file = (...scans: Buffer[][]) => smallestJpeg(8, 8, true, scans.flat());
    expect(decodeImage(file(means, refined), 'a.jpg').width).toBe(8);
    for (const scans of [[means, means], [refined], [means, refined, refined]]) {
      expect(refusal(file(...scans))).toBe('one whose scans contradict each other');
    }
  });
});

describe('pictures within the limits', () => {
  it.each([
    ['a column of a million pixels', { width: 1, height: MAX_SIDE }, 1, 1],
    ['a row of a million pixels', { width: MAX_SIDE, height: 1 }, 1, 1],
    ['1 bit, 9 megapixels', { width: 3000, height: 3000, depth: 1 }, 1 / 8, 1],
    ['16 bits, RGBA, 12 megapixels', { width: 4000, height: 3000, depth: 16, colourType: 6 }, 8, 4],
  ])('take the memory that is told: %s', (_, size, bytes, channels) => {
    const pixels = size.width * size.height;
    const [lines, told] = [pixels * bytes + size.height, pixels * (bytes + channels) + size.height];
    const file = pngFile({ ...size, lines: new Uint8Array(lines) });
    let input: Float32Array | undefined;
    const grown = growth(() => {
      input = imageToInput(decodeImage(file, 'large.png'), { width: 8, height: 8, channels: 3 });
    });
    expect(input).toEqual(new Float32Array(192).fill(channels === 4 ? 1 : 0));
    expect(Math.max(pixels / MAX_PIXELS, told / MAX_MEMORY)).toBeLessThanOrEqual(1);
    // What the tests before have left behind, and code, is beside it.
    expect(grown).toBeLessThan(told + 128 * MB);
  });
});
