import { checkArity, checkBoolean, checkInteger, checkNumber, wrongKind } from '../check.js';
import { describe, isDetached, typedArrayName } from '../describe.js';
import { ShapeError } from '../errors.js';
import { checkOptions } from '../options.js';
import { frame, place } from './frame.js';
import { type ImageInterpolation, type Pixels, resample } from './resample.js';

const OP = 'preprocess';
/** Samples of a picture, in and between: 1 GiB. */
const MAX_SAMPLES = 2 ** 30;

/** A picture of bytes: an `ImageData`, or grey, RGB or RGBA samples, rows from the top. */
export interface PixelSource {
  readonly width: number;
  readonly height: number;
  /** width · height pixels of 1, 3 or 4 samples; a fourth (transparency) is not looked at. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** What `preprocess` makes of a picture; in this order. */
export interface PreprocessOptions {
  /** RGB (default), BGR, or the luma of ITU-R 601, as Pillow computes it. Grey pictures have three equal channels. */
  readonly channels?: 'RGB' | 'BGR' | 'gray';
  /** A number: the length of the shorter side, the other in proportion, rounded down; or [height, width]. */
  readonly resize?: number | readonly [height: number, width: number];
  /** Resized in proportion to what fits into [height, width], in the middle of `fill`; in place of `resize`. */
  readonly letterbox?: readonly [height: number, width: number];
  /** Default 'bilinear'. */
  readonly interpolation?: ImageInterpolation;
  /**
   * True (default): as Pillow, and torchvision for its pictures, bit for bit: smaller pictures are averages. False: as
   * torchvision for tensors of bytes without `antialias`, and most code in browsers.
   */
  readonly antialias?: boolean;
  /** [height, width], or a number for both, from the middle; smaller pictures are padded with zeros. */
  readonly centerCrop?: number | readonly [height: number, width: number];
  /** The colour around a letterbox, in bytes, one or one of each channel. Default 0. */
  readonly fill?: number | readonly number[];
  /** What bytes are multiplied by. Default 1/255. */
  readonly scale?: number;
  /** Taken from each channel then. Default 0. */
  readonly mean?: number | readonly number[];
  /** What each channel is divided by at last. Default 1. */
  readonly std?: number | readonly number[];
  /** Default 'NHWC'. */
  readonly layout?: 'NHWC' | 'NCHW';
}

/** The input of a model. */
export interface Preprocessed {
  readonly data: Float32Array<ArrayBuffer>;
  /** [1, height, width, channels], or [1, channels, height, width] for 'NCHW'. */
  readonly shape: readonly [number, number, number, number];
}

/** The names of the options. @internal */
export const PREPROCESS_OPTIONS = [
  ...(['channels', 'resize', 'letterbox', 'interpolation', 'antialias', 'centerCrop'] as const),
  ...(['fill', 'scale', 'mean', 'std', 'layout'] as const),
] as const satisfies readonly (keyof PreprocessOptions)[];

/**
 * Makes a picture the input of a model, as torchvision's transforms do. It needs no `init`.
 * @param image an `ImageData`, or bytes with their width and height
 * @returns float32 values with their shape, for `tensor(data, shape)`
 * @throws TypeError, RangeError; ShapeError for bytes that are not width · height pixels
 */
export function preprocess(image: PixelSource, options: PreprocessOptions = {}): Preprocessed {
  checkArity(OP, arguments.length, 2);
  const stored = checkImage(image);
  const { interpolation = 'bilinear', antialias = true, layout = 'NHWC', ...given } = options ?? {};
  checkOptions(OP, options, PREPROCESS_OPTIONS);
  oneOf('interpolation', interpolation, ['bilinear', 'bicubic', 'nearest']);
  oneOf('layout', layout, ['NHWC', 'NCHW']);
  checkBoolean(OP, 'antialias', antialias);
  const { channels: order = 'RGB' } = given;
  oneOf('channels', order, ['RGB', 'BGR', 'gray']);
  const channels = order === 'gray' ? 1 : 3;
  const fill = perChannel('fill', given.fill ?? 0, channels, 0, 255);
  const table = levels(given, channels);
  const { size, at, outer } = frame(OP, stored, given);
  checkSize('resize', size, channels);
  checkSize('centerCrop', outer, channels);

  const resized = resample(inOrder(stored, order), size, interpolation, antialias);
  const { data, height, width } = place(resized, at, outer, given.letterbox ? fill : [0, 0, 0]);
  return layout === 'NHWC'
    ? { data: interleaved(data, table), shape: [1, height, width, channels] }
    : { data: planar(data, table), shape: [1, channels, height, width] };
}

function checkImage(image: PixelSource): Pixels {
  if (typeof image !== 'object' || image === null) {
    throw wrongKind(OP, 'image', 'an ImageData, or bytes with width and height', image);
  }
  const { width, height, data } = image;
  if (!/^Uint8(Clamped)?Array$/.test(typedArrayName(data) ?? '') || isDetached(data.buffer)) {
    throw wrongKind(OP, 'image.data', 'a Uint8Array or Uint8ClampedArray', data);
  }
  checkInteger(OP, 'image.width', width, 1);
  checkInteger(OP, 'image.height', height, 1);
  const channels = data.length / (width * height);
  if (![1, 3, 4].includes(channels)) {
    throw new ShapeError(
      `${OP}: image.data: expected 1, 3 or 4 bytes for each of ${height} x ${width} pixels, got ${data.length}`,
    );
  }
  return { width, height, channels, data };
}

/** The value of each byte in each channel, computed in float32 as PyTorch does. */
function levels({ scale = 1 / 255, mean = 0, std = 1 }: PreprocessOptions, channels: number) {
  checkNumber(OP, 'scale', scale);
  const means = perChannel('mean', mean, channels);
  const stds = perChannel('std', std, channels);
  if (stds.includes(0)) throw new RangeError(`${OP}: std: expected numbers other than 0, got 0`);
  const { fround } = Math;
  return means.map((m, c) =>
    Float32Array.from(
      { length: 256 },
      (_, byte) => fround(fround(byte * scale) - fround(m)) / fround(stds[c]!),
    ),
  );
}

/** One number for each channel. */
function perChannel(
  argument: string,
  value: number | readonly number[],
  channels: number,
  minimum = -Infinity,
  maximum = Infinity,
): number[] {
  const values = Array.isArray(value)
    ? [...value]
    : new Array<number>(channels).fill(value as number);
  for (const number of values) checkNumber(OP, argument, number, minimum, maximum);
  if (values.length === channels) return values;
  throw new RangeError(
    `${OP}: ${argument}: expected a number, or ${channels}, one for each channel, got ${describe(value)}`,
  );
}

function oneOf(argument: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw (typeof value === 'string' ? RangeError : TypeError)(
    `${OP}: ${argument}: expected ${known.join(', ')}, got ${describe(value)}`,
  );
}

function checkSize(argument: string, size: readonly number[], channels: number): void {
  const [height, width] = size as [number, number];
  if (height * width * channels <= MAX_SAMPLES) return;
  throw new RangeError(
    `${OP}: ${argument}: expected at most ${MAX_SAMPLES} samples, got ${height} x ${width} x ${channels}`,
  );
}

/** The samples that are wanted, without transparency. */
function inOrder(pixels: Pixels, order: 'RGB' | 'BGR' | 'gray'): Pixels {
  const { width, height, data, channels } = pixels;
  const wanted = order === 'gray' ? 1 : 3;
  if (channels === wanted && order !== 'BGR') return pixels;
  const result = new Uint8Array(width * height * wanted);
  const [red, green, blue] = channels === 1 ? [0, 0, 0] : order === 'BGR' ? [2, 1, 0] : [0, 1, 2];
  for (let at = 0, to = 0; at < data.length; at += channels) {
    const [r, g, b] = [data[at + red!]!, data[at + green!]!, data[at + blue!]!];
    if (wanted === 1) {
      // Weights of 16 bits, which sum to 1.
      result[to++] = (19595 * r + 38470 * g + 7471 * b + 0x8000) >> 16;
    } else {
      result[to++] = r;
      result[to++] = g;
      result[to++] = b;
    }
  }
  return { width, height, channels: wanted, data: result };
}

function interleaved(data: ArrayLike<number>, table: readonly Float32Array[]) {
  const result = new Float32Array(data.length);
  const channels = table.length;
  for (let c = 0; c < channels; c++) {
    const values = table[c]!;
    for (let i = c; i < data.length; i += channels) result[i] = values[data[i]!]!;
  }
  return result;
}

function planar(data: ArrayLike<number>, table: readonly Float32Array[]) {
  const result = new Float32Array(data.length);
  const channels = table.length;
  let to = 0;
  for (let c = 0; c < channels; c++) {
    const values = table[c]!;
    for (let i = c; i < data.length; i += channels) result[to++] = values[data[i]!]!;
  }
  return result;
}
