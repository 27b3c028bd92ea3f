import { noGrad } from '../autograd.js';
import { checkArity, checkBoolean, wrongNumber } from '../check.js';
import { checkTensor } from '../ops/check.js';
import { CLIP } from '../ops/map/activations.js';
import { abs, square } from '../ops/map/functions.js';
import type { Op, Plan } from '../ops/op.js';
import { max, sum } from '../ops/reductions.js';
import { MUL, pow } from '../ops/zip/functions.js';
import { checkOptions } from '../options.js';
import { scope, type Tensor } from '../tensor.js';
import { exp, log } from '../math.js';
import { checkNonNegative, listOf } from './check.js';

/** Options of `clipGradNorm`. */
export interface ClipGradNormOptions {
  /** Which norm, above 0; Infinity: the largest magnitude. Default 2. */
  normType?: number;
  /** Whether a norm that is NaN or infinite is an error; else the gradients become NaN or 0. Default false. */
  errorIfNonfinite?: boolean;
}

/**
 * Scales the gradients of all parameters, as if they were one vector, so that its norm is at most `maxNorm`, as
 * torch.nn.utils.clip_grad_norm_: by `maxNorm / (norm + 10⁻⁶)`. Parameters without a gradient do not count.
 * @returns the norm before
 * @throws TypeError, RangeError; nothing is changed then
 */
export function clipGradNorm(
  params: Iterable<Tensor>,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): number {
  const op = 'clipGradNorm';
  checkArity(op, arguments.length, 3);
  const gradients = gradientsOf(op, params);
  checkNonNegative(op, 'maxNorm', maxNorm);
  checkOptions(op, options, ['normType', 'errorIfNonfinite']);
  const { normType = 2, errorIfNonfinite = false } = options;
  if (!(typeof normType === 'number' && normType > 0)) {
    throw wrongNumber(op, 'normType', 'a number above 0', normType);
  }
  checkBoolean(op, 'errorIfNonfinite', errorIfNonfinite);
  const norm = normOf(gradients, normType);
  if (errorIfNonfinite && !Number.isFinite(norm)) {
    throw new RangeError(`${op}: params: expected gradients of a finite norm, got ${norm}`);
  }
  const factor = maxNorm / (norm + 1e-6);
  if (!(factor >= 1)) for (const gradient of gradients) inPlace(MUL, gradient, { b: factor });
  return norm;
}

/**
 * Holds every element of the gradients between −`value` and `value`, as torch.nn.utils.clip_grad_value_.
 * @throws TypeError, RangeError; nothing is changed then
 */
export function clipGradValue(params: Iterable<Tensor>, value: number): void {
  const op = 'clipGradValue';
  checkArity(op, arguments.length, 2);
  const gradients = gradientsOf(op, params);
  checkNonNegative(op, 'value', value);
  for (const gradient of gradients) inPlace(CLIP, gradient, { min: -value, max: value });
}

function gradientsOf(op: string, params: Iterable<Tensor>): Tensor[] {
  return listOf(op, params).flatMap((parameter, i) => {
    checkTensor(op, `params[${i}]`, parameter);
    const { grad } = parameter;
    if (grad) checkTensor(op, `params[${i}].grad`, grad);
    return grad ?? [];
  });
}

/** The norm of the norms of each; the terms of a tensor are summed by the kernels, in their order. */
function normOf(gradients: readonly Tensor[], normType: number): number {
  const of = (body: (gradient: Tensor) => Tensor) =>
    gradients
      .filter(({ size }) => size > 0)
      .map((gradient) => scope(() => noGrad(() => body(gradient).item())));
  if (normType === Infinity) {
    const largest = of((gradient) => max(abs(gradient)));
    return largest.reduce((most, value) => (value > most || Number.isNaN(value) ? value : most), 0);
  }
  const powers = of((gradient) =>
    sum(normType === 2 ? square(gradient) : pow(abs(gradient), normType)),
  );
  const total = powers.reduce((sumSoFar, power) => sumSoFar + power, 0);
  if (normType === 2) return Math.sqrt(total);
  return total === 0 || normType === 1 ? total : exp(log(total) / normType);
}

/** The op of a tensor and options, written over it. */
function inPlace<Options, P extends Plan, O extends Op<Options, P>>(
  op: O & Op<Options, P>,
  tensor: Tensor,
  options: Options,
): void {
  op.family.forward(tensor, [tensor], op.family.plan(op, [tensor], options), []);
}
