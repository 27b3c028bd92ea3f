import { record } from '../autograd.js';
import { runtime } from '../runtime/runtime.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';

/**
 * Sigmoid linear unit, also called swish: `y = x · sigmoid(x)`, elementwise.
 * @throws TypeError
 */
export function silu(x: Tensor): Tensor {
  checkTensor('silu', 'input', x);
  const { kernels } = runtime();
  const y = Tensor.allocate(x.shape);
  kernels.siluForward(y.pointer, x.pointer, 0, y.size);
  return record('silu', y, [x], ({ pointer }, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      kernels.siluGradInput(gradInput.pointer, pointer, x.pointer, accumulate, 0, x.size),
    ),
  );
}
