import {
  concat,
  depthToSpace,
  expand,
  fill,
  pad,
  spaceToDepth,
  stack,
  tile,
} from '../../../imported/ops/copy-ops.js';
import { gather, gatherNd, oneHot, range, scatterNd } from '../../../imported/ops/index-ops.js';
import { broadcastShapes } from '../../../imported/ops/copies.js';
import {
  reshape,
  shapeOf,
  sizeOf,
  squeeze,
  transpose,
  unsqueeze,
} from '../../../imported/ops/shape-ops.js';
import {
  partSizes,
  reverse,
  slice,
  split,
  stridedSlice,
  unstack,
} from '../../../imported/ops/slice-ops.js';
import { sameOrder, Value } from '../../../imported/value.js';
import type { Attributes } from '../attributes.js';
import { batchToSpace, mirrored, spaceToBatch } from './blocks.js';
import {
  type GraphHandler,
  type GraphHandlers,
  integersOf,
  numberOf,
  operandsOf,
} from './operands.js';

const concatenation: GraphHandler = {
  run: (inputs) => {
    const values = operandsOf(inputs, 2);
    return concat(values.slice(0, -1), numberOf(values.at(-1)));
  },
};

const gathering: GraphHandler = {
  run: ([x, indices, axis], attributes) => {
    const batchDims = attributes.integer('batch_dims', 0);
    const along = axis ? numberOf(axis) : 0;
    return gather(x!, indices!, { axis: along, batchDims });
  },
};

const padding: GraphHandler = {
  run: ([x, amounts, value]) => {
    const [before, after] = sidesOf(amounts);
    return pad(x!, before, after, value ? { value: numberOf(value) } : {});
  },
};

/** Amounts before and after each axis [axes, 2]. */
function sidesOf(amounts: Value | undefined): [before: number[], after: number[]] {
  const numbers = integersOf(amounts);
  return [numbers.filter((_, i) => i % 2 === 0), numbers.filter((_, i) => i % 2 === 1)];
}

const reversal: GraphHandler = { run: ([x, axes]) => reverse(x!, integersOf(axes)) };

const shapeIn = (x: Value, attributes: Attributes) =>
  shapeOf(x).as(attributes.type('out_type', 'int32'));

