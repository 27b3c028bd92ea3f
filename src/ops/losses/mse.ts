import { checkArity } from '../../check.js';
import { type AddGradient, record } from '../../autograd.js';
import { launch } from '../../runtime/launch.js';
import { runtime } from '../../runtime/runtime.js';
import { withScratch } from '../../runtime/storage.js';
import { checkSameShape } from '../../shape.js';
import { Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import { reductionOf, type LossOptions, type Reduction } from './reduction.js';

/** Elements whose losses are summed together; assembly/mse.ts counts with the same number. */
const CHUNK = 4096;

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
  checkTensor('mse', 'prediction', prediction);
  checkTensor('mse', 'target', target);
  checkSameShape('mse', 'target', prediction.shape, target.shape);
  const reduction = reductionOf('mse', options);
  const loss = forward(prediction, target, reduction);
  return record('mse', loss, [prediction, target], (gradOutput, addGradient) => {
    gradientOf(addGradient, prediction, target, gradOutput, reduction);
    gradientOf(addGradient, target, prediction, gradOutput, reduction);
  });
}

function forward(prediction: Tensor, target: Tensor, reduction: Reduction): Tensor {
  const { kernels } = runtime();
  const { size } = prediction;
  if (reduction === 'none') {
    const losses = Tensor.allocate(prediction.shape);
    launch('mseForward', [losses.pointer, prediction.pointer, target.pointer], size);
    return losses;
  }
  const chunks = Math.ceil(size / CHUNK);
  return withScratch(8 * chunks, (sums) => {
    const loss = Tensor.allocate([]);
    launch('mseForwardSums', [sums, prediction.pointer, target.pointer, size], chunks, {
      elements: size,
    });
    kernels.mseForwardReduce(loss.pointer, sums, chunks, reduction === 'mean' ? size : 1);
    return loss;
  });
}

/** The gradient of one of the two; the other one is `opposite`. */
function gradientOf(
  addGradient: AddGradient,
  input: Tensor,
  opposite: Tensor,
  gradOutput: Tensor,
  reduction: Reduction,
): void {
  addGradient(input, ({ pointer, size }, accumulate) => {
    const from = [pointer, input.pointer, opposite.pointer, gradOutput.pointer] as const;
    if (reduction === 'none') {
      launch('mseGradInput', [...from, accumulate], size);
    } else {
      const scale = 2 / (reduction === 'mean' ? size : 1);
      launch('mseGradInputReduced', [...from, scale, accumulate], size);
    }
  });
}
