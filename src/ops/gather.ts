import { checkArity, checkInteger } from '../check.js';
import { launch } from '../runtime/launch.js';
import { formatShape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { checkAxis } from './axes.js';
import { apply, type Family, type Inputs, type Op, type Plan } from './op.js';

interface GatherPlan extends Plan {
  /** x is [outer, size, inner], the output [outer, count, inner]. */
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  readonly count: number;
}

interface GatherOptions {
  readonly axis: number;
}

type GatherOp = Op<GatherOptions, GatherPlan>;

const FAMILY: Family<GatherOp, GatherOptions, GatherPlan> = {
  operands: [
    { name: 'input', dtype: 'any' },
    { name: 'indices', dtype: 'int32' },
  ],

  plan({ name }, [x, indices], { axis }) {
    const { shape, dtype } = x!;
    const along = checkAxis(name, 'axis', axis, shape.length);
    const [before, after] = [shape.slice(0, along), shape.slice(along + 1)];
    return {
      shape: [...before, ...indices!.shape, ...after],
      dtype,
      outer: sizeOf(before),
      size: shape[along]!,
      inner: sizeOf(after),
      count: sizeOf(indices!.shape),
    };
  },

  checkValues: ({ name }, [, indices]: Inputs, { size }) => checkIndices(name, indices!, size),

  forward(y, [x, indices], { outer, size, inner, count }) {
    const values = [y.pointer, x!.pointer, indices!.pointer, count, size, inner] as const;
    launch('gatherForward', [...values], outer * count, { elements: y.size });
  },

  gradients: [
    (dx, accumulate, { gradOutput, inputs: [, indices], plan: { outer, size, inner, count } }) => {
      const values = [
        dx.pointer,
        gradOutput.pointer,
        indices!.pointer,
        count,
        size,
        inner,
      ] as const;
      const elements = dx.size + gradOutput.size;
      launch('gatherGradInput', [...values, accumulate], outer * size, { elements });
    },
    undefined,
  ],
};

export const GATHER: GatherOp = { family: FAMILY, name: 'gather' };

interface OneHotOptions {
  readonly classes: number;
}

export const ONE_HOT: Op<OneHotOptions, Plan & OneHotOptions> = {
  name: 'oneHot',
  family: {
    operands: [{ name: 'indices', dtype: 'int32' }],
    plan({ name }, [indices], { classes }) {
      checkInteger(name, 'classes', classes, 1);
      return { shape: [...indices!.shape, classes], classes };
    },
    checkValues: ({ name }, [indices]: Inputs, { classes }) =>
      checkIndices(name, indices!, classes),
    forward(y, [indices], { classes }) {
      const values = y.view();
      values.fill(0);
      indices!.view().forEach((index, row) => (values[row * classes + index] = 1));
    },
    gradients: [undefined],
  },
};

/** @throws RangeError naming the first index that is not in [0, size) */
function checkIndices(op: string, indices: Tensor, size: number): void {
  const at = indices.view().findIndex((index) => index < 0 || index >= size);
  if (at < 0) return;
  throw new RangeError(
    `${op}: indices: expected integers in [0, ${size}), got ${indices.view()[at]} at element ${at} of shape ${formatShape(indices.shape)}`,
  );
}

/**
 * Rows of x along an axis, as torch.index_select and ONNX's Gather: `gather(table, words)` of a table [rows, features] is
 * its embedding of the words. The gradient of a row that was taken several times is the sum of theirs.
 * @param indices int32, of any shape, which takes the place of the axis
 * @param axis negative: counted from the last
 * @throws TypeError, RangeError: also for an index that is not in [0, size of the axis)
 */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  checkArity('gather', arguments.length, 3);
  return apply(GATHER, [x, indices], { axis });
}

/**
 * For every index a row of zeros with a one in its place.
 * @param indices int32, of any shape
 * @param classes the length of a row
 * @returns float32 [...indices, classes]
 * @throws TypeError, RangeError: also for an index that is not in [0, classes)
 */
export function oneHot(indices: Tensor, classes: number): Tensor {
  checkArity('oneHot', arguments.length, 2);
  return apply(ONE_HOT, [indices], { classes });
}
