import type { Image } from './types.js';

/** What a model's input looks like. */
export interface InputOptions {
  height: number;
  width: number;
  /** 1 for grey, 3 for RGB. */
  channels: number;
  /**
   * Swap dark and bright. `auto` does it for a grey input whose border is bright: models of digits
   * learn white ink on black, people write black on white. Default false.
   */
  invert?: 'auto' | boolean;
}

/**
 * What one output sample is made of: `count` input samples from `start` on. Their weights sum to 1; all between the
 * first and the last weigh the same.
 */
interface Taps {
  start: number;
  count: number;
  first: number;
  middle: number;
  last: number;
}

/**
 * Makes a picture the input of a model: float32 `[height, width, channels]` (NHWC) in 0..1.
 *
 * Transparency is laid over white, grey is Rec. 601 luma, and each axis is resized on its own (the
 * aspect ratio is not kept): averaged over areas where it shrinks, bilinear where it grows.
 *
 * @throws RangeError for a size that is not a positive integer, or channels other than 1 and 3.
 */
export function imageToInput(image: Image, options: InputOptions): Float32Array {
  const { height, width, channels, invert = false } = options;
  checkOptions(options);
  const input = resize(image, height, width, channels);
  const dark = invert === 'auto' ? channels === 1 && hasBrightBorder(input, width, height) : invert;
  return dark ? input.map((value) => 1 - value) : input;
}

function checkOptions({ height, width, channels }: InputOptions): void {
  for (const [name, size] of Object.entries({ height, width })) {
    if (Number.isInteger(size) && size > 0) continue;
    throw new RangeError(`imageToInput: ${name}: expected a positive integer, got ${String(size)}`);
  }
  if (channels === 1 || channels === 3) return;
  throw new RangeError(`imageToInput: channels: expected 1 or 3, got ${String(channels)}`);
}

/** Takes the picture a row at a time: what it needs beside it is a few rows, however large the picture. */
function resize(image: Image, height: number, width: number, channels: number): Float32Array {
  const columns = axisTaps(image.width, width);
  const pixels = new Float32Array(image.width * channels);
  const row = new Float32Array(width * channels);
  const sums = new Float64Array(height * width * channels);
  let y = -1;
  axisTaps(image.height, height).forEach(({ start, count, first, middle, last }, to) => {
    const sum = sums.subarray(to * row.length, (to + 1) * row.length);
    for (let k = 0; k < count; k++) {
      if (y !== start + k) {
        y = start + k;
        readRow(image, y, channels, pixels);
        resizeRow(pixels, columns, channels, row);
      }
      const weight = k === 0 ? first : k === count - 1 ? last : middle;
      for (let i = 0; i < row.length; i++) sum[i]! += weight * row[i]!;
    }
  });
  return Float32Array.from(sums);
}

function resizeRow(
  pixels: Float32Array,
  columns: readonly Taps[],
  channels: number,
  row: Float32Array,
): void {
  let to = 0;
  for (const { start, count, first, middle, last } of columns) {
    const end = (start + count - 1) * channels;
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let i = (start + 1) * channels + c; i < end; i += channels) sum += pixels[i]!;
      sum = middle * sum + first * pixels[start * channels + c]!;
      row[to++] = count > 1 ? sum + last * pixels[end + c]! : sum;
    }
  }
}

/** One row in 0..1, laid over white, in grey or RGB. */
function readRow(image: Image, y: number, channels: number, row: Float32Array): void {
  const { width, data, channels: stored } = image;
  const [second, third] = stored === 1 ? [0, 0] : [1, 2];
  let at = y * width * stored;
  for (let x = 0; x < width; x++, at += stored) {
    const alpha = stored === 4 ? data[at + 3]! / 255 : 1;
    const white = 1 - alpha;
    const red = white + (alpha * data[at]!) / 255;
    const green = white + (alpha * data[at + second]!) / 255;
    const blue = white + (alpha * data[at + third]!) / 255;
    if (channels === 1) {
      row[x] = stored === 1 ? red : 0.299 * red + 0.587 * green + 0.114 * blue;
    } else {
      row[3 * x] = red;
      row[3 * x + 1] = green;
      row[3 * x + 2] = blue;
    }
  }
}

function axisTaps(inSize: number, outSize: number): Taps[] {
  const scale = inSize / outSize;
  const tapsAt = scale >= 1 ? areaTaps : bilinearTaps;
  return Array.from({ length: outSize }, (_, i) => tapsAt(i, scale, inSize));
}

/** Output `i` covers `[i, i + 1) · scale` of the input: every sample counts by its overlap. */
function areaTaps(i: number, scale: number, inSize: number): Taps {
  const [from, to] = [i * scale, Math.min((i + 1) * scale, inSize)];
  const [start, end] = [Math.floor(from), Math.ceil(to)];
  const middle = 1 / (to - from);
  return {
    start,
    count: end - start,
    first: (Math.min(start + 1, to) - from) * middle,
    middle,
    last: (to - end + 1) * middle,
  };
}

/** Samples sit in the middle of their pixels (half-pixel centres); the edge is repeated. */
function bilinearTaps(i: number, scale: number, inSize: number): Taps {
  const at = Math.min(Math.max((i + 0.5) * scale - 0.5, 0), inSize - 1);
  const start = Math.floor(at);
  const share = at - start;
  return { start, count: share === 0 ? 1 : 2, first: 1 - share, middle: 0, last: share };
}

/**
 * Says of an input of `imageToInput` that it shows nothing, for a model names a class of that too: no value differs from
 * the first of its channel by half a level of 8 bits. Undefined for any other input, and for one of a single pixel.
 */
export function describePlain(
  input: Float32Array,
  { height, width, channels }: InputOptions,
): string | undefined {
  const isPlain = input.every((value, i) => Math.abs(value - input[i % channels]!) < 0.5 / 255);
  if (!isPlain || height * width === 1) return undefined;
  const levels = Array.from(input.subarray(0, channels), (value) => Math.round(255 * value));
  const colour = `${channels === 1 ? 'grey' : 'RGB'} ${levels.join(', ')}`;
  return `one plain colour after preparation: ${colour} in all of ${width}x${height} pixels`;
}

function hasBrightBorder(input: Float32Array, width: number, height: number): boolean {
  const border = input.filter((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
  return border.reduce((sum, value) => sum + value, 0) / border.length > 0.5;
}
