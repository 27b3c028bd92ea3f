import { arange, zeros } from '../../creation.js';
import { ShapeError } from '../../errors.js';
import { scatterAdd, takeAlongAxis } from '../../ops/along-axis.js';
import { cast } from '../../ops/cast.js';
import { gather as gatherTensor } from '../../ops/gather.js';
import { sum } from '../../ops/reductions.js';
import { reshape as reshapeTensor } from '../../ops/reshape.js';
import { equal, less } from '../../ops/zip/comparisons.js';
import { add, mul } from '../../ops/zip/functions.js';
import { where } from '../../ops/zip/select.js';
import { formatShape, type Shape, sizeOf } from '../../shape.js';
import { fromData, type Tensor } from '../../tensor.js';
import { checkHostSize } from '../constants.js';
import { type ElementType, sameOrder, Value } from '../value.js';
import { axisOf, isOnHost, stridesOf, taken } from './copies.js';
import { reshape, unsqueeze } from './shape-ops.js';
import { slice } from './slice-ops.js';

/** Options of `gather`. */
export interface GatherOptions {
  /** Negative: counted from the last. Default 0. */
  readonly axis?: number;
  /** First axes that x and the indices share. Default 0. */
  readonly batchDims?: number;
}

/**
 * Places of x along an axis, in the order of the indices, whose axes take the place of that axis (ONNX's Gather, TensorFlow's
 * GatherV2). Negative indices count from the end.
 * @throws RangeError, ShapeError
 */
export function gather(x: Value, indices: Value, options: GatherOptions = {}): Value {
  const { batchDims = 0 } = options;
  const axis = axisOf('gather', options.axis ?? 0, x.rank);
  if (batchDims > 0) return gatherBatches(x, indices, axis, batchDims);
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  const size = x.shape[axis]!;
  if (!indices.isHost) {
    const order = x.order.flatMap((a) => {
      const moved = a > axis ? a + indices.rank - 1 : a;
      return a === axis ? sameOrder(indices.rank).map((i) => axis + i) : [moved];
    });
    const places = flatPlaces(unsqueeze(indices, [-1]), [size]).indices();
    const y = gatherTensor(x.tensor(x.order), places, x.order.indexOf(axis));
    return Value.of(y, order, x.dtype);
  }
  const places = flatPlaces(unsqueeze(indices, [-1]), [size]).numbers();
  const chosen = Array.from(places);
  if (x.isHost && isOnHost([x], shape)) {
    const strides = stridesOf(x.shape);
    const offsets = x.shape.map((count, a) =>
      (a === axis ? chosen : sameOrder(count)).map((place) => place * strides[a]!),
    );
    return reshape(taken(x, offsets), shape);
  }
  const isRun = chosen.length > 0 && chosen.every((place, i) => place === chosen[0]! + i);
  if (isRun) {
    const [start] = chosen as [number];
    const ranges = { starts: [start], ends: [start + chosen.length], axes: [axis] };
    return reshape(slice(x, ranges), shape);
  }
  const along = fromData('gather', chosen, [chosen.length], 'int32');
  const y = gatherTensor(x.tensor(x.order), along, x.order.indexOf(axis));
  return reshape(Value.of(y, x.order, x.dtype), shape);
}

/** With the axis right behind those of the batch, which become one with it. */
function gatherBatches(x: Value, indices: Value, axis: number, batchDims: number): Value {
  const batch = x.shape.slice(0, batchDims);
  const others = sameOrder(x.rank).filter((a) => a >= batchDims && a !== axis);
  const moved = x.transposed([...sameOrder(batchDims), axis, ...others]);
  const rest = others.map((a) => x.shape[a]!);
  const table = reshape(moved, [sizeOf(batch) * x.shape[axis]!, ...rest]);
  const starts = batchStarts(indices, batchDims, x.shape[axis]!);
  const places = plus(flatPlaces(unsqueeze(indices, [-1]), [x.shape[axis]!]), starts);
  const y = gather(table, places);
  // [batch, indices, axes before the axis, axes behind it]: the indices go to where the axis was.
  const [before, own] = [axis - batchDims, indices.rank - batchDims];
  const at = (first: number, count: number) => sameOrder(count).map((a) => first + a);
  return y.transposed([
    ...at(0, batchDims),
    ...at(batchDims + own, before),
    ...at(batchDims, own),
    ...at(batchDims + own + before, x.rank - axis - 1),
  ]);
}

/** For every index of a batch the place where its rows begin, `size` for each element of the batch. */
function batchStarts(indices: Value, batchDims: number, size: number): Value {
  const inner = sizeOf(indices.shape.slice(batchDims));
  checkHostSize('gather', indices.shape);
  const starts = Array.from({ length: indices.size }, (_, i) => Math.floor(i / inner) * size);
  return Value.host(starts, indices.shape, 'int32');
}

