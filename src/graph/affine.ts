import { BATCH_NORM } from '../ops/norm/channels.js';
import { NEG } from '../ops/map/functions.js';
import { ADD, ADD_BIAS, DIV, MUL, SUB } from '../ops/zip/functions.js';
import { sameShape } from '../shape.js';
import type { GraphNode, GraphValue } from './graph.js';
import { constantsIn, type GraphOperand, operandsOf } from './operands.js';

/** `scale · x + shift`, with a number of both for each channel, which is the last axis. */
export interface Affine {
  readonly x: GraphValue;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** What a node computes as such a function; undefined where it is none, or its numbers are not known. */
export function affineOf(node: GraphNode): Affine | undefined {
  const { op, inputs, output } = node;
  if (op === NEG) return of(inputs[0]!, -1, 0);
  if (op === BATCH_NORM) return normalization(node);
  const [a, b] = operandsOf(node);
  const [first, second] = [vectorOf(a, output), vectorOf(b, output)];
  const [x, c] = first ? [b, first] : [a, second];
  if (typeof x !== 'object' || !c || !sameShape(x.shape, output.shape)) return undefined;
  switch (op) {
    case ADD:
    case ADD_BIAS:
      return of(x, 1, c);
    case SUB:
      return first
        ? of(x, -1, c)
        : of(
            x,
            1,
            c.map((value) => -value),
          );
    case MUL:
      return of(x, c, 0);
    case DIV:
      return first
        ? undefined
        : of(
            x,
            c.map((value) => 1 / value),
            0,
          );
    default:
      return undefined;
  }
}

function of(x: GraphValue, scale: Float64Array | number, shift: Float64Array | number): Affine {
  const all = (values: Float64Array | number) =>
    typeof values === 'number' ? new Float64Array(x.shape.at(-1) ?? 1).fill(values) : values;
  return { x, scale: all(scale), shift: all(shift) };
}

/** `(x − mean) / √(variance + eps) · weight + bias`, by statistics that are no part of x. */
function normalization({ inputs, options }: GraphNode): Affine | undefined {
  const { eps, ofInput, ofExamples } = options as Record<string, number | boolean>;
  const [x, weight, bias, mean, variance] = inputs;
  const known = [weight, bias, mean, variance].filter((value) => value !== undefined);
  if (ofInput || ofExamples || !constantsIn(known)) return undefined;
  const at = (value: GraphValue | undefined, c: number, other: number) =>
    value ? value.constant!.view()[c]! : other;
  const scale = Float64Array.from(
    { length: mean!.shape[0]! },
    (_, c) => at(weight, c, 1) / Math.sqrt(at(variance, c, 1) + (eps as number)),
  );
  return of(
    x!,
    scale,
    scale.map((value, c) => at(bias, c, 0) - at(mean, c, 0) * value),
  );
}

/** The numbers of an operand that is the same at all places of a channel. */
function vectorOf(
  operand: GraphOperand | undefined,
  { shape }: GraphValue,
): Float64Array | undefined {
  const channels = shape.at(-1) ?? 1;
  if (typeof operand === 'number') return new Float64Array(channels).fill(operand);
  const { constant } = operand ?? {};
  if (!constant || (constant.size !== 1 && constant.size !== constant.shape.at(-1)))
    return undefined;
  const values = constant.view();
  return Float64Array.from({ length: channels }, (_, c) => values[c % values.length]!);
}
