// Resizing of pictures of bytes, sample by sample as two widely used programs do it, whose pictures models were trained on.

/** Rows from the top, samples of a pixel side by side. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** How pixels between pixels are found. */
export type ImageInterpolation = 'bilinear' | 'bicubic' | 'nearest';

/** What each output sample of an axis is made of: `weights[i]` of the input samples from `starts[i]` on. */
interface Taps {
  readonly starts: readonly number[];
  readonly weights: readonly ArrayLike<number>[];
}

/** Bits behind the point of Pillow's weights: 8 of 32 are a sample's, 2 are for sums that overshoot. */
const WEIGHT_BITS = 32 - 8 - 2;

/**
 * Resizes each axis by itself.
 * @param antialias as `Image.resize` of Pillow, in its fixed-point numbers, also where it shrinks: averages, widened
 * filters; otherwise as `resize` of torchvision makes of a tensor of bytes: `interpolate` of PyTorch between the nearest
 * samples, rounded
 */
export function resample(
  pixels: Pixels,
  [height, width]: readonly [number, number],
  interpolation: ImageInterpolation,
  antialias: boolean,
): Pixels {
  if (height === pixels.height && width === pixels.width) return pixels;
  if (interpolation === 'nearest') return nearest(pixels, height, width, antialias);
  return antialias
    ? filtered(pixels, height, width, interpolation)
    : interpolated(pixels, height, width, interpolation);
}

/** libImaging/Resample.c of Pillow: rows first, then columns, each rounded to bytes. */
function filtered(
  { data, channels, ...from }: Pixels,
  height: number,
  width: number,
  kind: 'bilinear' | 'bicubic',
): Pixels {
  const round = (sum: number) => (sum + 2 ** (WEIGHT_BITS - 1)) >> WEIGHT_BITS;
  let rows = data;
  if (width !== from.width) {
    rows = new Uint8ClampedArray(from.height * width * channels);
    const taps = filterTaps(from.width, width, kind);
    resampleAxis(data, rows, [from.height, from.width, channels], taps, round);
  }
  if (height === from.height) return { data: rows, channels, height, width };
  const result = new Uint8ClampedArray(height * width * channels);
  const taps = filterTaps(from.height, height, kind);
  resampleAxis(rows, result, [1, from.height, width * channels], taps, round);
  return { data: result, channels, height, width };
}

/** `interpolate` of PyTorch with `align_corners` false; a clamped array rounds halves to even, as `torch.round`. */
function interpolated(
  { data, channels, ...from }: Pixels,
  height: number,
  width: number,
  kind: 'bilinear' | 'bicubic',
): Pixels {
  const exact = (sum: number) => sum;
  const rows = new Float64Array(from.height * width * channels);
  const columnTaps = pointTaps(from.width, width, kind);
  resampleAxis(data, rows, [from.height, from.width, channels], columnTaps, exact);
  const result = new Uint8ClampedArray(height * width * channels);
  const rowTaps = pointTaps(from.height, height, kind);
  resampleAxis(rows, result, [1, from.height, width * channels], rowTaps, exact);
  return { data: result, channels, height, width };
}

/** Sums along the middle axis of [outer, size, inner]. */
function resampleAxis(
  input: ArrayLike<number>,
  output: Uint8ClampedArray | Float64Array,
  [outer, size, inner]: readonly [number, number, number],
  { starts, weights }: Taps,
  finish: (sum: number) => number,
): void {
  const sums = new Float64Array(inner);
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < starts.length; i++) {
      const taps = weights[i]!;
      let at = (o * size + starts[i]!) * inner;
      sums.fill(0);
      for (let k = 0; k < taps.length; k++) {
        const weight = taps[k]!;
        for (let c = 0; c < inner; c++) sums[c]! += weight * input[at++]!;
      }
      for (let c = 0; c < inner; c++) output[to++] = finish(sums[c]!);
    }
  }
}

/** `precompute_coeffs` and `normalize_coeffs_8bpc`: a filter as wide as an output sample, in whole numbers. */
function filterTaps(inSize: number, outSize: number, kind: 'bilinear' | 'bicubic'): Taps {
  const scale = inSize / outSize;
  const widened = Math.max(scale, 1);
  const support = (kind === 'bilinear' ? 1 : 2) * widened;
  const weigh = kind === 'bilinear' ? triangle : (x: number) => cubic(x, -0.5);
  const starts: number[] = [];
  const weights = Array.from({ length: outSize }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(inSize, Math.trunc(centre + support + 0.5));
    starts.push(start);
    const taps = Float64Array.from({ length: end - start }, (_, k) =>
      weigh((start + k - centre + 0.5) / widened),
    );
    const sum = taps.reduce((all, weight) => all + weight, 0);
    return taps.map((weight) => {
      const fixed = (weight / sum) * 2 ** WEIGHT_BITS;
      return Math.trunc(fixed + (fixed < 0 ? -0.5 : 0.5));
    });
  });
  return { starts, weights };
}

/** Between the two or four nearest samples; those beyond the edge are the edge's. */
function pointTaps(inSize: number, outSize: number, kind: 'bilinear' | 'bicubic'): Taps {
  const scale = inSize / outSize;
  const starts: number[] = [];
  const weights = Array.from({ length: outSize }, (_, i) => {
    const at = (i + 0.5) * scale - 0.5;
    const first = Math.floor(at) - (kind === 'bilinear' ? 0 : 1);
    const count = kind === 'bilinear' ? 2 : 4;
    const start = clamp(first, inSize);
    const taps = new Float64Array(clamp(first + count - 1, inSize) - start + 1);
    for (let k = 0; k < count; k++) {
      const distance = first + k - at;
      const weight = kind === 'bilinear' ? triangle(distance) : cubic(distance, -0.75);
      taps[clamp(first + k, inSize) - start]! += weight;
    }
    starts.push(start);
    return taps;
  });
  return { starts, weights };
}

/** Copies pixels: Pillow's centre of each, or the place that PyTorch finds in float32. */
function nearest(
  { data, channels, ...from }: Pixels,
  height: number,
  width: number,
  antialias: boolean,
): Pixels {
  const places = antialias ? centredPlaces : truncatedPlaces;
  const columns = places(from.width, width);
  const result = new Uint8Array(height * width * channels);
  let to = 0;
  for (const y of places(from.height, height)) {
    for (const x of columns) {
      const at = (y * from.width + x) * channels;
      for (let c = 0; c < channels; c++) result[to++] = data[at + c]!;
    }
  }
  return { data: result, channels, height, width };
}

/** `ImagingScaleAffine`, which adds up. */
function centredPlaces(inSize: number, outSize: number): number[] {
  const scale = inSize / outSize;
  let at = scale / 2;
  return Array.from({ length: outSize }, () => {
    const place = clamp(Math.floor(at), inSize);
    at += scale;
    return place;
  });
}

function truncatedPlaces(inSize: number, outSize: number): number[] {
  const scale = Math.fround(inSize / outSize);
  return Array.from({ length: outSize }, (_, i) =>
    clamp(Math.floor(Math.fround(i * scale)), inSize),
  );
}

const clamp = (place: number, size: number) => Math.min(Math.max(place, 0), size - 1);

const triangle = (x: number) => Math.max(0, 1 - Math.abs(x));

/** Keys' cubic convolution. */
function cubic(x: number, a: number): number {
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? a * (((t - 5) * t + 8) * t - 4) : 0;
}
