import { checkArity } from '../check.js';
import { describe } from '../describe.js';
import type { DType, Tensor } from '../tensor.js';
import { apply, type Family, type Op, type Plan } from './op.js';

interface CastOptions {
  readonly dtype: DType;
}

const FAMILY: Family<Op<CastOptions, Plan>, CastOptions, Plan> = {
  operands: [{ name: 'input', dtype: 'any' }],
  plan(_, [x], { dtype }) {
    if (dtype === 'float32' || dtype === 'int32') return { shape: x!.shape, dtype };
    throw new TypeError(`cast: dtype: expected 'float32' or 'int32', got ${describe(dtype)}`);
  },
  forward(y, [x]) {
    y.view().set(x!.view());
  },
  gradients: [undefined],
};

export const CAST: Op<CastOptions, Plan> = { family: FAMILY, name: 'cast' };

/**
 * The values in another element type, as `torch.Tensor.to`: what is behind the point is cut off; whole numbers beyond 32
 * bits are taken modulo 2³², NaN is 0. There is no gradient, as one of the types is whole.
 * @returns a copy, of the shape of x
 * @throws TypeError for another dtype
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  checkArity('cast', arguments.length, 2);
  return apply(CAST, [x], { dtype });
}
