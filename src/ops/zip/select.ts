import { compose } from '../../autograd.js';
import { checkArity } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { formatShape } from '../../shape.js';
import { Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import { apply, type Family } from '../op.js';
import { broadcastShape } from './broadcast.js';
import { ZIP, zipGradient, type ZipOp, type ZipOptions, type ZipPlan } from './family.js';
import { add } from './functions.js';

/** A condition and what it selects: only that has a gradient. */
const SELECTIONS: Family<ZipOp, ZipOptions, ZipPlan> = {
  operands: [
    { name: 'condition', dtype: 'any' },
    { name: 'a', isOptional: true },
  ],
  plan: (op, inputs, options) => ZIP.plan(op, inputs, options),
  forward: (y, inputs, plan, saved) => ZIP.forward(y, inputs, plan, saved),
  gradients: [undefined, zipGradient],
};
/** b where a is not 0, else 0. */
const KEEP: ZipOp = {
  family: SELECTIONS,
  name: 'where',
  fn: 17,
  gradients: [{ fn: 17 }, { fn: 17 }],
};
/** b where a is 0, else 0. */
const DROP: ZipOp = {
  family: SELECTIONS,
  name: 'where',
  fn: 18,
  gradients: [{ fn: 18 }, { fn: 18 }],
};

/** The weight is repeated along the input, never the other way round. */
export const PRELU: ZipOp = {
  name: 'prelu',
  fn: 16,
  gradients: [{ fn: 16 }, { fn: 19 }],
  family: {
    operands: [{ name: 'input' }, { name: 'weight' }],
    plan(op, [x, weight], options) {
      const { shape } = x!;
      const repeated = weight!.shape;
      const axis = shape.length - repeated.length;
      if (axis >= 0 && repeated.every((size, i) => size === 1 || size === shape[axis + i])) {
        return ZIP.plan(op, [x, weight], options);
      }
      const expected = `a shape that broadcasts to ${formatShape(shape)}`;
      throw new ShapeError(
        `${op.name}: weight: expected ${expected}, got ${formatShape(repeated)}`,
      );
    },
    forward: (y, inputs, plan, saved) => ZIP.forward(y, inputs, plan, saved),
    gradients: [zipGradient],
  },
};

/**
 * ReLU with a learned slope (He et al. 2015): `y = x` where x > 0, else `weight · x`, element by element.
 * @param x [..., channels]
 * @param weight [channels] or [1], or any shape that broadcasts to that of x
 * @throws TypeError, ShapeError
 */
export function prelu(x: Tensor, weight: Tensor): Tensor {
  checkArity('prelu', arguments.length, 2);
  return apply(PRELU, [x, weight], {});
}

/**
 * `y = a` where the condition is not 0, else b, element by element: what is not selected does not matter, be it NaN,
 * and gets the gradient 0. All three broadcast as of `add`.
 * @param condition of any dtype; as comparisons give it
 * @throws TypeError, ShapeError
 */
export function where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('where', arguments.length, 3);
  checkTensor('where', 'condition', condition, { dtype: 'any' });
  for (const [name, value] of Object.entries({ a, b })) {
    if (typeof value !== 'number') checkTensor('where', name, value);
  }
  const shapes = [condition, a, b].map((value) => (value instanceof Tensor ? value.shape : []));
  broadcastShape('where', broadcastShape('where', shapes[0]!, shapes[1]!), shapes[2]!);
  return compose(() => add(selected(KEEP, condition, a), selected(DROP, condition, b)));
}

const selected = (op: ZipOp, condition: Tensor, value: Tensor | number): Tensor =>
  typeof value === 'number'
    ? apply(op, [condition, undefined], { b: value })
    : apply(op, [condition, value], {});
