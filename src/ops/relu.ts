import { checkArity } from '../check.js';
import { record } from '../autograd.js';
import { launch } from '../runtime/launch.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';

/**
 * Rectified linear unit: `y = max(x, 0)`, elementwise. NaN and −0 stay; the gradient at 0 is 0.
 * @throws TypeError
 */
export function relu(x: Tensor): Tensor {
  checkArity('relu', arguments.length, 1);
  checkTensor('relu', 'input', x);
  const y = Tensor.allocate(x.shape);
  launch('reluForward', [y.pointer, x.pointer], y.size);
  return record('relu', y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) => reluGradInput(gradInput, gradOutput, y, accumulate)),
  );
}

/** gradInput from gradOutput and y; it may be gradOutput itself. */
export function reluGradInput(
  gradInput: Tensor,
  gradOutput: Tensor,
  y: Tensor,
  accumulate: boolean,
): void {
  launch('reluGradInput', [gradInput.pointer, gradOutput.pointer, y.pointer, accumulate], y.size);
}
