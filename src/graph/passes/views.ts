import type { CopyPlan } from '../../ops/copy/family.js';
import { isWhole } from '../../ops/copy/strided.js';
import { RELU } from '../../ops/map/activations.js';
import { RESHAPE } from '../../ops/reshape.js';
import { ADD, ADD_BIAS, DIV, MUL, POW, SUB } from '../../ops/zip/functions.js';
import { sameShape, sizeOf } from '../../shape.js';
import type { Graph, GraphNode, GraphOp, GraphValue } from '../graph.js';
import { type GraphOperand, isNumber, operandsOf } from '../operands.js';
import { rewrite, type Rewriting } from '../rewrite.js';
import { isPositive } from '../sign.js';

/** The number that, as the second operand, changes nothing. */
const NEUTRAL: readonly (readonly [op: GraphOp, number: number])[] = [
  [ADD, 0],
  [ADD_BIAS, 0],
  [SUB, 0],
  [MUL, 1],
  [DIV, 1],
  [POW, 1],
];
const COMMUTATIVE: readonly GraphOp[] = [ADD, MUL];

/**
 * What only gives another shape, be it a copy, is one reshape of what it began with, and nothing where the shape is the
 * same; what changes nothing (a sum with 0, a padding of nothing, the order that there is, a ReLU of what is
 * not negative) is left out.
 */
export function views(graph: Graph): Graph {
  return rewrite(graph, (node, rewriting) => unchanged(node, rewriting) ?? viewed(node, rewriting));
}

function viewed(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  if (!isView(node)) return undefined;
  const [x] = node.inputs;
  const before = rewriting.producer(x);
  const source = before && isView(before) ? before.inputs[0]! : x!;
  const { shape } = node.output;
  if (sameShape(source.shape, shape)) return source;
  if (node.op === RESHAPE && source === x) return undefined;
  return rewriting.add(RESHAPE, [source], { shape });
}

/** Whether the output has the elements of the first input, in their order. */
function isView({ plan, inputs: [x], output }: GraphNode): boolean {
  if (x?.dtype !== output.dtype || sizeOf(x.shape) !== sizeOf(output.shape)) return false;
  if (plan.isView) return true;
  const parts = (plan as Partial<CopyPlan>).parts?.filter(({ sizes }) => sizeOf(sizes) > 0);
  if (parts?.length !== 1) return false;
  const { input, sizes, to, from } = parts[0]!;
  return input === 0 && isWhole(sizes, to) && isWhole(sizes, from);
}

/** The operand that the output is the same as. */
function unchanged(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  if (node.op === RELU && isPositive(node.inputs[0], rewriting)) return node.inputs[0];
  const number = NEUTRAL.find(([op]) => op === node.op)?.[1];
  if (number === undefined) return undefined;
  const [a, b] = operandsOf(node);
  const isSame = (operand: GraphOperand | undefined): operand is GraphValue =>
    typeof operand === 'object' && sameShape(operand.shape, node.output.shape);
  if (isNumber(b, number) && isSame(a)) return a;
  return COMMUTATIVE.includes(node.op) && isNumber(a, number) && isSame(b) ? b : undefined;
}
