import { sizeOf } from '../../shape.js';
import type { Family, Gradient, Op, Plan, Spec } from '../op.js';
import { sumTo } from '../reduce.js';
import { copiesOf, fill, type Move, runCopies } from './strided.js';

/** A part of the output. What it takes from an input no other part takes, unless the plan is expanded. */
export interface Part extends Move {
  /** The place of the input; left out, a constant. */
  readonly input?: number;
  /** The constant: the bits of four bytes. */
  readonly bits?: number;
}

export interface CopyPlan extends Plan {
  /** Together they fill the output. */
  readonly parts: readonly Part[];
  /** Whether the only input is broadcast. */
  readonly isExpanded?: boolean;
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

const gradient: Gradient<CopyPlan> = (dx, accumulate, { gradOutput, plan }, index) => {
  if (plan.isExpanded) return sumTo(dx, gradOutput, accumulate);
  const parts = plan.parts.filter(({ input }) => input === index);
  const reached = parts.reduce((sum, { sizes }) => sum + sizeOf(sizes), 0);
  if (reached < dx.size && !accumulate) fill(dx.pointer, dx.size, 0);
  for (const { sizes, to, from } of parts) {
    const copies = copiesOf({ sizes, to: from, from: to });
    runCopies(copies, dx.pointer, gradOutput.pointer, { accumulate });
  }
};

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
