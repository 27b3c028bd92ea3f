import { checkArity, checkInteger, checkNumber } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { checkOptions } from '../../options.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import {
  type Affine,
  GROUP_NORM,
  INSTANCE_NORM,
  normalizeByOwn,
  type NormOp,
  sizesOf,
} from './channels.js';

/** Options of `groupNorm`, `instanceNorm` and `layerNorm`. */
export interface NormOptions {
  /** Added to the variance. Default 1e-5. */
  eps?: number;
}

/**
 * Group normalization (Wu & He, arxiv.org/abs/1803.08494): `y = (x − mean) / √(variance + eps) · weight + bias`, as in
 * PyTorch, with the mean and the (biased) variance of every example over all positions and the channels of a group.
 * @param x [N, ..., channels]
 * @param numGroups of equally many neighbouring channels
 * @param weight [channels], or undefined: 1
 * @param bias [channels], or undefined: 0
 * @throws TypeError, RangeError, ShapeError
 */
export function groupNorm(
  x: Tensor,
  numGroups: number,
  weight?: Tensor,
  bias?: Tensor,
  options: NormOptions = {},
): Tensor {
  checkArity('groupNorm', arguments.length, 5);
  checkTensor('groupNorm', 'input', x);
  const { channels } = sizesOf('groupNorm', x.shape, OF_EXAMPLES);
  checkGroups('groupNorm', numGroups, channels);
  return ofExamples(GROUP_NORM, { x, weight, bias }, channels / numGroups, options);
}

/**
 * Instance normalization (Ulyanov, Vedaldi & Lempitsky, arxiv.org/abs/1607.08022): as `groupNorm`, each channel a group.
 * @param x [N, ..., channels], of more than one position
 * @param weight [channels], or undefined: 1
 * @param bias [channels], or undefined: 0
 * @throws TypeError, RangeError; ShapeError, also for one value per channel
 */
export function instanceNorm(
  x: Tensor,
  weight?: Tensor,
  bias?: Tensor,
  options: NormOptions = {},
): Tensor {
  checkArity('instanceNorm', arguments.length, 4);
  checkTensor('instanceNorm', 'input', x);
  if (sizesOf('instanceNorm', x.shape, OF_EXAMPLES).rows === 1) {
    throw new ShapeError(
      `instanceNorm: input: expected more than one value per channel, got ${formatShape(x.shape)}`,
    );
  }
  return ofExamples(INSTANCE_NORM, { x, weight, bias }, 1, options);
}

const OF_EXAMPLES = { ofExamples: true, together: 1 };

function ofExamples(op: NormOp, inputs: Affine, together: number, options: NormOptions): Tensor {
  const eps = checkNormOptions(op.name, options, 1e-5);
  return normalizeByOwn(op, inputs, { eps, ofExamples: true, together });
}

/** Checks the options, and returns eps. @throws TypeError, RangeError */
export function checkNormOptions(op: string, options: NormOptions, byDefault: number): number {
  checkOptions(op, options, ['eps']);
  const { eps = byDefault } = options;
  checkNumber(op, 'eps', eps, 0);
  return eps;
}

/** @throws TypeError, RangeError unless the channels are so many groups */
export function checkGroups(op: string, numGroups: number, channels: number): void {
  checkInteger(op, 'numGroups', numGroups, 1);
  if (channels % numGroups === 0) return;
  throw new RangeError(
    `${op}: numGroups: expected a divisor of the ${channels} channels, got ${numGroups}`,
  );
}
