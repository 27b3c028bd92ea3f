import { record } from '../autograd.js';
import { runtime } from '../runtime/runtime.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';

/**
 * Hard swish (Howard et al. 2019): `y = x · min(max(x + 3, 0), 6) / 6`, elementwise. The gradient is 0 at −3 and 1 at 3.
 * @throws TypeError
 */
export function hardSwish(x: Tensor): Tensor {
  checkTensor('hardSwish', 'input', x);
  const { kernels } = runtime();
  const y = Tensor.allocate(x.shape);
  kernels.hardSwishForward(y.pointer, x.pointer, 0, y.size);
  return record('hardSwish', y, [x], ({ pointer }, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      kernels.hardSwishGradInput(gradInput.pointer, pointer, x.pointer, accumulate, 0, x.size),
    ),
  );
}