/** Shapes, and values at other places. */
export const SHAPES: GraphHandlers = {
  BatchToSpaceND: {
    run: ([x, block, crops]) => batchToSpace(x!, integersOf(block), sidesOf(crops)),
  },
  BroadcastArgs: {
    run: ([a, b]) => {
      const shape = broadcastShapes('BroadcastArgs', integersOf(a), integersOf(b));
      return Value.host(shape, [shape.length], 'int32');
    },
  },
  BroadcastTo: { run: ([x, shape]) => expand(x!, integersOf(shape)) },
  Concat: {
    run: (inputs) => {
      const [axis, ...values] = operandsOf(inputs, 2);
      return concat(values, numberOf(axis));
    },
  },
  ConcatV2: concatenation,
  DepthToSpace: {
    run: ([x], attributes) =>
      depthToSpace(x!, attributes.integer('block_size', 2), attributes.layout()),
  },
  ExpandDims: { run: ([x, axis]) => unsqueeze(x!, [numberOf(axis)]) },
  Fill: {
    run: ([shape, value]) => fill(integersOf(shape), numberOf(value), value!.dtype),
  },
  Gather: gathering,
  GatherV2: gathering,
  GatherNd: { run: ([x, indices]) => gatherNd(x!, indices!) },
  LinSpace: {
    run: (inputs) => {
      const [start, stop, count] = operandsOf(inputs, 3).map(numberOf) as [number, number, number];
      const step = count > 1 ? (stop - start) / (count - 1) : 0;
      const numbers = Array.from(range(0, count, 1, 'int32').numbers(), (i) => start + i * step);
      return Value.host(numbers, [numbers.length], 'float32');
    },
  },
  MirrorPad: {
    run: ([x, amounts], attributes) => {
      const [before, after] = sidesOf(amounts);
      if (attributes.text('mode') !== 'SYMMETRIC')
        return pad(x!, before, after, { mode: 'reflect' });
      return sameOrder(x!.rank).reduce<Value>(
        (y, axis) => mirrored(y, axis, before[axis]!, after[axis]!),
        x!,
      );
    },
  },
  OneHot: {
    run: ([indices, depth, on, off], attributes) =>
      oneHot(indices!, numberOf(depth), on!.dtype, {
        on: numberOf(on),
        off: numberOf(off),
        axis: attributes.integer('axis', -1),
      }),
  },
  Pack: {
    run: (inputs, attributes) => stack(operandsOf(inputs, 1), attributes.integer('axis', 0)),
  },
  Pad: padding,
  PadV2: padding,
  Range: {
    run: (inputs) => {
      const [start, limit, delta] = operandsOf(inputs, 3).map(numberOf) as [number, number, number];
      return range(start, limit, delta, inputs[0]!.dtype);
    },
  },
  Rank: { run: ([x]) => Value.host([x!.rank], [], 'int32') },
  Reshape: { run: ([x, shape]) => reshape(x!, integersOf(shape)) },
  Reverse: reversal,
  ReverseV2: reversal,
  ScatterNd: {
    run: ([indices, updates, shape]) =>
      scatterNd(fill(integersOf(shape), 0, updates!.dtype), indices!, updates!, 'add'),
  },
  Shape: { run: ([x], attributes) => shapeIn(x!, attributes) },
  ShapeN: {
    run: (inputs, attributes) => operandsOf(inputs, 1).map((x) => shapeIn(x, attributes)),
  },
  Size: { run: ([x]) => sizeOf(x!).as('int32') },
  Slice: {
    run: ([x, begin, size]) => {
      const starts = integersOf(begin);
      const ends = integersOf(size).map((count, axis) =>
        count < 0 ? x!.shape[axis]! : starts[axis]! + count,
      );
      return slice(x!, { starts, ends });
    },
  },
  SpaceToBatchND: {
    run: ([x, block, amounts]) => spaceToBatch(x!, integersOf(block), sidesOf(amounts)),
  },
  SpaceToDepth: {
    run: ([x], attributes) =>
      spaceToDepth(x!, attributes.integer('block_size', 2), attributes.layout()),
  },
  Split: {
    run: ([axis, x], attributes) => {
      const along = numberOf(axis);
      const size = x!.shape.at(along)!;
      return split(x!, partSizes(size, attributes.integer('num_split', 1)), along);
    },
  },
  SplitV: {
    run: ([x, sizes, axis]) => {
      const along = numberOf(axis);
      const parts = integersOf(sizes);
      const known = parts.reduce((sum, size) => sum + Math.max(0, size), 0);
      const rest = x!.shape.at(along)! - known;
      return split(
        x!,
        parts.map((size) => (size < 0 ? rest : size)),
        along,
      );
    },
  },
  Squeeze: {
    run: ([x], attributes) => {
      const axes = attributes.integers('squeeze_dims');
      return squeeze(x!, axes.length > 0 ? axes : attributes.integers('axis'));
    },
  },
  StridedSlice: {
    run: ([x, begin, end, strides], attributes) =>
      stridedSlice(x!, integersOf(begin), integersOf(end), integersOf(strides), {
        begin: attributes.integer('begin_mask', 0),
        end: attributes.integer('end_mask', 0),
        ellipsis: attributes.integer('ellipsis_mask', 0),
        newAxis: attributes.integer('new_axis_mask', 0),
        shrinkAxis: attributes.integer('shrink_axis_mask', 0),
      }),
  },
  TensorScatterUpdate: {
    run: ([x, indices, updates]) => scatterNd(x!, indices!, updates!),
  },
  Tile: { run: ([x, repeats]) => tile(x!, integersOf(repeats)) },
  Transpose: { run: ([x, axes]) => transpose(x!, axes && integersOf(axes)) },
  Unpack: { run: ([x], attributes) => unstack(x!, attributes.integer('axis', 0)) },
};
