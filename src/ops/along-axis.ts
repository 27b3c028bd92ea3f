import { checkArity } from '../check.js';
import { ShapeError } from '../errors.js';
import { runtime } from '../runtime/runtime.js';
import { withScratch, withTable } from '../runtime/storage.js';
import { checkSameShape, formatShape, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { checkAxis } from './axes.js';
import { copiesOf, runCopies, wholeOf } from './copy/strided.js';
import { addRows, checkIndices, gatherRows } from './gather.js';
import { identityGradient } from './identity.js';
import { apply, type Inputs, type Op, type Plan, type Spec } from './op.js';

/** x is [outer, size, inner], the indices are [outer, count, inner]. */
interface AlongPlan extends Plan {
  readonly size: number;
  readonly inner: number;
  readonly count: number;
}

interface AlongOptions {
  readonly axis: number;
}

type AlongOp = Op<AlongOptions, AlongPlan>;

function planOf(name: string, x: Spec, indices: Spec, axis: number, shape: Shape): AlongPlan {
  const along = checkAxis(name, 'axis', axis, x.shape.length);
  const fits = (size: number, a: number) => a === along || size === x.shape[a];
  if (indices.shape.length !== x.shape.length || !indices.shape.every(fits)) {
    const expected = x.shape.map((size, a) => (a === along ? 'any' : size));
    throw new ShapeError(
      `${name}: indices: expected shape [${expected.join(',')}], got ${formatShape(indices.shape)}`,
    );
  }
  const inner = sizeOf(x.shape.slice(along + 1));
  const [size, count] = [x.shape[along]!, indices.shape[along]!];
  return { shape, dtype: x.dtype, size, inner, count };
}

/** Calls `body` with memory that is lent for the places of the elements in x as a whole, and how many rows these are. */
function withPlaces(
  x: Tensor,
  indices: Tensor,
  { size, inner, count }: AlongPlan,
  body: (places: number, rows: { outer: 1; size: number; inner: 1; count: number }) => void,
): void {
  const rows = { outer: 1, size: x.size, inner: 1, count: indices.size } as const;
  const write = (pointer: number) => {
    const { i32 } = runtime().heap;
    const from = indices.view();
    let at = 0;
    for (let first = 0; at < from.length; first += size * inner) {
      for (let end = at + count * inner; at < end;) {
        for (let i = 0; i < inner; i++, at++) i32[pointer / 4 + at] = first + from[at]! * inner + i;
      }
    }
  };
  withTable(4 * indices.size, [indices.pointer], write, (pointer) => body(pointer, rows));
}

export const TAKE_ALONG_AXIS: AlongOp = {
  name: 'takeAlongAxis',
  family: {
    operands: [
      { name: 'input', dtype: 'any' },
      { name: 'indices', dtype: 'int32' },
    ],
    plan: ({ name }, [x, indices], { axis }) => planOf(name, x!, indices!, axis, indices!.shape),
    checkValues: ({ name }, [, indices]: Inputs, { size }) => checkIndices(name, indices!, size),
    forward: (y, [x, indices], plan) =>
      withPlaces(x!, indices!, plan, (places, rows) =>
        gatherRows(y.pointer, x!.pointer, places, rows),
      ),
    gradients: [
      (dx, accumulate, { gradOutput, inputs: [x, indices], plan }) =>
        withPlaces(x!, indices!, plan, (places, rows) =>
          addRows(dx.pointer, gradOutput.pointer, places, rows, accumulate),
        ),
      undefined,
    ],
  },
};

export const SCATTER_ADD: AlongOp = {
  name: 'scatterAdd',
  family: {
    operands: [{ name: 'input' }, { name: 'indices', dtype: 'int32' }, { name: 'source' }],
    plan({ name }, [x, indices, source], { axis }) {
      const plan = planOf(name, x!, indices!, axis, x!.shape);
      checkSameShape(name, 'source', indices!.shape, source!.shape);
      return plan;
    },
    checkValues: ({ name }, [, indices]: Inputs, { size }) => checkIndices(name, indices!, size),
    forward(y, [x, indices, source], plan) {
      copy(y.pointer, x!.pointer, y.size, false);
      withPlaces(x!, indices!, plan, (places, rows) =>
        addRows(y.pointer, source!.pointer, places, rows, true),
      );
    },
    gradients: [
      identityGradient,
      undefined,
      (gradSource, accumulate, { gradOutput, inputs: [x, indices], plan }) =>
        withPlaces(x!, indices!, plan, (places, rows) => {
          const gather = (to: number) => gatherRows(to, gradOutput.pointer, places, rows);
          if (!accumulate) return gather(gradSource.pointer);
          withScratch(4 * gradSource.size, (values) => {
            gather(values);
            copy(gradSource.pointer, values, gradSource.size, true);
          });
        }),
    ],
  },
};

function copy(to: number, from: number, size: number, accumulate: boolean): void {
  const whole = wholeOf([size]);
  runCopies(copiesOf({ sizes: [size], to: whole, from: whole }), to, from, { accumulate });
}

/**
 * Elements by their indices along an axis, as torch.gather and ONNX's GatherElements: with axis 1
 * `y[i][j] = x[i][indices[i][j]]`.
 * @param indices int32, of the shape of x but for that axis
 * @param axis negative: counted from the last
 * @returns of the shape of the indices
 * @throws TypeError, ShapeError, RangeError: also for an index that is not in [0, size of the axis)
 */
export function takeAlongAxis(x: Tensor, indices: Tensor, axis: number): Tensor {
  checkArity('takeAlongAxis', arguments.length, 3);
  return apply(TAKE_ALONG_AXIS, [x, indices], { axis });
}

/**
 * x with elements added at their indices along an axis, as torch.scatter_add and ONNX's ScatterElements with reduction
 * add: with axis 1 `source[i][j]` is added to `y[i][indices[i][j]]`, in their order.
 * @param indices int32, of the shape of x but for that axis
 * @param source of the shape of the indices
 * @param axis negative: counted from the last
 * @returns of the shape of x
 * @throws TypeError, ShapeError, RangeError: also for an index that is not in [0, size of the axis)
 */
export function scatterAdd(x: Tensor, indices: Tensor, source: Tensor, axis: number): Tensor {
  checkArity('scatterAdd', arguments.length, 4);
  return apply(SCATTER_ADD, [x, indices, source], { axis });
}
