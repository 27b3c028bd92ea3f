import { type Shape, sizeOf } from '../../shape.js';
import type { Spec } from '../op.js';
import type { CopyPlan, Part } from './family.js';
import { stridesOf } from './strided.js';

/** A stretch of an axis of the output, and which places of the same axis of the input it holds. */
export interface Stretch {
  /** Where it begins in the output. */
  readonly at: number;
  readonly size: number;
  /** The place in the input of its first element. */
  readonly from: number;
  /** Between the places of its elements: 0 repeats one, −1 goes backwards. */
  readonly step: number;
}

/** An axis as it is. */
export const wholeAxis = (size: number): Stretch => ({ at: 0, size, from: 0, step: 1 });

/**
 * The output in parts: one for each choice of a stretch of every axis.
 * @param stretches of each axis; together they fill it. The first choices are the first part.
 */
export function stretched(x: Spec, stretches: readonly (readonly Stretch[])[]): CopyPlan {
  const shape: Shape = stretches.map((axis) => axis.reduce((sum, { size }) => sum + size, 0));
  const [toStrides, fromStrides] = [stridesOf(shape), stridesOf(x.shape)];
  const choices = stretches.reduce<Stretch[][]>(
    (all, axis) => all.flatMap((choice) => axis.map((stretch) => [...choice, stretch])),
    [[]],
  );
  const offsetOf = (strides: readonly number[], starts: readonly number[]) =>
    starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0);
  const partOf = (choice: readonly Stretch[]): Part => ({
    input: 0,
    sizes: choice.map(({ size }) => size),
    to: {
      offset: offsetOf(
        toStrides,
        choice.map(({ at }) => at),
      ),
      strides: toStrides,
    },
    from: {
      offset: offsetOf(
        fromStrides,
        choice.map(({ from }) => from),
      ),
      strides: choice.map(({ step }, axis) => step * fromStrides[axis]!),
    },
  });
  const parts = choices.map(partOf).filter(({ sizes }) => sizeOf(sizes) > 0);
  return { shape, dtype: x.dtype, parts };
}
