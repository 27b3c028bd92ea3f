import { checkOptions } from '../../options.js';
import { describe } from '../../describe.js';

/** What a loss does with the losses of its elements: their mean, their sum, or nothing. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options of the losses. */
export interface LossOptions {
  /** Default 'mean'. */
  reduction?: Reduction;
}

/** The reduction that the options of a loss ask for, which knows these. @throws TypeError, RangeError */
export function reductionOf(
  op: string,
  options: LossOptions,
  known: readonly string[] = ['reduction'],
): Reduction {
  checkOptions(op, options, known);
  const value: unknown = options.reduction ?? 'mean';
  if (value !== 'mean' && value !== 'sum' && value !== 'none') {
    throw new RangeError(
      `${op}: reduction: expected 'mean', 'sum' or 'none', got ${describe(value)}`,
    );
  }
  return value;
}
