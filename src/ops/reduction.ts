import { describe } from '../describe.js';

/** What a loss does with the losses of its elements: their mean, their sum, or nothing. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options of the losses. */
export interface LossOptions {
  /** Default 'mean'. */
  reduction?: Reduction;
}

/** @throws RangeError unless it is one of the reductions. */
export function checkReduction(op: string, value: unknown): asserts value is Reduction {
  if (value !== 'mean' && value !== 'sum' && value !== 'none') {
    throw new RangeError(
      `${op}: reduction: expected 'mean', 'sum' or 'none', got ${describe(value)}`,
    );
  }
}
