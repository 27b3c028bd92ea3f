import type { Placement } from './exif.js';
import { BLOCK_SIDE, type Component, type Frame } from './jpeg-frame.js';
import type { Image } from './types.js';

/** What the components of a picture are. CMYK is stored inverted, as Adobe has it: 255 for no ink. */
export type ColourSpace = 'grey' | 'RGB' | 'YCbCr' | 'CMYK' | 'YCCK';

/** Makes pixels of the components' samples: in full size, in grey or RGB, and upright. */
export function toImage(frame: Frame, space: ColourSpace, place: Placement): Image {
  const channels = space === 'grey' ? 1 : 3;
  const data = new Uint8ClampedArray(frame.width * frame.height * channels);
  const rows = frame.components.map(() => new Uint8Array(frame.width));
  const sums = new Uint16Array(frame.width);
  const convert = CONVERSIONS[space];
  for (let y = 0; y < frame.height; y++) {
    frame.components.forEach((own, i) => readSamples(frame, own, y, sums, rows[i]!));
    const at = (place.origin + y * place.stepY) * channels;
    convert(rows, data, at, place.stepX * channels);
  }
  return { width: place.width, height: place.height, channels, data: new Uint8Array(data.buffer) };
}

/**
 * The samples of a component along row `y` of the picture. As in libjpeg, a component of half the size along an axis is
 * interpolated (three parts of the nearer sample, one of the other), any other repeats its samples.
 */
function readSamples(
  frame: Frame,
  component: Component,
  y: number,
  sums: Uint16Array,
  row: Uint8Array,
): void {
  const { plane, stride, across, down, width, height } = component;
  const rowSize = BLOCK_SIDE * stride;
  const scaleX = frame.across / across;
  const scaleY = frame.down / down;
  const near = Math.floor(y / scaleY);
  const smooth = scaleX === 1 || (scaleX === 2 && width > 2);
  if (scaleY === 2 && smooth) {
    const other = Math.min(Math.max(near + (y % 2 === 0 ? -1 : 1), 0), height - 1);
    const [a, b] = [near * rowSize, other * rowSize];
    for (let x = 0; x < width; x++) sums[x] = 3 * plane[a + x]! + plane[b + x]!;
    if (scaleX === 2) interpolate(sums, width, row, 8, 4);
    else for (let x = 0; x < width; x++) row[x] = (sums[x]! + (y % 2 === 0 ? 1 : 2)) >> 2;
    return;
  }
  const samples = plane.subarray(near * rowSize, near * rowSize + width);
  if (scaleX === 1) row.set(samples);
  else if (scaleX === 2 && scaleY === 1 && smooth) interpolate(samples, width, row, 1, 2);
  else for (let x = 0; x < row.length; x++) row[x] = samples[Math.floor(x / scaleX)]!;
}

/** Doubles the samples of a row. `half` and `shift` round: down on one side and up on the other, in turns. */
function interpolate(
  samples: ArrayLike<number>,
  width: number,
  row: Uint8Array,
  half: number,
  shift: number,
): void {
  const otherHalf = shift === 4 ? half - 1 : half + 1;
  for (let x = 0; x < width; x++) {
    const sample = 3 * samples[x]!;
    const left = samples[Math.max(x - 1, 0)]!;
    const right = samples[Math.min(x + 1, width - 1)]!;
    row[2 * x] = (sample + left + half) >> shift;
    row[2 * x + 1] = (sample + right + otherHalf) >> shift;
  }
}

type ConvertRow = (
  rows: readonly Uint8Array[],
  out: Uint8ClampedArray,
  at: number,
  step: number,
) => void;

const CONVERSIONS: Readonly<Record<ColourSpace, ConvertRow>> = {
  grey: ([grey], out, at, step) => {
    for (let x = 0; x < grey!.length; x++, at += step) out[at] = grey![x]!;
  },
  RGB: ([red, green, blue], out, at, step) => {
    for (let x = 0; x < red!.length; x++, at += step) {
      out[at] = red![x]!;
      out[at + 1] = green![x]!;
      out[at + 2] = blue![x]!;
    }
  },
  YCbCr: convertYCbCr,
  CMYK: ([cyan, magenta, yellow, black], out, at, step) => {
    for (let x = 0; x < black!.length; x++, at += step) {
      const light = black![x]!;
      out[at] = printed(255 - cyan![x]!, light);
      out[at + 1] = printed(255 - magenta![x]!, light);
      out[at + 2] = printed(255 - yellow![x]!, light);
    }
  },
  // The three are the luma and chroma of the inks.
  YCCK: (rows, out, at, step) => {
    convertYCbCr(rows, out, at, step);
    for (const light of rows[3]!) {
      for (let c = 0; c < 3; c++) out[at + c] = printed(out[at + c]!, light);
      at += step;
    }
  },
};

/** JFIF's conversion (Rec. 601, all 256 levels), in 16 bits after the point. */
function convertYCbCr(
  [luma, blues, reds]: readonly Uint8Array[],
  out: Uint8ClampedArray,
  at: number,
  step: number,
): void {
  for (let x = 0; x < luma!.length; x++, at += step) {
    const y = luma![x]!;
    const blue = blues![x]! - 128;
    const red = reds![x]! - 128;
    out[at] = y + ((91_881 * red + 32_768) >> 16);
    out[at + 1] = y + ((32_768 - 22_554 * blue - 46_802 * red) >> 16);
    out[at + 2] = y + ((116_130 * blue + 32_768) >> 16);
  }
}

/** What paper reflects of one primary through its ink and black; `light` is what the black lets through. All in 0..255. */
const printed = (ink: number, light: number) => light - Math.round((ink * light) / 255);
