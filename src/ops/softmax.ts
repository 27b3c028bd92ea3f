import { compose } from '../autograd.js';
import { checkArity } from '../check.js';
import { ShapeError } from '../errors.js';
import { launch } from '../runtime/launch.js';
import { formatShape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { checkAxis } from './axes.js';
import { checkTensor } from './check.js';
import { transpose } from './copy/rearrange.js';
import { apply, type Family, type Op, type Plan } from './op.js';

/** x is [rows, classes]. */
interface SoftmaxPlan extends Plan {
  readonly classes: number;
  readonly rows: number;
  readonly elements: number;
}

type SoftmaxOp = Op<undefined, SoftmaxPlan>;

const FAMILY: Family<SoftmaxOp, undefined, SoftmaxPlan> = {
  operands: [{ name: 'input' }],

  plan({ name }, [x]) {
    const { shape } = x!;
    const classes = shape.at(-1);
    if (classes === undefined) {
      throw new ShapeError(`${name}: input: expected at least one axis, got ${formatShape(shape)}`);
    }
    const elements = sizeOf(shape);
    return { shape, classes, rows: classes === 0 ? 0 : elements / classes, elements };
  },

  forward(y, [x], plan) {
    launch('softmaxForward', [y.pointer, x!.pointer, plan.classes], plan.rows, plan);
  },

  gradients: [
    (gradInput, accumulate, { gradOutput, output, plan }) =>
      launch(
        'softmaxGradInput',
        [gradInput.pointer, gradOutput.pointer, output.pointer, plan.classes, accumulate],
        plan.rows,
        plan,
      ),
  ],
};

export const SOFTMAX: SoftmaxOp = { family: FAMILY, name: 'softmax' };

/**
 * Softmax over an axis: `y[…,c] = exp(x[…,c]) / Σ_k exp(x[…,k])`. Large values do not overflow. To train a
 * classifier use `crossEntropy`, which takes the values before the softmax.
 * @param x [..., classes]
 * @param axis of the classes; negative: counted from the last
 * @throws TypeError, RangeError, ShapeError
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  checkArity('softmax', arguments.length, 2);
  if (axis === -1) return apply(SOFTMAX, [x], undefined);
  checkTensor('softmax', 'input', x);
  const place = checkAxis('softmax', 'axis', axis, x.rank);
  if (place === x.rank - 1) return apply(SOFTMAX, [x], undefined);
  return compose(() => transpose(apply(SOFTMAX, [transpose(x, place, -1)], undefined), place, -1));
}
