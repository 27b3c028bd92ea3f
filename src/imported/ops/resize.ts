import { reshape } from '../../ops/reshape.js';
import { interpolate, type InterpolateOptions } from '../../ops/resize/interpolate.js';
import { type Shape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { channelsLast, type Order, sameOrder, Value } from '../value.js';

/** How a file resizes; the names and their meaning are ONNX's. */
export interface ResizeValueOptions extends Pick<
  InterpolateOptions,
  'coordinateMode' | 'nearestMode' | 'cubicCoefficient' | 'excludeOutside' | 'antialias'
> {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  /** The output's shape, or what the sizes are multiplied with and rounded down: one for each axis. */
  readonly sizes?: readonly number[] | undefined;
  readonly scales?: readonly number[] | undefined;
}

/** The longest axis that is made: what each place is made of takes memory of its own. */
const MOST_PLACES = 2 ** 20;

/** Resizes any axes. @throws RangeError for sizes and scales that give no output, or an axis of more than 2²⁰ places */
export function resize(x: Value, options: ResizeValueOptions): Value {
  const { scales } = options;
  const sizes = options.sizes ?? sizesOf(x.shape, scales!);
  checkPlaces(x.shape, sizes);
  const changing = sameOrder(x.rank).filter(
    (axis) => sizes[axis] !== x.shape[axis] || (scales && scales[axis] !== 1),
  );
  const most = options.mode === 'cubic' ? 2 : 3;
  if (changing.length === 0) return x;
  if (changing.length <= most) return resizeAxes(x, changing, sizes, options);
  const now = new Set(changing.slice(0, most));
  const only = (values: readonly number[] | undefined, others: readonly number[]) =>
    values?.map((value, axis) => (now.has(axis) ? value : others[axis]!));
  const first = resize(x, {
    ...options,
    sizes: only(options.sizes, x.shape),
    scales: only(
      scales,
      x.shape.map(() => 1),
    ),
  });
  const ones = scales?.map((scale, axis) => (now.has(axis) ? 1 : scale));
  return resize(first, { ...options, scales: ones });
}

/** @throws RangeError for an axis that is too long to be resized to */
export function checkPlaces(shape: Shape, sizes: Shape): void {
  const long = sizes.find((size, axis) => size !== shape[axis] && !(size <= MOST_PLACES));
  if (long === undefined) return;
  throw new RangeError(`resize: sizes: expected at most ${MOST_PLACES}, got ${long}`);
}

/** As float32 has the products, in which other libraries compute them. */
function sizesOf(shape: Shape, scales: readonly number[]): number[] {
  return shape.map((size, axis) => Math.floor(Math.fround(size * scales[axis]!)));
}

/** The names of the mode for each number of spatial axes. */
const MODES: Readonly<
  Record<ResizeValueOptions['mode'], Readonly<Record<number, InterpolateOptions['mode']>>>
> = {
  nearest: { 1: 'nearest', 2: 'nearest', 3: 'nearest' },
  linear: { 1: 'linear', 2: 'bilinear', 3: 'trilinear' },
  cubic: { 2: 'bicubic' },
};

function resizeAxes(
  x: Value,
  changing: readonly number[],
  sizes: Shape,
  options: ResizeValueOptions,
): Value {
  const isFitting = (order: Order) =>
    MODES[options.mode][order.length - 2] !== undefined &&
    changing.every((axis) => order.slice(1, -1).includes(axis));
  const order = [x.order, channelsLast(x.rank)].find(isFitting);
  if (order) {
    const y = call(x.tensor(order), x, order.slice(1, -1), sizes, options);
    return Value.of(y, order, x.dtype);
  }
  // Any axes are the spatial ones of a picture whose other axes are its channels.
  const others = sameOrder(x.rank).filter((axis) => !changing.includes(axis));
  const own = [...changing, ...others];
  const channels = sizeOf(others.map((axis) => x.shape[axis]!));
  const spatial = changing.map((axis) => x.shape[axis]!);
  const isLine = options.mode === 'cubic' && changing.length === 1;
  const picture = reshape(x.tensor(own), [1, ...spatial, ...(isLine ? [1] : []), channels]);
  const y = call(picture, x, isLine ? [...changing, undefined] : changing, sizes, options);
  return Value.of(
    reshape(
      y,
      own.map((axis) => sizes[axis]!),
    ),
    own,
    x.dtype,
  );
}

/** @param axes of the file, that the spatial axes of the tensor are; undefined for one of a single element */
function call(
  tensor: Tensor,
  x: Value,
  axes: readonly (number | undefined)[],
  sizes: Shape,
  { mode, scales, ...options }: ResizeValueOptions,
): Tensor {
  const { sizes: _, ...how } = options;
  const at = (values: readonly number[], axis: number | undefined) =>
    axis === undefined ? 1 : values[axis]!;
  const isExact = axes.every(
    (axis) => scales && Math.floor(at(x.shape, axis) * at(scales, axis)) === at(sizes, axis),
  );
  return interpolate(tensor, {
    ...how,
    mode: MODES[mode][tensor.rank - 2]!,
    ...(isExact
      ? { scaleFactor: axes.map((axis) => at(scales!, axis)) }
      : { size: axes.map((axis) => at(sizes, axis)) }),
  });
}
