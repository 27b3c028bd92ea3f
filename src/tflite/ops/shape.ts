import {
  concat,
  depthToSpace,
  expand,
  fill,
  pad,
  spaceToDepth,
  stack,
  tile,
} from '../../imported/ops/copy-ops.js';
import { gather, gatherNd, oneHot, range, scatterNd } from '../../imported/ops/index-ops.js';
import { reshape, shapeOf, squeeze, unsqueeze } from '../../imported/ops/shape-ops.js';
import {
  partSizes,
  reverse,
  slice,
  split,
  stridedSlice,
  unstack,
} from '../../imported/ops/slice-ops.js';
import { sameOrder, Value } from '../../imported/value.js';
import { activated, list, scalar, type TfliteHandlers } from '../handler.js';
import type { Options } from '../options.js';
import { elementType } from '../schema.js';
import { batchToSpace, mirrorPad, spaceToBatch } from './space.js';

/** The first and the second column of [n, 2]. */
const columns = (pairs: Value) => {
  const numbers = list(pairs);
  return [numbers.filter((_, i) => i % 2 === 0), numbers.filter((_, i) => i % 2 === 1)] as const;
};

function strided([x, begin, end, strides]: readonly Value[], options: Options): Value {
  const [starts, ends] = [list(begin!), list(end!)];
  const until = options.offset ? ends.map((size, i) => starts[i]! + size) : ends;
  return stridedSlice(x!, starts, until, list(strides!), {
    begin: options.beginMask,
    end: options.endMask,
    ellipsis: options.ellipsisMask,
    newAxis: options.newAxisMask,
    shrinkAxis: options.shrinkAxisMask,
  });
}

/** A size of −1 takes what is left. */
function sliced(x: Value, begin: Value, size: Value): Value {
  const starts = list(begin);
  const ends = list(size).map((length, i) => (length < 0 ? x.shape[i]! : starts[i]! + length));
  return slice(x, { starts, ends });
}

function splitInto(x: Value, sizes: readonly number[], axis: number): Value[] {
  const known = sizes.reduce((sum, size) => sum + Math.max(0, size), 0);
  const whole = x.shape.at(axis) ?? 0;
  return split(
    x,
    sizes.map((size) => (size < 0 ? whole - known : size)),
    axis,
  );
}

export const SHAPE_OPS: TfliteHandlers = {
  BATCH_TO_SPACE_ND: {
    operands: 3,
    run: ([x, block, crops]) => batchToSpace(x!, list(block!), ...columns(crops!)),
  },
  BROADCAST_TO: { operands: 2, run: ([x, shape]) => expand(x!, list(shape!)) },
  CONCATENATION: {
    operands: 1,
    run: (values, { options }) => activated(concat(values as Value[], options.axis), options),
  },
  DEPTH_TO_SPACE: {
    operands: 1,
    run: ([x], { options: { blockSize } }) => depthToSpace(x!, blockSize, 'NHWC'),
  },
  EMBEDDING_LOOKUP: { operands: 2, run: ([indices, table]) => gather(table!, indices!) },
  EXPAND_DIMS: { operands: 2, run: ([x, axis]) => unsqueeze(x!, [scalar(axis!)]) },
  FILL: { operands: 2, run: ([shape, x]) => fill(list(shape!), scalar(x!), x!.dtype) },
  GATHER: {
    operands: 2,
    run: ([x, indices], { options: { axis, batchDims } }) =>
      gather(x!, indices!, { axis, batchDims }),
  },
  GATHER_ND: { operands: 2, run: ([x, indices]) => gatherNd(x!, indices!) },
  MIRROR_PAD: {
    operands: 2,
    run: ([x, pairs], { options: { mode } }) => mirrorPad(x!, ...columns(pairs!), mode === 1),
  },
  ONE_HOT: {
    operands: 4,
    run: ([indices, depth, on, off], { options: { axis } }) =>
      oneHot(indices!, scalar(depth!), on!.dtype, { axis, on: scalar(on!), off: scalar(off!) }),
  },
  PACK: { operands: 1, run: (values, { options: { axis } }) => stack(values as Value[], axis) },
  PAD: { operands: 2, run: ([x, pairs]) => pad(x!, ...columns(pairs!)) },
  PADV2: {
    operands: 3,
    run: ([x, pairs, value]) => pad(x!, ...columns(pairs!), { value: scalar(value!) }),
  },
  RANGE: {
    operands: 3,
    run: ([start, limit, delta]) =>
      range(scalar(start!), scalar(limit!), scalar(delta!), start!.dtype),
  },
  RANK: { operands: 1, run: ([x]) => Value.host([x!.rank], [], 'int32') },
  RESHAPE: {
    operands: 1,
    run: ([x, shape], { options: { newShape } }) => reshape(x!, shape ? list(shape) : newShape),
  },
  REVERSE_V2: { operands: 2, run: ([x, axes]) => reverse(x!, list(axes!)) },
  SCATTER_ND: {
    operands: 3,
    run: ([indices, updates, shape]) =>
      scatterNd(fill(list(shape!), 0, updates!.dtype), indices!, updates!, 'add'),
  },
  SHAPE: {
    operands: 1,
    run: ([x], { options: { outType } }) => shapeOf(x!).as(elementType(outType) ?? 'int32'),
  },
  SLICE: { operands: 3, run: ([x, begin, size]) => sliced(x!, begin!, size!) },
  SPACE_TO_BATCH_ND: {
    operands: 3,
    run: ([x, block, pairs]) => spaceToBatch(x!, list(block!), ...columns(pairs!)),
  },
  SPACE_TO_DEPTH: {
    operands: 1,
    run: ([x], { options: { blockSize } }) => spaceToDepth(x!, blockSize, 'NHWC'),
  },
  SPLIT: {
    operands: 2,
    run: ([axis, x], { options: { count } }) => {
      const place = scalar(axis!);
      return split(x!, partSizes(x!.shape.at(place) ?? 0, count), place);
    },
  },
  SPLIT_V: {
    operands: 3,
    run: ([x, sizes, axis]) => splitInto(x!, list(sizes!), scalar(axis!)),
  },
  SQUEEZE: {
    operands: 1,
    run: ([x], { options: { squeezeDims } }) => squeeze(x!, squeezeDims),
  },
  STRIDED_SLICE: { operands: 4, run: (inputs, { options }) => strided(inputs as Value[], options) },
  TILE: { operands: 2, run: ([x, repeats]) => tile(x!, list(repeats!)) },
  TRANSPOSE: {
    operands: 2,
    run: ([x, permutation]) => {
      const axes = list(permutation!).map((axis) => (axis < 0 ? axis + x!.rank : axis));
      const isPermutation = [...axes].sort((a, b) => a - b).join() === sameOrder(x!.rank).join();
      if (isPermutation) return x!.transposed(axes);
      throw new RangeError(`permutation: expected each of ${x!.rank} axes, got ${axes.join()}`);
    },
  },
  UNPACK: { operands: 1, run: ([x], { options: { axis } }) => unstack(x!, axis) },
};
