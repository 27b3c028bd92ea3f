import { record } from '../autograd.js';
import { launch } from '../runtime/launch.js';
import { Tensor } from '../tensor.js';
import { checkArity, checkNumber } from '../check.js';
import { checkTensor } from './check.js';

/**
 * Leaky rectified linear unit: `y = x` where x > 0, else `slope · x`, elementwise. The gradient at 0 is `slope`.
 * @param slope a finite number
 * @throws TypeError, RangeError
 */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  checkArity('leakyRelu', arguments.length, 2);
  checkTensor('leakyRelu', 'input', x);
  checkNumber('leakyRelu', 'slope', slope);
  const y = Tensor.allocate(x.shape);
  launch('leakyReluForward', [y.pointer, x.pointer, slope], y.size);
  return record('leakyRelu', y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      leakyReluGradInput(gradInput, gradOutput, x, slope, accumulate),
    ),
  );
}

/** gradInput, which may be gradOutput itself, from gradOutput and x, or y where slope ≥ 0. */
export function leakyReluGradInput(
  gradInput: Tensor,
  gradOutput: Tensor,
  x: Tensor,
  slope: number,
  accumulate: boolean,
): void {
  launch(
    'leakyReluGradInput',
    [gradInput.pointer, gradOutput.pointer, x.pointer, slope, accumulate],
    x.size,
  );
}