function plus(a: Value, b: Value): Value {
  if (!a.isHost) return Value.of(add(a.tensor(), b.tensor()), sameOrder(a.rank), 'int32');
  const addends = b.numbers();
  return Value.host(
    Array.from(a.numbers(), (value, i) => value + addends[i]!),
    a.shape,
    'int32',
  );
}

/**
 * The places that indices [..., m] of elements have in axes of these m sizes, row-major; negative ones count from the
 * end.
 * @throws RangeError for indices on the host that are out of range
 */
function flatPlaces(indices: Value, sizes: Shape): Value {
  const strides = stridesOf(sizes);
  const shape = indices.shape.slice(0, -1);
  const m = sizes.length;
  if (!indices.isHost) {
    const given = indices.tensor();
    const [limits, steps] = [sizes, strides].map((row) => fromData('gather', row, [m], 'float32'));
    const wrapped = add(given, mul(less(given, 0), limits!));
    return Value.of(sum(mul(wrapped, steps!), { axes: -1 }), sameOrder(shape.length), 'int32');
  }
  const given = indices.numbers();
  const places = Array.from({ length: sizeOf(shape) }, (_, row) => {
    let place = 0;
    for (let i = 0; i < m; i++) {
      const index = given[row * m + i]!;
      if (!(Number.isInteger(index) && index >= -sizes[i]! && index < sizes[i]!)) {
        throw new RangeError(
          `gather: indices: expected integers in [${-sizes[i]!}, ${sizes[i]!}), got ${index}`,
        );
      }
      place += (index < 0 ? index + sizes[i]! : index) * strides[i]!;
    }
    return place;
  });
  return Value.host(places, shape, 'int32');
}

/**
 * `y[i][j] = x[i][indices[i][j]]` with axis 1 (ONNX's GatherElements); negative indices count from the end.
 * @param indices of no more elements than x along the other axes
 * @throws RangeError, ShapeError
 */
export function gatherElements(x: Value, indices: Value, axis = 0): Value {
  const along = axisOf('gather', axis, x.rank);
  if (indices.rank !== x.rank) {
    throw new ShapeError(
      `gather: indices: expected ${x.rank} axes, got ${formatShape(indices.shape)}`,
    );
  }
  const others = sameOrder(x.rank).filter((a) => a !== along);
  const starts = others.map(() => 0);
  const ends = others.map((a) => indices.shape[a]!);
  const part = slice(x, { starts, ends, axes: others });
  const places = flatPlaces(unsqueeze(indices, [-1]), [x.shape[along]!]);
  if (!isOnHost([part, places], indices.shape)) {
    const y = takeAlongAxis(part.tensor(), places.indices(), along);
    return Value.of(y, sameOrder(y.rank), x.dtype);
  }
  const numbers = part.numbers();
  const chosen = places.numbers();
  const inner = sizeOf(part.shape.slice(along + 1));
  const count = indices.shape[along]! * inner;
  const result = Array.from({ length: indices.size }, (_, i) => {
    const first = Math.floor(i / count) * x.shape[along]! * inner;
    return numbers[first + chosen[i]! * inner + (i % inner)]!;
  });
  return Value.host(result, indices.shape, x.dtype);
}

/**
 * Slices of x by their first indices (ONNX's GatherND, TensorFlow's GatherNd): indices [..., m] name places of the first
 * m axes behind those of the batch.
 * @throws RangeError, ShapeError
 */
export function gatherNd(x: Value, indices: Value, batchDims = 0): Value {
  const m = indices.shape.at(-1) ?? 0;
  checkDepth('gatherNd', x, m, batchDims);
  const batch = x.shape.slice(0, batchDims);
  const sizes = x.shape.slice(batchDims, batchDims + m);
  const rest = x.shape.slice(batchDims + m);
  const places = flatPlaces(indices, sizes);
  const all = plus(places, batchStarts(places, batchDims, sizeOf(sizes)));
  return gather(reshape(x, [sizeOf(batch) * sizeOf(sizes), ...rest]), all);
}

function checkDepth(op: string, x: Value, m: number, batchDims = 0): void {
  if (m <= x.rank - batchDims) return;
  throw new ShapeError(
    `${op}: indices: expected at most ${x.rank - batchDims} along the last axis, got ${m}`,
  );
}

/** What becomes of elements that meet at a place; 'none': the later one stays. */
export type ScatterReduction = 'none' | 'add' | 'mul' | 'min' | 'max';

