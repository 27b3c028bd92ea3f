import { record } from '../autograd.js';
import { ShapeError } from '../errors.js';
import { launch } from '../runtime/launch.js';
import { checkShape, formatShape, type Shape, sizeOf } from '../shape.js';
import { Tensor } from '../tensor.js';
import { checkArity, wrongKind, wrongNumber } from '../check.js';
import { checkTensor } from './check.js';

/** The part of each row of the output that one input fills, in elements. */
interface Band {
  readonly offset: number;
  readonly length: number;
}

/**
 * Joins tensors along one axis, in their order.
 * @param tensors at least one, of the same shape but for that axis
 * @param axis negative: counted from the last; −1 joins the channels of pictures [N,H,W,C]
 * @returns a copy, also of a single tensor
 * @throws TypeError, ShapeError, RangeError
 */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  checkArity('concat', arguments.length, 2);
  checkTensors(tensors);
  const joined = checkAxis(axis, tensors[0]!.rank);
  const shape = joinedShape(tensors, joined);
  const inner = sizeOf(shape.slice(joined + 1));
  const stride = shape[joined]! * inner;
  const bands = bandsOf(tensors.map((x) => x.shape[joined]! * inner));
  const y = Tensor.allocate(shape);
  tensors.forEach((x, i) => {
    const { offset, length } = bands[i]!;
    launch('concatForward', [y.pointer, x.pointer, stride, offset, length], x.size);
  });
  return record('concat', y, tensors, ({ pointer }, addGradient) =>
    tensors.forEach((x, i) =>
      addGradient(x, (dx, accumulate) => {
        const { offset, length } = bands[i]!;
        launch(
          'concatGradInput',
          [dx.pointer, pointer, stride, offset, length, accumulate],
          dx.size,
        );
      }),
    ),
  );
}

function checkTensors(tensors: readonly Tensor[]): void {
  if (!Array.isArray(tensors)) {
    throw wrongKind('concat', 'tensors', 'an array of tensors', tensors);
  }
  if (tensors.length === 0) {
    throw new RangeError('concat: tensors: expected at least one tensor, got none');
  }
  tensors.forEach((x, i) => checkTensor('concat', `tensors[${i}]`, x));
}

/** The axis counted from the first. */
function checkAxis(axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw wrongNumber('concat', 'axis', `an integer in [${-rank}, ${rank})`, axis);
  }
  return axis < 0 ? axis + rank : axis;
}

function joinedShape(tensors: readonly Tensor[], axis: number): Shape {
  const shape = [...tensors[0]!.shape];
  tensors.slice(1).forEach((x, i) => {
    if (x.rank !== shape.length || x.shape.some((size, a) => a !== axis && size !== shape[a])) {
      const expected = tensors[0]!.shape.map((size, a) => (a === axis ? 'any' : size));
      throw new ShapeError(
        `concat: tensors[${i + 1}]: expected shape [${expected.join(',')}], got ${formatShape(x.shape)}`,
      );
    }
    shape[axis]! += x.shape[axis]!;
  });
  checkShape('concat', 'result', shape);
  return shape;
}

function bandsOf(lengths: readonly number[]): readonly Band[] {
  let end = 0;
  return lengths.map((length) => ({ offset: (end += length) - length, length }));
}
