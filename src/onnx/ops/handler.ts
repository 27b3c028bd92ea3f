import { FormatError } from '../../errors.js';
import type { Handler, Surroundings } from '../../imported/graph.js';
import { channelsFirstWeight } from '../../imported/ops/conv-ops.js';
import { type Order, sameOrder, type Value } from '../../imported/value.js';
import type { OnnxAttributes } from '../attributes.js';

/** How an op of ONNX is computed. */
export interface OnnxHandler extends Handler<OnnxAttributes> {
  /** Its first inputs that must be there: they are in every call. Default 1. */
  readonly needs?: number;
  run(
    inputs: readonly Value[],
    attributes: OnnxAttributes,
    surroundings: Surroundings<OnnxAttributes>,
  ): Value | readonly (Value | undefined)[];
}

export type OnnxHandlers = Readonly<Record<string, OnnxHandler>>;

/** An input that may be left out, though its type does not say so. */
export const optional = (value: Value | undefined): Value | undefined => value;

/** The numbers of an input that shapes or axes come from. */
export const numbersOf = (value: Value | undefined): number[] | undefined =>
  value && Array.from(value.numbers());

/** The one number of an input. @throws FormatError */
export function numberOf(name: string, value: Value): number {
  if (value.size === 1) return value.numbers()[0]!;
  throw new FormatError(`${name}: expected one number, got ${value.size}`);
}

/** A list that is an attribute in old versions of an op and an input in new ones. */
export function listOf(
  attributes: OnnxAttributes,
  name: string,
  input: Value | undefined,
): readonly number[] | undefined {
  return numbersOf(input) ?? attributes.ints(name);
}

/** The weight and the bias of a convolution. */
export function convWeightOrder(operand: number, rank: number): Order | undefined {
  if (operand === 1) return channelsFirstWeight(Math.max(2, rank));
  return operand === 2 ? sameOrder(rank) : undefined;
}

/** Operands of a layer that are weights in the file's own order: all but the first. */
export const plainWeights = (operand: number, rank: number): Order | undefined =>
  operand > 0 ? sameOrder(rank) : undefined;
