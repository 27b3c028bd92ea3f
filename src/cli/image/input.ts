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

/** What one output sample is made of: `weights[k]` of the input sample `start + k`; they sum to 1. */
interface Taps {
  start: number;
  weights: number[];
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
  const input = resizeRows(resizeColumns(image, width, channels), image.height, height);
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

/** `[image.height, width, channels]`: a row of pixels at a time, so that large pictures stay small. */
function resizeColumns(image: Image, width: number, channels: number): Float32Array {
  const taps = axisTaps(image.width, width);
  const row = new Float32Array(image.width * channels);
  const out = new Float32Array(image.height * width * channels);
  for (let y = 0, to = 0; y < image.height; y++) {
    readRow(image, y, channels, row);
    for (const { start, weights } of taps) {
      for (let c = 0; c < channels; c++, to++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) {
          sum += weights[k]! * row[(start + k) * channels + c]!;
        }
        out[to] = sum;
      }
    }
  }
  return out;
}

function resizeRows(rows: Float32Array, inHeight: number, height: number): Float32Array {
  const rowSize = rows.length / inHeight;
  const out = new Float32Array(height * rowSize);
  axisTaps(inHeight, height).forEach(({ start, weights }, y) => {
    for (let i = 0; i < rowSize; i++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++)
        sum += weights[k]! * rows[(start + k) * rowSize + i]!;
      out[y * rowSize + i] = sum;
    }
  });
  return out;
}

/** One row in 0..1, laid over white, in grey or RGB. */
function readRow(image: Image, y: number, channels: number, row: Float32Array): void {
  const { width, data } = image;
  for (let x = 0; x < width; x++) {
    const at = (y * width + x) * image.channels;
    const alpha = image.channels === 4 ? data[at + 3]! / 255 : 1;
    const sample = (c: number) => 1 - alpha + (alpha * data[at + c]!) / 255;
    const red = sample(0);
    const [green, blue] = image.channels === 1 ? [red, red] : [sample(1), sample(2)];
    if (channels === 3) row.set([red, green, blue], 3 * x);
    else row[x] = image.channels === 1 ? red : 0.299 * red + 0.587 * green + 0.114 * blue;
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
  const start = Math.floor(from);
  const weights: number[] = [];
  for (let j = start; j < to && j < inSize; j++) {
    weights.push((Math.min(j + 1, to) - Math.max(j, from)) / (to - from));
  }
  return { start, weights };
}

/** Samples sit in the middle of their pixels (half-pixel centres); the edge is repeated. */
function bilinearTaps(i: number, scale: number, inSize: number): Taps {
  const at = Math.min(Math.max((i + 0.5) * scale - 0.5, 0), inSize - 1);
  const start = Math.floor(at);
  const share = at - start;
  return { start, weights: share === 0 ? [1] : [1 - share, share] };
}

function hasBrightBorder(input: Float32Array, width: number, height: number): boolean {
  const border = input.filter((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
  return border.reduce((sum, value) => sum + value, 0) / border.length > 0.5;
}
