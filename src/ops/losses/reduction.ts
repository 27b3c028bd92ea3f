import { compose } from '../../autograd.js';
import { checkArity } from '../../check.js';
import { describe } from '../../describe.js';
import { ShapeError } from '../../errors.js';
import { checkOptions } from '../../options.js';
import { checkSameShape, formatShape, type Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import { mean, sum } from '../reductions.js';

/** What a loss does with the losses of its elements: their mean, their sum, or nothing. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Options of the losses. */
export interface LossOptions {
  /** Default 'mean'. */
  reduction?: Reduction;
}

/**
 * The reduction that the options of a loss ask for, which knows these.
 * @param also reductions of this loss alone
 * @throws TypeError, RangeError
 */
export function reductionOf<Also extends string = never>(
  op: string,
  options: { readonly reduction?: Reduction | Also },
  known: readonly string[] = ['reduction'],
  also: readonly Also[] = [],
): Reduction | Also {
  checkOptions(op, options, known);
  const { reduction = 'mean' } = options;
  const all: readonly string[] = ['mean', 'sum', 'none', ...also];
  if (!all.includes(reduction)) {
    const names = all.map((name) => `'${name}'`);
    const expected = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
    throw new RangeError(`${op}: reduction: expected ${expected}, got ${describe(reduction)}`);
  }
  return reduction;
}

/**
 * Checks what a loss composed of other ops was called with: tensors of one shape, then options.
 * @param given how many arguments it was called with
 * @param known the options that it knows beside `reduction`
 * @throws TypeError, ShapeError, RangeError
 */
export function checkLoss<Also extends string = never>(
  op: string,
  given: number,
  tensors: Readonly<Record<string, Tensor>>,
  options: { readonly reduction?: Reduction | Also },
  known: readonly string[] = [],
  also: readonly Also[] = [],
): Reduction | Also {
  const entries = Object.entries(tensors);
  checkArity(op, given, entries.length + 1);
  for (const [name, tensor] of entries) {
    checkTensor(op, name, tensor);
    checkSameShape(op, name, entries[0]![1].shape, tensor.shape);
  }
  return reductionOf(op, options, ['reduction', ...known], also);
}

/** Checks what the losses, or a part of them, are multiplied by. @throws TypeError, ShapeError */
export function checkFactor(op: string, argument: string, factor: unknown, shape: Shape): void {
  checkTensor(op, argument, factor);
  const sizes = factor.shape;
  const missing = shape.length - sizes.length;
  if (missing >= 0 && sizes.every((size, i) => size === 1 || size === shape[missing + i])) return;
  throw new ShapeError(
    `${op}: ${argument}: expected a shape that broadcasts to ${formatShape(shape)}, got ${formatShape(sizes)}`,
  );
}

/** The losses that `formula` composes, reduced. */
export function composeLoss(reduction: Reduction, formula: () => Tensor): Tensor {
  return compose(() => {
    const losses = formula();
    return reduction === 'none' ? losses : (reduction === 'sum' ? sum : mean)(losses);
  });
}
