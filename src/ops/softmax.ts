import { checkArity } from '../check.js';
import { ShapeError } from '../errors.js';
import { launch } from '../runtime/launch.js';
import { formatShape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
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
 * Softmax over the last axis: `y[…,c] = exp(x[…,c]) / Σ_k exp(x[…,k])`. Large values do not overflow. To train a
 * classifier use `crossEntropy`, which takes the values before the softmax.
 * @param x [..., classes]
 * @throws TypeError, ShapeError
 */
export function softmax(x: Tensor): Tensor {
  checkArity('softmax', arguments.length, 1);
  return apply(SOFTMAX, [x], undefined);
}
