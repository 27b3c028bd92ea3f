import type { Tensor } from '../tensor.js';
import type { GraphNode, GraphValue } from './graph.js';

/** What an op is applied to: a value, or the number that stands in the place of one. */
export type GraphOperand = GraphValue | number;

/** The operands of a node; the options of an op of two operands have the numbers among them. */
export function operandsOf({ inputs, options }: GraphNode): (GraphOperand | undefined)[] {
  const { a, b } = (options ?? {}) as { a?: number; b?: number };
  return inputs.map((input, i) => input ?? [a, b][i]);
}

/** The number that all elements of an operand are; undefined where there is none, or nobody knows it yet. */
export function numberOf(operand: GraphOperand | undefined): number | undefined {
  if (typeof operand !== 'object') return operand;
  const { constant } = operand;
  if (!constant || constant.size === 0) return undefined;
  const values = constant.view();
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}

/** Whether an operand is this number, which a file may have rounded to a few digits. */
export function isNumber(operand: GraphOperand | undefined, expected: number): boolean {
  const number = numberOf(operand);
  return number !== undefined && isNear(number, expected);
}

export function isNear(value: number, expected: number): boolean {
  return value === expected || Math.abs(value - expected) <= 1e-4 * Math.abs(expected);
}

/** The constants of these values; undefined unless all are. */
export function constantsIn(values: readonly (GraphValue | undefined)[]): Tensor[] | undefined {
  const constants = values.map((value) => value?.constant);
  return constants.every((constant) => constant !== undefined) ? constants : undefined;
}
