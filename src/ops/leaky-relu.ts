import { record } from '../autograd.js';
import { runtime } from '../runtime/runtime.js';
import { Tensor } from '../tensor.js';
import { checkNumber, checkTensor } from './check.js';

/**
 * Leaky rectified linear unit: `y = x` where x > 0, else `slope · x`, elementwise. The gradient at 0 is `slope`.
 * @param slope a finite number
 * @throws TypeError, RangeError
 */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  checkTensor('leakyRelu', 'input', x);
  checkNumber('leakyRelu', 'slope', slope);
  const { kernels } = runtime();
  const y = Tensor.allocate(x.shape);
  kernels.leakyReluForward(y.pointer, x.pointer, slope, 0, y.size);
  return record('leakyRelu', y, [x], ({ pointer }, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      kernels.leakyReluGradInput(
        gradInput.pointer,
        pointer,
        x.pointer,
        slope,
        accumulate,
        0,
        x.size,
      ),
    ),
  );
}
