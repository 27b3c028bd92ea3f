import { record } from '../autograd.js';
import { runtime } from '../runtime/runtime.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';

/**
 * Logistic function: `y = 1 / (1 + e⁻ˣ)`, elementwise.
 * @throws TypeError
 */
export function sigmoid(x: Tensor): Tensor {
  checkTensor('sigmoid', 'input', x);
  const y = Tensor.allocate(x.shape);
  runtime().kernels.sigmoidForward(y.pointer, x.pointer, 0, y.size);
  return record('sigmoid', y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      sigmoidGradInput(gradInput, gradOutput, y, accumulate),
    ),
  );
}

/** gradInput from gradOutput and y; it may be gradOutput itself. */
export function sigmoidGradInput(
  gradInput: Tensor,
  gradOutput: Tensor,
  y: Tensor,
  accumulate: boolean,
): void {
  runtime().kernels.sigmoidGradInput(
    gradInput.pointer,
    gradOutput.pointer,
    y.pointer,
    accumulate,
    0,
    y.size,
  );
}
