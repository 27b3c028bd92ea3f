import { checkArity } from '../check.js';
import { ShapeError } from '../errors.js';
import { formatShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { gradInput, gradWeight, type LinearPlan, multiply } from './linear.js';
import { linearGeometry } from './linear-plan.js';
import { apply, type Family, type Op } from './op.js';

type MatmulOp = Op<undefined, LinearPlan>;

const FAMILY: Family<MatmulOp, undefined, LinearPlan> = {
  operands: [
    { name: 'a', rank: 2 },
    { name: 'b', rank: 2 },
  ],
  gradients: [gradInput, gradWeight],

  plan({ name }, [a, b]) {
    const [rows, inFeatures] = a!.shape as [number, number];
    const [inner, outFeatures] = b!.shape as [number, number];
    if (inFeatures !== inner) {
      throw new ShapeError(
        `${name}: inner axes: expected ${inner} (b ${formatShape(b!.shape)}), ` +
          `got ${inFeatures} (a ${formatShape(a!.shape)})`,
      );
    }
    return { shape: [rows, outFeatures], geometry: linearGeometry(rows, inFeatures, outFeatures) };
  },

  forward: (y, [a, b], { geometry }) => multiply(y, a!, b!, undefined, geometry, undefined),
};

export const MATMUL: MatmulOp = { family: FAMILY, name: 'matmul' };

/**
 * Matrix product: `y[i,j] = Σ_k a[i,k] · b[k,j]`, with gradients to both. Axes may be 0; an empty sum is 0.
 * @param a [rows, inner]
 * @param b [inner, columns]
 * @returns [rows, columns]
 * @throws TypeError, ShapeError
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkArity('matmul', arguments.length, 2);
  return apply(MATMUL, [a, b], undefined);
}
