import { checkArity, checkNumber } from '../check.js';
import { type RandomOptions, randomOf } from '../generator.js';
import { launch } from '../runtime/launch.js';
import type { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';
import { identityGradient } from './identity.js';
import { apply, type Family, type Op, type Plan } from './op.js';

const TWO_32 = 2 ** 32;

interface DropoutOptions {
  readonly p: number;
  /** Two random words, which the mask follows from. */
  readonly key: readonly [number, number];
}

interface DropoutPlan extends Plan {
  readonly mask: readonly [key0: number, key1: number, dropped: number, scale: number];
}

type DropoutOp = Op<DropoutOptions, DropoutPlan>;

const FAMILY: Family<DropoutOp, DropoutOptions, DropoutPlan> = {
  operands: [{ name: 'input' }],

  plan(_, [x], { p, key }) {
    const dropped = wordsBelow(p);
    const scale = p < 1 ? 1 / (1 - p) : 0;
    return { shape: x!.shape, isView: dropped === 0, mask: [...key, dropped - 1, scale] };
  },

  forward(y, [x], { mask }) {
    launch('dropoutForward', [y.pointer, x!.pointer, ...mask], y.size);
  },

  gradients: [
    (gradInput, accumulate, call, index) => {
      const { mask, isView } = call.plan;
      if (isView) return identityGradient(gradInput, accumulate, call, index);
      const [dx, dy] = [gradInput.pointer, call.gradOutput.pointer];
      launch('dropoutGradInput', [dx, dy, ...mask, accumulate], gradInput.size);
    },
  ],
};

/** How many of the 2³² random words drop an element. */
function wordsBelow(p: number): number {
  return Math.round(p * TWO_32);
}

export const DROPOUT: DropoutOp = { family: FAMILY, name: 'dropout' };

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
  const draw = () => (wordsBelow(p) === 0 ? 0 : random.uint32());
  return apply(DROPOUT, [x], { p, key: [draw(), draw()] });
}
