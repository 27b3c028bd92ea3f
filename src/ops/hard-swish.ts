import { checkArity } from '../check.js';
import { record } from '../autograd.js';
import { launch } from '../runtime/launch.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';

/**
 * Hard swish (Howard et al. 2019): `y = x · min(max(x + 3, 0), 6) / 6`, elementwise. The gradient is 0 at −3 and 1 at 3.
 * @throws TypeError
 */
export function hardSwish(x: Tensor): Tensor {
  checkArity('hardSwish', arguments.length, 1);
  checkTensor('hardSwish', 'input', x);
  const y = Tensor.allocate(x.shape);
  launch('hardSwishForward', [y.pointer, x.pointer], y.size);
  return record('hardSwish', y, [x], ({ pointer }, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      launch('hardSwishGradInput', [gradInput.pointer, pointer, x.pointer, accumulate], x.size),
    ),
  );
}
