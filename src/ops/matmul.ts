import { checkArity } from '../check.js';
import { ShapeError } from '../errors.js';
import { formatShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';
import { multiply } from './linear.js';

/**
 * Matrix product: `y[i,j] = Σ_k a[i,k] · b[k,j]`, with gradients to both. Axes may be 0; an empty sum is 0.
 * @param a [rows, inner]
 * @param b [inner, columns]
 * @returns [rows, columns]
 * @throws TypeError, ShapeError
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkArity('matmul', arguments.length, 2);
  checkTensor('matmul', 'a', a, { rank: 2 });
  checkTensor('matmul', 'b', b, { rank: 2 });
  const [rows, inFeatures] = a.shape as [number, number];
  const [inner, outFeatures] = b.shape as [number, number];
  if (inFeatures !== inner) {
    throw new ShapeError(
      `matmul: inner axes: expected ${inner} (b ${formatShape(b.shape)}), ` +
        `got ${inFeatures} (a ${formatShape(a.shape)})`,
    );
  }
  const geometry = { rows, inFeatures, outFeatures };
  return multiply('matmul', a, b, undefined, geometry, undefined, [rows, outFeatures]);
}
