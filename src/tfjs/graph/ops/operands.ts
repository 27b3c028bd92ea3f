import { FormatError } from '../../../errors.js';
import type { Handler } from '../../../imported/graph.js';
import type { Value } from '../../../imported/value.js';
import type { Attributes } from '../attributes.js';

export type GraphHandler = Handler<Attributes>;
export type GraphHandlers = Readonly<Record<string, GraphHandler>>;

/** The numbers of an operand that says how: axes, sizes. @throws FormatError where it is left out */
export function integersOf(value: Value | undefined): number[] {
  if (!value) throw new FormatError('inputs: expected more of them');
  return Array.from(value.numbers(), (number) => Math.trunc(number));
}

/** The only number of an operand. @throws FormatError */
export function numberOf(value: Value | undefined): number {
  if (!value || value.size !== 1) {
    throw new FormatError(`inputs: expected a single number, got ${value ? value.size : 'none'}`);
  }
  return value.numbers()[0]!;
}

/** The inputs, of which there have to be some. @throws FormatError */
export function operandsOf(
  inputs: readonly (Value | undefined)[],
  least: number,
): [Value, ...Value[]] {
  if (inputs.length >= least && inputs.every((input) => input))
    return inputs as [Value, ...Value[]];
  throw new FormatError(`inputs: expected at least ${least}, got ${inputs.length}`);
}
