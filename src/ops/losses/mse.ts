import { checkArity } from '../../check.js';
import { call, launch } from '../../runtime/launch.js';
import { withScratch } from '../../runtime/storage.js';
import { checkSameShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { apply, type Call, type Family, type Op, type Plan } from '../op.js';
import { type LossOptions, type Reduction, reductionOf } from './reduction.js';

/** Elements whose losses are summed together; assembly/mse.ts counts with the same number. */
const CHUNK = 4096;

interface MsePlan extends Plan {
  readonly reduction: Reduction;
}

type MseOp = Op<LossOptions, MsePlan>;

const FAMILY: Family<MseOp, LossOptions, MsePlan> = {
  operands: [{ name: 'prediction' }, { name: 'target' }],

  plan({ name }, [prediction, target], options) {
    const { shape } = prediction!;
    checkSameShape(name, 'target', shape, target!.shape);
    const reduction = reductionOf(name, options);
    return { shape: reduction === 'none' ? shape : [], reduction };
  },

  forward(loss, [prediction, target], { reduction }) {
    const { size } = prediction!;
    const from = [prediction!.pointer, target!.pointer] as const;
    if (reduction === 'none') return launch('mseForward', [loss.pointer, ...from], size);
    const chunks = Math.ceil(size / CHUNK);
    withScratch(8 * chunks, (sums) => {
      launch('mseForwardSums', [sums, ...from, size], chunks, { elements: size });
      const divisor = reduction === 'mean' ? size : 1;
      call('mseForwardReduce', [loss.pointer, sums, chunks, divisor]);
    });
  },

  gradients: [gradientOf, gradientOf],
};

/** The gradient of one of the two. */
function gradientOf(
  { pointer, size }: Tensor,
  accumulate: boolean,
  { inputs, gradOutput, plan: { reduction } }: Call<MsePlan>,
  index: number,
): void {
  const [input, opposite] = [inputs[index]!, inputs[1 - index]!];
  const from = [pointer, input.pointer, opposite.pointer, gradOutput.pointer] as const;
  if (reduction === 'none') return launch('mseGradInput', [...from, accumulate], size);
  const scale = 2 / (reduction === 'mean' ? size : 1);
  launch('mseGradInputReduced', [...from, scale, accumulate], size);
}

export const MSE: MseOp = { family: FAMILY, name: 'mse' };

/**
 * Squared error `(prediction − target)²`, reduced to its mean over all elements unless told otherwise. Both tensors
 * get a gradient. The mean of no elements is NaN, as in PyTorch.
 * @param prediction any shape
 * @param target the same shape
 * @returns a scalar [], or with reduction 'none' a tensor of the same shape
 * @throws TypeError, ShapeError, RangeError
 */
export function mse(prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkArity('mse', arguments.length, 3);
  return apply(MSE, [prediction, target], options);
}
