import { FormatError } from '../../errors.js';
import {
  concat,
  depthToSpace,
  expand,
  fill,
  pad,
  spaceToDepth,
  tile,
} from '../../imported/ops/copy-ops.js';
import {
  flatten,
  reshape,
  shapeOf,
  sizeOf,
  squeeze,
  transpose,
  unsqueeze,
} from '../../imported/ops/shape-ops.js';
import { partSizes, slice, split } from '../../imported/ops/slice-ops.js';
import { axisOf } from '../../imported/ops/copies.js';
import { range } from '../../imported/ops/index-ops.js';
import type { Value } from '../../imported/value.js';
import { sameOrder } from '../../imported/value.js';
import type { PadMode } from '../../ops/copy/pad.js';
import type { OnnxAttributes } from '../attributes.js';
import { listOf, numberOf, numbersOf, type OnnxHandlers } from './handler.js';

const MODES: Readonly<Record<string, PadMode>> = {
  constant: 'constant',
  reflect: 'reflect',
  edge: 'replicate',
  wrap: 'circular',
};

/** Shapes, and copies of values in other places. */
export const SHAPES: OnnxHandlers = {
  Identity: { run: ([x]) => x! },
  Reshape: {
    run: ([x, shape], a) =>
      reshape(x!, a.needed('shape', listOf(a, 'shape', shape)), { allowZero: a.flag('allowzero') }),
  },
  Squeeze: { run: ([x, axes], a) => squeeze(x!, listOf(a, 'axes', axes)) },
  Unsqueeze: {
    run: ([x, axes], a) => unsqueeze(x!, a.needed('axes', listOf(a, 'axes', axes))),
  },
  Flatten: { run: ([x], a) => flatten(x!, a.int('axis') ?? 1) },
  Transpose: { run: ([x], a) => transpose(x!, a.ints('perm')) },
  Shape: { run: ([x], a) => shapeOf(x!, a.int('start'), a.int('end')) },
  Size: { run: ([x]) => sizeOf(x!) },
  Concat: { run: (values, a) => concat(values, a.int('axis') ?? 1) },
  Expand: { needs: 2, run: ([x, shape]) => expand(x!, numbersOf(shape)!) },
  Tile: { needs: 2, run: ([x, repeats]) => tile(x!, numbersOf(repeats)!) },
  Split: {
    run([x, sizes], a, { node }) {
      const axis = axisOf('split', a.int('axis') ?? 0, x!.rank);
      const parts = a.int('num_outputs') ?? node.outputs.length;
      return split(x!, listOf(a, 'split', sizes) ?? partSizes(x!.shape[axis]!, parts), axis);
    },
  },
  Slice: {
    run: ([x, starts, ends, axes, steps], a) =>
      slice(x!, {
        starts: a.needed('starts', listOf(a, 'starts', starts)),
        ends: a.needed('ends', listOf(a, 'ends', ends)),
        axes: listOf(a, 'axes', axes),
        steps: numbersOf(steps),
      }),
  },
  Pad: { run: ([x, pads, value, axes], a) => padded(x!, pads, value, axes, a) },
  DepthToSpace: {
    run: ([x], a) =>
      depthToSpace(x!, a.int('blocksize') ?? 0, 'NCHW', a.oneOf('mode', ['DCR', 'CRD'])),
  },
  SpaceToDepth: { run: ([x], a) => spaceToDepth(x!, a.int('blocksize') ?? 0, 'NCHW') },
  Range: {
    needs: 3,
    run([start, limit, delta]) {
      const [from, to, step] = [start, limit, delta].map((value) => numberOf('range', value!));
      return range(from!, to!, step!, start!.dtype);
    },
  },
  ConstantOfShape: {
    run([shape], a) {
      const value = a.tensor('value');
      return fill(numbersOf(shape)!, value?.data[0] ?? 0, value?.dtype ?? 'float32');
    },
  },
};

function padded(
  x: Value,
  given: Value | undefined,
  value: Value | undefined,
  axes: Value | undefined,
  attributes: OnnxAttributes,
): Value {
  const name = attributes.oneOf('mode', ['constant', 'reflect', 'edge', 'wrap']);
  const pads = attributes.needed('pads', listOf(attributes, 'pads', given));
  const along = (numbersOf(axes) ?? sameOrder(x.rank)).map((axis) => axisOf('pad', axis, x.rank));
  if (pads.length !== 2 * along.length) {
    throw new FormatError(`pads: expected ${2 * along.length} integers, got ${pads.length}`);
  }
  const side = (first: number) => {
    const all = new Array<number>(x.rank).fill(0);
    along.forEach((axis, i) => (all[axis] = pads[first + i]!));
    return all;
  };
  const constant = value ? numberOf('value', value) : (attributes.float('value') ?? 0);
  return pad(x, side(0), side(along.length), { mode: MODES[name]!, value: constant });
}
