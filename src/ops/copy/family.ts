import { withScratch } from '../../runtime/storage.js';
import { type Shape, sizeOf } from '../../shape.js';
import type { Family, Gradient, Op, Plan, Spec } from '../op.js';
import { sumTo } from '../reduce.js';
import { copiesOf, fill, isWhole, type Layout, type Move, runCopies, wholeOf } from './strided.js';

/** A part of the output. */
export interface Part extends Move {
  /** The place of the input; left out, a constant. */
  readonly input?: number;
  /** The constant: the bits of four bytes. */
  readonly bits?: number;
}

export interface CopyPlan extends Plan {
  /** Together they fill the output. */
  readonly parts: readonly Part[];
}

/** An op that moves elements and computes nothing. */
export interface CopyOp<Options> extends Op<Options, CopyPlan> {
  /**
   * Checks shapes and options, and says what goes where.
   * @param where opens the messages
   * @throws TypeError, RangeError, ShapeError
   */
  layout(where: string, inputs: readonly Spec[], options: Options): CopyPlan;
}

/** The first part that an input is in overwrites its gradient, further ones are added. */
const gradient: Gradient<CopyPlan> = (dx, accumulate, { gradOutput, plan }, index) => {
  const parts = plan.parts.filter(({ input }) => input === index);
  const reached = parts.length === 0 ? 0 : sizeOf(onceOf(parts[0]!));
  if (reached < dx.size && !accumulate) fill(dx.pointer, dx.size, 0);
  parts.forEach((part, i) => leadBack(dx.pointer, gradOutput.pointer, part, accumulate || i > 0));
};

/** The sizes of a move without what repeats elements: axes of size 1 in the place of those whose stride is 0. */
const onceOf = ({ sizes, from }: Move): Shape =>
  sizes.map((size, axis) => (from.strides[axis] === 0 ? 1 : size));

/** The gradient of a move: what an element went to comes back to it, summed where it went to several. */
function leadBack(dx: number, dy: number, move: Move, accumulate: boolean): void {
  const { sizes, to, from } = move;
  const shape = onceOf(move);
  if (sizeOf(shape) === sizeOf(sizes)) {
    return runCopies(copiesOf({ sizes, to: from, from: to }), dx, dy, { accumulate });
  }
  inOneStretch(dy, sizes, to, (terms) => {
    const sum = (pointer: number, added: boolean) =>
      sumTo({ pointer, shape }, { pointer: terms, shape: sizes }, added);
    if (isWhole(shape, from)) return sum(dx, accumulate);
    withScratch(4 * sizeOf(shape), (sums) => {
      sum(sums, false);
      runCopies(copiesOf({ sizes: shape, to: from, from: wholeOf(shape) }), dx, sums, {
        accumulate,
      });
    });
  });
}

/** Values of a layout as an array from its first to its last: where they are, or in memory that is lent for a copy. */
function inOneStretch(
  pointer: number,
  sizes: Shape,
  layout: Layout,
  body: (pointer: number) => void,
): void {
  if (isWhole(sizes, layout)) return body(pointer);
  withScratch(4 * sizeOf(sizes), (copy) => {
    runCopies(copiesOf({ sizes, to: wholeOf(sizes), from: layout }), copy, pointer);
    body(copy);
  });
}

type CopyFamily = Family<CopyOp<unknown>, unknown, CopyPlan>;

const plan: CopyFamily['plan'] = (op, inputs, options) =>
  op.layout(op.name, inputs as readonly Spec[], options);

const forward: CopyFamily['forward'] = (y, inputs, { parts }) => {
  for (const part of parts) {
    const from = part.input === undefined ? undefined : inputs[part.input]!.pointer;
    runCopies(copiesOf(part, part.bits), y.pointer, from);
  }
};

/** Of one input. */
export const COPY: CopyFamily = {
  operands: [{ name: 'input', dtype: 'any' }],
  plan,
  forward,
  gradients: [gradient],
};

/** Of any number of inputs. */
export const JOIN: CopyFamily = {
  operands: [{ name: 'tensors', dtype: 'any', isVariadic: true }],
  plan,
  forward,
  gradients: [gradient],
};
