import { noGrad } from '../../autograd.js';
import { checkArity, wrongNumber } from '../../check.js';
import { checkOptions } from '../../options.js';
import { scope, Tensor } from '../../tensor.js';
import { abs, sign, square } from '../map/functions.js';
import { apply, type Family } from '../op.js';
import { ADD, div, maximum, mul, POW, pow } from '../zip/functions.js';
import { averageWindows, spreadToWindows } from './avg-pool.js';
import {
  planPool,
  type PoolOp,
  type PoolOptions,
  type PoolPlan,
  type PoolWindows,
} from './geometry.js';
import { MAX_POOL_OPTIONS } from './max-pool.js';

/** The least that gradients divide by: that of a window of zeros is 0. */
const TINY = 1e-30;

interface LpPoolOptions extends PoolOptions {
  readonly normType: number;
}

interface LpPoolPlan extends PoolPlan {
  readonly normType: number;
  /** Values of a window. */
  readonly count: number;
}

type LpPoolOp = PoolOp<LpPoolOptions, LpPoolPlan>;

/** (count · mean of |x|ᵖ)^(1/p): the mean and its gradient are those of average pooling. */
const FAMILY: Family<LpPoolOp, LpPoolOptions, LpPoolPlan> = {
  operands: [{ name: 'input' }],

  plan(op, [x], options) {
    const { normType } = options;
    checkNormType(op.name, normType);
    const plan = planPool(op, x!, options);
    const { kernelDepth, kernelHeight, kernelWidth } = plan.geometry;
    return { ...plan, normType, count: kernelDepth * kernelHeight * kernelWidth };
  },

  forward(y, [x], plan) {
    const { normType, count } = plan;
    apart(() => {
      const means = Tensor.allocate(y.shape);
      averageWindows(means, normType === 2 ? square(x!) : pow(abs(x!), normType), plan);
      writeZip(POW, y, mul(means, count), undefined, 1 / normType);
    });
  },

  gradients: [
    (dx, accumulate, { gradOutput, inputs: [x], output: y, plan }) =>
      apart(() => {
        const { normType, count } = plan;
        const norms = normType === 2 ? y : pow(y, normType - 1);
        const spread = Tensor.allocate(dx.shape);
        spreadToWindows(spread, div(mul(gradOutput, count), maximum(norms, TINY)), plan, false);
        const slopes = normType === 2 ? x! : mul(sign(x!), pow(abs(x!), normType - 1));
        const product = mul(spread, slopes);
        if (accumulate) writeZip(ADD, dx, dx, product);
        else dx.view().set(product.view());
      }),
  ],
};

/** What a layer can know of it too. @throws TypeError, RangeError */
export function checkNormType(op: string, normType: unknown): void {
  if (typeof normType === 'number' && normType >= 1 && normType < Infinity) return;
  throw wrongNumber(op, 'normType', 'a finite number of at least 1', normType);
}

/** Frees what is made on the way, and records none of it. */
function apart(body: () => void): void {
  scope(() => noGrad(body));
}

/** Writes a function of two tensors, or of a tensor and the number b. */
function writeZip(op: typeof POW, y: Tensor, a: Tensor, b?: Tensor, number?: number): void {
  const plan = op.family.plan(op, [a, b], { b: number });
  op.family.forward(y, [a, b], plan, []);
}

export const LP_POOL1D: LpPoolOp = { family: FAMILY, name: 'lpPool1d', axes: 1 };
export const LP_POOL2D: LpPoolOp = { family: FAMILY, name: 'lpPool2d', axes: 2 };
export const LP_POOL3D: LpPoolOp = { family: FAMILY, name: 'lpPool3d', axes: 3 };

/**
 * 1-D power-average pooling: (Σ |x|ᵖ)^(1/p) over each window, as ONNX's LpPool; as in PyTorch for even p, and for x ≥ 0:
 * there odd powers of negative values are negative. With `ceilMode` a window that reaches beyond the padding counts as
 * a whole one of the same mean, as there. The gradient of a window of zeros is 0.
 * @param x [N, length, channels]
 * @param normType p, at least 1
 * @returns [N, outLength, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function lpPool1d(
  x: Tensor,
  normType: number,
  kernelSize: number,
  options: PoolWindows<number> = {},
): Tensor {
  return power(LP_POOL1D, arguments.length, x, normType, kernelSize, options);
}

/**
 * The same of pictures.
 * @param x [N, height, width, channels]
 * @param normType p, at least 1
 * @param kernelSize a number or [height, width]
 * @returns [N, outHeight, outWidth, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function lpPool2d(
  x: Tensor,
  normType: number,
  kernelSize: number | readonly number[],
  options: PoolWindows = {},
): Tensor {
  return power(LP_POOL2D, arguments.length, x, normType, kernelSize, options);
}

/**
 * The same of volumes.
 * @param x [N, depth, height, width, channels]
 * @param normType p, at least 1
 * @param kernelSize a number or [depth, height, width]
 * @returns [N, outDepth, outHeight, outWidth, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function lpPool3d(
  x: Tensor,
  normType: number,
  kernelSize: number | readonly number[],
  options: PoolWindows = {},
): Tensor {
  return power(LP_POOL3D, arguments.length, x, normType, kernelSize, options);
}

function power(
  op: LpPoolOp,
  given: number,
  x: Tensor,
  normType: number,
  kernelSize: number | readonly number[],
  options: PoolWindows,
): Tensor {
  checkArity(op.name, given, 4);
  checkOptions(op.name, options, MAX_POOL_OPTIONS);
  return apply(op, [x], { ...options, kernelSize, normType });
}
