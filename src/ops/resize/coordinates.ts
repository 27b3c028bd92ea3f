import { meanTaps, type Taps, tapsOf } from './taps.js';

/** How values between others are found. */
export type ResizeMode =
  'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'trilinear' | 'bicubic' | 'area';

/** Where the middle of an output position lies in the input; ONNX's names. */
export type CoordinateMode =
  | 'half_pixel'
  | 'half_pixel_symmetric'
  | 'pytorch_half_pixel'
  | 'tf_half_pixel_for_nn'
  | 'asymmetric'
  | 'align_corners';

/** Which neighbour is the nearest; ONNX's names. */
export type NearestMode = 'floor' | 'ceil' | 'round_prefer_floor' | 'round_prefer_ceil';

/** What determines an axis' taps beside its sizes. */
export interface Interpolation {
  readonly mode: ResizeMode;
  readonly coordinates: CoordinateMode;
  readonly nearest: NearestMode;
  readonly cubic: number;
  readonly excludeOutside: boolean;
  readonly antialias: boolean;
}

/** The coordinate of position j of `positions`, in an axis of `size` that is stretched by `scale`. */
type Coordinate = (j: number, scale: number, size: number, positions: number) => number;

const halfPixel: Coordinate = (j, scale) => (j + 0.5) / scale - 0.5;

export const COORDINATES: Readonly<Record<CoordinateMode, Coordinate>> = {
  half_pixel: halfPixel,
  half_pixel_symmetric: (j, scale, size, positions) =>
    (size / 2) * (1 - positions / (scale * size)) + halfPixel(j, scale, size, positions),
  pytorch_half_pixel: (j, scale, size, positions) =>
    positions > 1 ? halfPixel(j, scale, size, positions) : 0,
  tf_half_pixel_for_nn: (j, scale) => (j + 0.5) / scale,
  asymmetric: (j, scale) => j / scale,
  align_corners: (j, _, size, positions) =>
    positions > 1 ? (j * (size - 1)) / (positions - 1) : 0,
};

export const NEAREST: Readonly<Record<NearestMode, (x: number) => number>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
};

/** 1 − |t| within 1. */
const linear = (t: number) => Math.max(0, 1 - Math.abs(t));

/** Keys' cubic convolution (IEEE Trans. ASSP 29, 1981) with the slope a at 1. */
const cubic = (a: number) => (t: number) => {
  const x = Math.abs(t);
  if (x >= 2) return 0;
  if (x >= 1) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return ((a + 2) * x - (a + 3)) * x * x + 1;
};

/** The taps that resize an axis to `positions`, stretched by `scale`. */
export function resizeTaps(
  size: number,
  positions: number,
  scale: number,
  how: Interpolation,
): Taps {
  const { mode } = how;
  if (mode === 'area') return meanTaps(size, positions);
  const coordinate = (j: number) => COORDINATES[how.coordinates](j, scale, size, positions);
  const within = (i: number) => Math.min(Math.max(i, 0), size - 1);
  if (mode.startsWith('nearest')) {
    const nearest = NEAREST[how.nearest];
    return tapsOf(size, positions, (j, add) => add(within(nearest(coordinate(j))), 1));
  }
  // Where values are left out in between, each counts for a stretch of the axis.
  const stretch = how.antialias ? Math.min(1, scale) : 1;
  const [radius, weightAt] = mode === 'bicubic' ? [2, cubic(how.cubic)] : [1, linear];
  return tapsOf(size, positions, (j, add) => {
    const x = coordinate(j);
    const end = x + radius / stretch;
    let sum = 0;
    for (let pass = 0; pass < 2; pass++) {
      for (let i = Math.ceil(x - radius / stretch); i <= end; i++) {
        const weight = weightAt((i - x) * stretch);
        if (weight === 0 || (how.excludeOutside && i !== within(i))) continue;
        if (pass === 0) sum += weight;
        else add(within(i), weight / sum);
      }
    }
  });
}
