import { ADD, DIV, MAXIMUM, MINIMUM, MUL, SUB } from '../ops/zip/functions.js';
import type { GraphNode, GraphOp } from './graph.js';
import { type GraphOperand, isNear, isNumber, operandsOf } from './operands.js';
import type { Rewriting } from './rewrite.js';

/**
 * A part of a graph, from its last node backwards. A name stands for any operand, the same wherever it stands; a number
 * for a constant of that value.
 */
export type Pattern = string | number | NodePattern;

export interface NodePattern {
  readonly op: GraphOp;
  readonly of: readonly Pattern[];
  /** What the options are to have; numbers may differ by rounding. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What the names of a pattern stand for. */
export type Bound = ReadonlyMap<string, GraphOperand>;

const COMMUTATIVE: readonly GraphOp[] = [ADD, MUL, MAXIMUM, MINIMUM];

/** What the names stand for where a node is the last one of such a part; undefined where it is none. */
export function matchNode(
  node: GraphNode,
  pattern: NodePattern,
  rewriting: Rewriting,
  bound: Bound = new Map(),
): Bound | undefined {
  const operands = operandsOf(node);
  const patterns = patternsFor(node, pattern);
  if (!patterns || !hasOptions(node.options, pattern.options)) return undefined;
  const straight = matchAll(operands, patterns, rewriting, bound);
  if (straight || !COMMUTATIVE.includes(node.op)) return straight;
  return matchAll(operands.reverse(), patterns, rewriting, bound);
}

/** The ops that such a part may end with. */
export function spelledBy({ op }: NodePattern): GraphOp[] {
  return op === MUL ? [op, DIV] : op === ADD ? [op, SUB] : [op];
}

/** A division is a product with the reciprocal, the difference from a number the sum with its negative. */
function patternsFor({ op }: GraphNode, pattern: NodePattern): readonly Pattern[] | undefined {
  if (op === pattern.op) return pattern.of;
  const [first, number] = pattern.of;
  if (typeof number !== 'number') return undefined;
  if (op === DIV && pattern.op === MUL) return [first!, 1 / number];
  if (op === SUB && pattern.op === ADD) return [first!, -number];
  return undefined;
}

function hasOptions(options: unknown, expected: NodePattern['options']): boolean {
  return Object.entries(expected ?? {}).every(([name, value]) => {
    const got = (options as Record<string, unknown> | undefined)?.[name];
    if (typeof value !== 'number') return got === value;
    return typeof got === 'number' && isNear(got, value);
  });
}

function matchAll(
  operands: readonly (GraphOperand | undefined)[],
  patterns: readonly Pattern[],
  rewriting: Rewriting,
  before: Bound,
): Bound | undefined {
  let bound: Bound | undefined = before;
  for (let i = 0; i < patterns.length && bound; i++) {
    bound = match(operands[i], patterns[i]!, rewriting, bound);
  }
  return bound;
}

function match(
  operand: GraphOperand | undefined,
  pattern: Pattern,
  rewriting: Rewriting,
  bound: Bound,
): Bound | undefined {
  if (operand === undefined) return undefined;
  if (typeof pattern === 'number') return isNumber(operand, pattern) ? bound : undefined;
  if (typeof pattern === 'string') {
    const known = bound.get(pattern);
    if (known !== undefined) return known === operand ? bound : undefined;
    return new Map([...bound, [pattern, operand]]);
  }
  const node = typeof operand === 'number' ? undefined : rewriting.producer(operand);
  return node && matchNode(node, pattern, rewriting, bound);
}
