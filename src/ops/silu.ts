import { checkArity } from '../check.js';
import { record } from '../autograd.js';
import { launch } from '../runtime/launch.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';

/**
 * Sigmoid linear unit, also called swish: `y = x · sigmoid(x)`, elementwise.
 * @throws TypeError
 */
export function silu(x: Tensor): Tensor {
  checkArity('silu', arguments.length, 1);
  checkTensor('silu', 'input', x);
  const y = Tensor.allocate(x.shape);
  launch('siluForward', [y.pointer, x.pointer], y.size);
  return record('silu', y, [x], ({ pointer }, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      launch('siluGradInput', [gradInput.pointer, pointer, x.pointer, accumulate], x.size),
    ),
  );
}
