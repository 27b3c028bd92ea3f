import { record } from '../autograd.js';
import { type RandomOptions, randomOf } from '../generator.js';
import { launch } from '../runtime/launch.js';
import { Tensor } from '../tensor.js';
import { passGradient } from './add.js';
import { checkArity, checkNumber } from '../check.js';
import { checkTensor } from './check.js';

const TWO_32 = 2 ** 32;

/**
 * Sets each element to 0 with probability p and scales the others by 1 / (1 − p), so that the mean stays what it
 * was (Srivastava et al. 2014). Elements are dropped independently of one another, and anew in every call.
 * @param x any shape
 * @param p in [0, 1]; with 0 the result is x, over the same memory
 * @returns a tensor of the same shape
 * @throws TypeError, RangeError
 */
export function dropout(x: Tensor, p = 0.5, options: RandomOptions = {}): Tensor {
  checkArity('dropout', arguments.length, 3);
  checkTensor('dropout', 'input', x);
  checkNumber('dropout', 'p', p, 0, 1);
  const random = randomOf('dropout', options);
  const dropped = Math.round(p * TWO_32);
  if (dropped === 0) {
    return record('dropout', x.shareStorage(x.shape), [x], (gradOutput, addGradient) =>
      passGradient(addGradient, x, gradOutput),
    );
  }
  const scale = p < 1 ? 1 / (1 - p) : 0;
  const mask = [random.uint32(), random.uint32(), dropped - 1, scale] as const;
  const y = Tensor.allocate(x.shape);
  launch('dropoutForward', [y.pointer, x.pointer, ...mask], x.size);
  return record('dropout', y, [x], (gradOutput, addGradient) => {
    addGradient(x, ({ pointer, size }, accumulate) =>
      launch('dropoutGradInput', [pointer, gradOutput.pointer, ...mask, accumulate], size),
    );
  });
}