const REDUCTIONS: Readonly<Record<ScatterReduction, (old: number, update: number) => number>> = {
  none: (_, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  min: (old, update) => Math.min(old, update),
  max: (old, update) => Math.max(old, update),
};

/**
 * x with slices written, or added, at the places of its first axes that indices [..., m] name (ONNX's ScatterND;
 * TensorFlow's ScatterNd adds to zeros). Gradients flow with 'none', where no place is named twice, and with 'add'.
 * @throws RangeError, ShapeError
 */
export function scatterNd(
  x: Value,
  indices: Value,
  updates: Value,
  reduction: ScatterReduction = 'none',
): Value {
  const m = indices.shape.at(-1) ?? 0;
  checkDepth('scatterNd', x, m);
  const sizes = x.shape.slice(0, m);
  const inner = sizeOf(x.shape.slice(m));
  const places = reshape(flatPlaces(indices, sizes), [-1]);
  if (updates.size !== places.size * inner) {
    throw new ShapeError(
      `scatterNd: updates: expected ${places.size * inner} elements, got ${formatShape(updates.shape)}`,
    );
  }
  const rows = [sizeOf(sizes), inner] as const;
  return scattered(x, places, updates, reduction, rows);
}

/** x seen as rows, with rows of the updates at these places. */
function scattered(
  x: Value,
  places: Value,
  updates: Value,
  reduction: ScatterReduction,
  [count, inner]: readonly [number, number],
): Value {
  const hasTensors = reduction === 'none' || reduction === 'add';
  if (hasTensors && !isOnHost([x, places, updates], x.shape)) {
    const y = scatterTensors(
      reshapeTensor(x.tensor(), [count, inner]),
      places.indices(),
      reshapeTensor(updates.tensor(), [places.size, inner]),
      reduction === 'add',
    );
    return Value.of(reshapeTensor(y, x.shape), sameOrder(x.rank), x.dtype);
  }
  checkHostSize('scatterNd', x.shape);
  const result = Array.from(x.numbers());
  const [rows, written] = [places.numbers(), updates.numbers()];
  for (let i = 0; i < written.length; i++) {
    const at = rows[Math.floor(i / inner)]! * inner + (i % inner);
    result[at] = REDUCTIONS[reduction](result[at]!, written[i]!);
  }
  return Value.host(result, x.shape, x.dtype);
}

/** @param x [count, inner] @param places [n] @param updates [n, inner] */
function scatterTensors(x: Tensor, places: Tensor, updates: Tensor, isAdded: boolean): Tensor {
  const [n, inner] = updates.shape as [number, number];
  const column = reshapeTensor(places, [n, 1]);
  const spread = cast(add(cast(column, 'float32'), zeros([1, inner])), 'int32');
  if (isAdded) return scatterAdd(x, spread, updates, 0);
  const counts = scatterAdd(zeros(x.shape), spread, add(mul(updates.detach(), 0), 1), 0);
  return where(counts, scatterAdd(zeros(x.shape), spread, updates, 0), x);
}

/** Options of `oneHot`. */
export interface OneHotOptions {
  /** Default 1 and 0. */
  readonly on?: number;
  readonly off?: number;
  /** Where the new axis is in the result. Default -1. */
  readonly axis?: number;
  /** Whether negative indices count from the end (ONNX); otherwise none of them is on. Default false. */
  readonly wraps?: boolean;
}

/** For every index `depth` numbers, of which one is on: none for an index out of range. @throws RangeError */
export function oneHot(
  indices: Value,
  depth: number,
  dtype: ElementType,
  { on = 1, off = 0, axis = -1, wraps = false }: OneHotOptions = {},
): Value {
  const rank = indices.rank + 1;
  const at = axisOf('oneHot', axis, rank);
  const shape = [...indices.shape, depth];
  const order = sameOrder(rank - 1);
  const axes = [...order.slice(0, at), rank - 1, ...order.slice(at)];
  if (isOnHost([indices], shape)) {
    const numbers = Array.from(indices.numbers());
    const rows = numbers.flatMap((index) =>
      sameOrder(depth).map((i) => (i === index || (wraps && i === index + depth) ? on : off)),
    );
    return Value.host(rows, shape, dtype).transposed(axes);
  }
  const column = reshapeTensor(indices.tensor(), [...indices.shape, 1]);
  const wrapped = wraps ? add(column, mul(less(column, 0), depth)) : column;
  const y = add(mul(equal(wrapped, arange(0, depth)), on - off), off);
  return Value.of(y, sameOrder(rank), dtype).transposed(axes);
}

/** The numbers from `start` to before `limit`, `delta` apart, as a value on the host. @throws RangeError */
export function range(start: number, limit: number, delta: number, dtype: ElementType): Value {
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!Number.isFinite(count)) {
    throw new RangeError(
      `range: expected finite numbers and a delta that is not 0, got ${start}, ${limit}, ${delta}`,
    );
  }
  checkHostSize('range', [count]);
  return Value.host(
    Array.from({ length: count }, (_, i) => start + i * delta),
    [count],
    dtype,
  );
}
