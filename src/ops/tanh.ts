import { checkArity } from '../check.js';
import { record } from '../autograd.js';
import { launch } from '../runtime/launch.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';

/**
 * Hyperbolic tangent: `y = tanh x`, elementwise.
 * @throws TypeError
 */
export function tanh(x: Tensor): Tensor {
  checkArity('tanh', arguments.length, 1);
  checkTensor('tanh', 'input', x);
  const y = Tensor.allocate(x.shape);
  launch('tanhForward', [y.pointer, x.pointer], y.size);
  return record('tanh', y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      launch(
        'tanhGradInput',
        [gradInput.pointer, gradOutput.pointer, y.pointer, accumulate],
        y.size,
      ),
    ),
  );
}
