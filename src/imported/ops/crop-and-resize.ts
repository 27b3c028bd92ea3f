import { matmul } from '../../ops/matmul.js';
import { NEAREST, type NearestMode } from '../../ops/resize/coordinates.js';
import { add, mul } from '../../ops/zip/functions.js';
import { fromData, type Tensor } from '../../tensor.js';
import { sameOrder, Value } from '../value.js';
import { checkPlaces } from './resize.js';

/** A part of a value that is resized, axis by axis: ONNX's tf_crop_and_resize. */
export interface CropValueOptions {
  readonly sizes: readonly number[];
  /** Where the part begins and ends on each axis: 0 is the first value, 1 the last. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly mode: 'nearest' | 'linear';
  readonly nearestMode: NearestMode;
  /** What stands outside of the input. */
  readonly extrapolationValue: number;
}

/** @throws RangeError */
export function cropAndResize(x: Value, options: CropValueOptions): Value {
  const { sizes, starts, ends, extrapolationValue } = options;
  checkPlaces(x.shape, sizes);
  const axes = sameOrder(x.rank).filter(
    (axis) => sizes[axis] !== x.shape[axis] || starts[axis] !== 0 || ends[axis] !== 1,
  );
  let [y, inside] = [
    x,
    Value.of(
      fromData(
        'resize',
        [1],
        x.shape.map(() => 1),
        'float32',
      ),
    ),
  ];
  for (const axis of axes) {
    const { weights, isInside } = weightsOf(x.shape[axis]!, axis, options);
    y = along(y, axis, weights);
    inside = along(inside, axis, isInside);
  }
  // y + (1 − inside) · value: outside, all weights are 0.
  const order = y.order;
  const outside = add(mul(inside.tensor(order), -extrapolationValue), extrapolationValue);
  return Value.of(add(y.tensor(order), outside), order, x.dtype);
}

/** The sums along an axis. @param weights [size, positions] */
function along(x: Value, axis: number, weights: Tensor): Value {
  const order = [...sameOrder(x.rank).filter((other) => other !== axis), axis];
  return Value.of(matmul(x.tensor(order), weights), order, x.dtype);
}

/** What each position along an axis takes of each value, and whether it lies inside. */
function weightsOf(
  size: number,
  axis: number,
  { sizes, starts, ends, mode, nearestMode }: CropValueOptions,
): { weights: Tensor; isInside: Tensor } {
  const positions = sizes[axis]!;
  const [start, end] = [starts[axis]!, ends[axis]!];
  const weights = new Float32Array(size * positions);
  const isInside = new Float32Array(positions);
  for (let j = 0; j < positions; j++) {
    const place = positions > 1 ? start + (j * (end - start)) / (positions - 1) : (start + end) / 2;
    const x = place * (size - 1);
    if (!(x >= 0 && x <= size - 1)) continue;
    isInside[j] = 1;
    const first = mode === 'nearest' ? NEAREST[nearestMode](x) : Math.floor(x);
    const rest = mode === 'nearest' ? 0 : x - first;
    weights[first * positions + j] = 1 - rest;
    if (rest > 0) weights[(first + 1) * positions + j] = rest;
  }
  return {
    weights: fromData('resize', weights, [size, positions], 'float32'),
    isInside: fromData('resize', isInside, [1, positions], 'float32'),
  };
}
