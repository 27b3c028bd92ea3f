import { checkArity, checkInteger, wrongNumber } from '../check.js';
import { checkOptions } from '../options.js';
import { launch } from '../runtime/launch.js';
import { runtime } from '../runtime/runtime.js';
import { withScratch } from '../runtime/storage.js';
import { formatShape, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { checkAxis } from './axes.js';
import { apply, type Family, type Inputs, type Op, type Plan, type Spec } from './op.js';

/** x is [outer, size, inner], the output [outer, count, inner]. */
interface Rows {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  readonly count: number;
}

interface GatherPlan extends Plan, Rows {}

interface GatherOptions {
  readonly axis: number;
}

type GatherOp<Options> = Op<Options, GatherPlan>;

function planOf(name: string, { shape, dtype }: Spec, indices: Shape, axis: number): GatherPlan {
  const along = checkAxis(name, 'axis', axis, shape.length);
  const [before, after] = [shape.slice(0, along), shape.slice(along + 1)];
  return {
    shape: [...before, ...indices, ...after],
    dtype,
    outer: sizeOf(before),
    size: shape[along]!,
    inner: sizeOf(after),
    count: sizeOf(indices),
  };
}

const GATHER_FAMILY: Family<GatherOp<GatherOptions>, GatherOptions, GatherPlan> = {
  operands: [
    { name: 'input', dtype: 'any' },
    { name: 'indices', dtype: 'int32' },
  ],
  plan: ({ name }, [x, indices], { axis }) => planOf(name, x!, indices!.shape, axis),
  checkValues: ({ name }, [, indices]: Inputs, { size }) => checkIndices(name, indices!, size),
  forward: (y, [x, indices], plan) => gatherRows(y.pointer, x!.pointer, indices!.pointer, plan),
  gradients: [
    (dx, accumulate, { gradOutput, inputs: [, indices], plan }) =>
      addRows(dx.pointer, gradOutput.pointer, indices!.pointer, plan, accumulate),
    undefined,
  ],
};

/** y[o][k] = x[o][indices[k]]. */
export function gatherRows(y: number, x: number, indices: number, rows: Rows): void {
  const { outer, size, inner, count } = rows;
  const elements = outer * count * inner;
  launch('gatherForward', [y, x, indices, count, size, inner], outer * count, { elements });
}

/** dx[o][i] = the sum of dy[o][k] over the k with indices[k] = i; others are left out. */
export function addRows(
  dx: number,
  dy: number,
  indices: number,
  { outer, size, inner, count }: Rows,
  accumulate: boolean,
): void {
  const values = [dx, dy, indices, count, size, inner, accumulate] as const;
  const elements = outer * (size + count) * inner;
  launch('gatherGradInput', [...values], outer * size, { elements });
}

export const GATHER: GatherOp<GatherOptions> = { family: GATHER_FAMILY, name: 'gather' };

/** Options of `embedding`. */
export interface EmbeddingOptions {
  /** The row whose gradient is 0. Default none. */
  paddingIdx?: number | undefined;
}

interface EmbeddingPlan extends GatherPlan, EmbeddingOptions {}

export const EMBEDDING: Op<EmbeddingOptions, EmbeddingPlan> = {
  name: 'embedding',
  family: {
    operands: [
      { name: 'indices', dtype: 'int32' },
      { name: 'weight', rank: 2 },
    ],
    plan({ name }, [indices, weight], { paddingIdx }) {
      checkPaddingIdx(name, paddingIdx, weight!.shape[0]!);
      return { ...planOf(name, weight!, indices!.shape, 0), paddingIdx };
    },
    checkValues: ({ name }, [indices]: Inputs, { size }) => checkIndices(name, indices!, size),
    forward: (y, [indices, weight], plan) =>
      gatherRows(y.pointer, weight!.pointer, indices!.pointer, plan),
    gradients: [
      undefined,
      (gradWeight, accumulate, { gradOutput, inputs: [indices], plan }) => {
        const add = (pointer: number) =>
          addRows(gradWeight.pointer, gradOutput.pointer, pointer, plan, accumulate);
        if (plan.paddingIdx === undefined) return add(indices!.pointer);
        return withScratch(4 * indices!.size, (pointer) => {
          const rows = indices!.view().map((index) => (index === plan.paddingIdx ? -1 : index));
          runtime().heap.i32.set(rows, pointer / 4);
          add(pointer);
        });
      },
    ],
  },
};

/** @throws TypeError, RangeError unless it is left out, or a row */
export function checkPaddingIdx(op: string, paddingIdx: unknown, rows: number): void {
  if (paddingIdx === undefined) return;
  if (
    Number.isInteger(paddingIdx) &&
    (paddingIdx as number) >= 0 &&
    (paddingIdx as number) < rows
  ) {
    return;
  }
  throw wrongNumber(op, 'paddingIdx', `an integer in [0, ${rows})`, paddingIdx);
}

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
export function checkIndices(op: string, indices: Tensor, size: number): void {
  const values = indices.view();
  let at = 0;
  while (at < values.length && values[at]! >= 0 && values[at]! < size) at++;
  if (at === values.length) return;
  throw new RangeError(
    `${op}: indices: expected integers in [0, ${size}), got ${values[at]} at element ${at} of shape ${formatShape(indices.shape)}`,
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
 * Rows of a table by their indices, as torch.nn.functional.embedding. The gradient of a row is the sum of those of its
 * uses.
 * @param indices int32, of any shape
 * @param weight [rows, features]
 * @returns [...indices, features]
 * @throws TypeError, ShapeError, RangeError: also for an index that is not in [0, rows)
 */
export function embedding(indices: Tensor, weight: Tensor, options: EmbeddingOptions = {}): Tensor {
  checkArity('embedding', arguments.length, 3);
  checkOptions('embedding', options, ['paddingIdx']);
  return apply(EMBEDDING, [indices, weight], options);
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
