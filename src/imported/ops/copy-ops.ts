import { full } from '../../creation.js';
import { ShapeError } from '../../errors.js';
import { concat as concatTensors } from '../../ops/copy/join.js';
import { pad as padTensor, type PadMode } from '../../ops/copy/pad.js';
import { expand as expandTensor, tile as tileTensor } from '../../ops/copy/repeat.js';
import {
  depthToSpace as blocksOf,
  pixelShuffle,
  spaceToDepth as depthOf,
} from '../../ops/copy/shuffle.js';
import { formatShape, type Shape, sizeOf } from '../../shape.js';
import { channelsLast, type ElementType, sameOrder, Value } from '../value.js';
import { axisOf, broadcastShapes, isOnHost, stridesOf, taken } from './copies.js';
import { unsqueeze } from './shape-ops.js';
import { cut } from './slice-ops.js';

/** Values side by side along an axis. @throws RangeError; ShapeError where the other axes differ */
export function concat(values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (!first) throw new RangeError('concat: values: expected at least one, got none');
  const along = axisOf('concat', axis, first.rank);
  for (const { shape } of values) {
    const fits = (size: number, a: number) => a === along || size === first.shape[a];
    if (shape.length === first.rank && shape.every(fits)) continue;
    throw new ShapeError(
      `concat: values: expected shapes that differ along axis ${along}, ` +
        `got ${formatShape(first.shape)} and ${formatShape(shape)}`,
    );
  }
  if (values.length === 1) return first;
  const size = values.reduce((sum, { shape }) => sum + shape[along]!, 0);
  const shape = first.shape.map((own, a) => (a === along ? size : own));
  if (isOnHost(values, shape)) return joinNumbers(values, along, shape);
  const { order } = values.find((value) => !value.isHost) ?? first;
  const tensors = values.map((value) => value.tensor(order));
  return Value.of(concatTensors(tensors, order.indexOf(along)), order, first.dtype);
}

function joinNumbers(values: readonly Value[], axis: number, shape: Shape): Value {
  const rows = sizeOf(shape.slice(0, axis));
  const parts = values.map((value) => Array.from(value.numbers()));
  const lengths = values.map(({ size }) => size / rows);
  const joined = Array.from({ length: rows }, (_, row) =>
    parts.flatMap((part, i) => part.slice(row * lengths[i]!, (row + 1) * lengths[i]!)),
  );
  return Value.host(joined.flat(), shape, values[0]!.dtype);
}

/** Values along a new axis. @throws RangeError, ShapeError */
export function stack(values: readonly Value[], axis: number): Value {
  return concat(
    values.map((value) => unsqueeze(value, [axis])),
    axis,
  );
}

/** How an axis goes on: ONNX's edge is `replicate` here, its wrap `circular`. */
export interface PadValueOptions {
  /** Default 'constant'. */
  readonly mode?: PadMode;
  /** The constant. Default 0. */
  readonly value?: number;
}

/**
 * A border around x.
 * @param before elements before each axis; negative: so many are cut off
 * @param after elements after each axis
 * @throws RangeError
 */
export function pad(
  x: Value,
  before: readonly number[],
  after: readonly number[],
  { mode = 'constant', value = 0 }: PadValueOptions = {},
): Value {
  const kept = cut(
    x,
    x.shape.map((size, axis) => {
      const first = Math.min(size, Math.max(0, -before[axis]!));
      const count = Math.max(0, size - first - Math.max(0, -after[axis]!));
      return { first, count, step: 1 };
    }),
  );
  const sides = kept.shape.map((_, axis) =>
    [before[axis]!, after[axis]!].map((n) => Math.max(0, n)),
  ) as [number, number][];
  if (sides.every(([first, last]) => first === 0 && last === 0)) return kept;
  const shape = kept.shape.map((size, axis) => size + sides[axis]![0] + sides[axis]![1]);
  if (mode === 'constant' && isOnHost([kept], shape)) {
    const strides = stridesOf(kept.shape);
    const offsets = kept.shape.map((size, axis) =>
      Array.from({ length: shape[axis]! }, (_, i) => {
        const place = i - sides[axis]![0];
        return place >= 0 && place < size ? place * strides[axis]! : NaN;
      }),
    );
    return taken(kept, offsets, value);
  }
  const padding = kept.order.map((axis) => sides[axis]!);
  return Value.of(
    padTensor(kept.tensor(kept.order), padding, { mode, value }),
    kept.order,
    x.dtype,
  );
}

/** Copies of x side by side. @param repeats one for each axis @throws ShapeError */
export function tile(x: Value, repeats: readonly number[]): Value {
  if (repeats.length !== x.rank) {
    throw new ShapeError(`tile: repeats: expected ${x.rank}, got ${repeats.length}`);
  }
  if (repeats.every((times) => times === 1)) return x;
  const shape = x.shape.map((size, axis) => size * repeats[axis]!);
  if (isOnHost([x], shape)) {
    const strides = stridesOf(x.shape);
    return taken(
      x,
      shape.map((size, axis) =>
        Array.from({ length: size }, (_, i) => (i % x.shape[axis]!) * strides[axis]!),
      ),
    );
  }
  const times = x.order.map((axis) => repeats[axis]!);
  return Value.of(tileTensor(x.tensor(x.order), times), x.order, x.dtype);
}

/** x repeated along axes of size 1 and new first axes, until it has what NumPy makes of its shape and another. @throws ShapeError */
export function expand(x: Value, shape: Shape): Value {
  const whole = broadcastShapes('expand', x.shape, shape);
  const added = whole.length - x.rank;
  if (isOnHost([x], whole)) {
    const strides = stridesOf(x.shape);
    const step = (axis: number) => (x.shape[axis] === 1 ? 0 : (strides[axis] ?? 0));
    return taken(
      x,
      whole.map((size, axis) => Array.from({ length: size }, (_, i) => i * step(axis - added))),
    );
  }
  const order = [...sameOrder(added), ...x.order.map((axis) => axis + added)];
  const y = expandTensor(
    x.tensor(x.order),
    order.map((axis) => whole[axis]!),
  );
  return Value.of(y, order, x.dtype);
}

/** One number everywhere. @throws ShapeError */
export function fill(shape: Shape, value: number, dtype: ElementType): Value {
  if (!isOnHost([], shape)) return Value.of(full(shape, value), sameOrder(shape.length), dtype);
  return Value.host(new Array<number>(sizeOf(shape)).fill(value), shape, dtype);
}

/** Where the channels of pictures stand in the file. */
export type Layout = 'NCHW' | 'NHWC';

/**
 * Blocks of pixels from channels.
 * @param mode whether rows and columns of a block are the slowest of the channels ('DCR', and TensorFlow) or the fastest
 * @throws ShapeError, RangeError
 */
export function depthToSpace(
  x: Value,
  blockSize: number,
  layout: Layout,
  mode: 'DCR' | 'CRD' = 'DCR',
): Value {
  const order = layout === 'NCHW' ? channelsLast(4) : sameOrder(4);
  const shuffled = mode === 'DCR' ? blocksOf : pixelShuffle;
  return Value.of(shuffled(x.tensor(order), blockSize), order, x.dtype);
}

/** Channels from blocks of pixels: what `depthToSpace` of mode DCR undoes. @throws ShapeError, RangeError */
export function spaceToDepth(x: Value, blockSize: number, layout: Layout): Value {
  const order = layout === 'NCHW' ? channelsLast(4) : sameOrder(4);
  return Value.of(depthOf(x.tensor(order), blockSize), order, x.dtype);
}
