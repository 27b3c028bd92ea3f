import { record } from '../autograd.js';
import { runtime } from '../runtime/runtime.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';

/**
 * Hyperbolic tangent: `y = tanh x`, elementwise.
 * @throws TypeError
 */
export function tanh(x: Tensor): Tensor {
  checkTensor('tanh', 'input', x);
  const { kernels } = runtime();
  const y = Tensor.allocate(x.shape);
  kernels.tanhForward(y.pointer, x.pointer, 0, y.size);
  return record('tanh', y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      kernels.tanhGradInput(
        gradInput.pointer,
        gradOutput.pointer,
        y.pointer,
        accumulate,
        0,
        y.size,
      ),
    ),
  );
}
