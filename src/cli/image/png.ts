import { inflateSync } from 'node:zlib';
import { convertIndexedToRgb, decode, type DecodedPng } from 'fast-png';
import { checkSize, runDecoder, type Image } from './types.js';

/** The parts of a PNG that make up its pixels; the rest (text, colour profiles) is dropped unread. */
const PIXEL_CHUNKS = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];
const CHANNELS_OF_COLOUR_TYPE: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** First column, first row, column step, row step of Adam7's passes (PNG specification, 8.2). */
const ADAM7_PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

interface Chunk {
  type: string;
  data: Buffer;
  /** The data with its length, type and checksum. */
  whole: Buffer;
}

/** Decodes a PNG of any colour type and depth. Its errors say what the file has instead of a picture. */
export function decodePng(bytes: Uint8Array): Image {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = readChunks(file);
  checkPixelData(chunks);
  const pixels = Buffer.concat([file.subarray(0, 8), ...chunks.map((chunk) => chunk.whole)]);
  return runDecoder(() => toImage(decode(pixels, { checkCrc: true })));
}

function readChunks(file: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; chunks.at(-1)?.type !== 'IEND';) {
    const end = at + 8 <= file.length ? at + 12 + file.readUInt32BE(at) : Infinity;
    if (end > file.length) throw new Error(`one truncated after ${file.length} bytes`);
    const type = file.toString('latin1', at + 4, at + 8);
    if (PIXEL_CHUNKS.includes(type)) {
      chunks.push({ type, data: file.subarray(at + 8, end - 4), whole: file.subarray(at, end) });
    }
    at = end;
  }
  return chunks;
}

/** Compares what the header claims with what the data holds, before any pixel is allocated. */
function checkPixelData(chunks: readonly Chunk[]): void {
  const header = chunks[0];
  if (header?.type !== 'IHDR' || header.data.length !== 13) throw new Error('one without a header');
  const expected = scanlineBytes(header.data);
  const data = chunks.filter((chunk) => chunk.type === 'IDAT').map((chunk) => chunk.data);
  const got = inflatedLength(Buffer.concat(data), expected);
  if (got < expected) throw new Error(`one truncated: ${got} of ${expected} bytes of pixels`);
}

/** Length of the filtered scanlines of all passes: each row has one byte more than its samples. */
function scanlineBytes(header: Buffer): number {
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  checkSize(width, height);
  const [depth, colourType, interlace] = [header[8]!, header[9]!, header[12]!];
  const bits = depth * (CHANNELS_OF_COLOUR_TYPE[colourType] ?? 1);
  const passes = interlace === 1 ? ADAM7_PASSES : ([[0, 0, 1, 1]] as const);
  return passes.reduce((total, [left, top, stepX, stepY]) => {
    const [columns, rows] = [Math.ceil((width - left) / stepX), Math.ceil((height - top) / stepY)];
    return columns > 0 && rows > 0 ? total + rows * (1 + Math.ceil((columns * bits) / 8)) : total;
  }, 0);
}

/** Inflates at most a little more than expected: a stream that goes on is a decompression bomb. */
function inflatedLength(data: Buffer, expected: number): number {
  try {
    return inflateSync(data, { maxOutputLength: expected + 65_536 }).length;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new Error('one with more data than pixels', { cause: error });
    if (code === 'Z_BUF_ERROR')
      throw new Error('one whose pixel data are truncated', { cause: error });
    throw new Error('one whose pixel data are damaged', { cause: error });
  }
}

function toImage(png: DecodedPng): Image {
  const { width, height } = png;
  if (png.palette) {
    return withChannels(width, height, png.palette[0]?.length ?? 3, convertIndexedToRgb(png));
  }
  const samples = png.depth < 8 ? unpackBits(png) : png.data;
  const keyed = png.transparency ? colourKey(samples, png.channels, png.transparency) : undefined;
  const channels = png.channels + (keyed ? 1 : 0);
  const data = to8Bits(samples, png.depth);
  return withChannels(width, height, channels, keyed ? addAlpha(data, png.channels, keyed) : data);
}

/** Samples of 1, 2 or 4 bits to one a byte; every row starts on a byte. */
function unpackBits({ data, width, height, depth }: DecodedPng): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const samples = new Uint8Array(width * height);
  for (let i = 0; i < samples.length; i++) {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * rowBytes + (bit >> 3)]!;
    samples[i] = (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
  }
  return samples;
}

function to8Bits(samples: ArrayLike<number>, depth: number): Uint8Array {
  if (depth === 8 && samples instanceof Uint8Array) return samples;
  const scale = 255 / (2 ** depth - 1);
  return Uint8Array.from(samples, (sample) => Math.round(sample * scale));
}

/** Alpha per pixel of a picture in which one colour is declared transparent. */
function colourKey(
  samples: ArrayLike<number>,
  channels: number,
  key: ArrayLike<number>,
): Uint8Array {
  return Uint8Array.from({ length: samples.length / channels }, (_, pixel) => {
    for (let c = 0; c < channels; c++) if (samples[pixel * channels + c] !== key[c]) return 255;
    return 0;
  });
}

function addAlpha(data: Uint8Array, channels: number, alpha: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + alpha.length);
  alpha.forEach((value, pixel) => {
    const at = pixel * (channels + 1);
    out.set(data.subarray(pixel * channels, (pixel + 1) * channels), at);
    out[at + channels] = value;
  });
  return out;
}

/** Grey with alpha becomes RGBA, so that the callers have three cases and not four. */
function withChannels(width: number, height: number, channels: number, data: Uint8Array): Image {
  if (channels === 1 || channels === 3 || channels === 4) return { width, height, channels, data };
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    rgba.fill(data[2 * i]!, 4 * i, 4 * i + 3);
    rgba[4 * i + 3] = data[2 * i + 1]!;
  }
  return { width, height, channels: 4, data: rgba };
}
