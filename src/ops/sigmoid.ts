import { checkArity } from '../check.js';
import { record } from '../autograd.js';
import { launch } from '../runtime/launch.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';

/**
 * Logistic function: `y = 1 / (1 + e⁻ˣ)`, elementwise.
 * @throws TypeError
 */
export function sigmoid(x: Tensor): Tensor {
  checkArity('sigmoid', arguments.length, 1);
  checkTensor('sigmoid', 'input', x);
  const y = Tensor.allocate(x.shape);
  launch('sigmoidForward', [y.pointer, x.pointer], y.size);
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
  launch(
    'sigmoidGradInput',
    [gradInput.pointer, gradOutput.pointer, y.pointer, accumulate],
    y.size,
  );
}
