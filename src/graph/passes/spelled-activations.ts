import { noGrad } from '../../autograd.js';
import type { Bounds, GeluApproximation } from '../../ops/map/activations.js';
import {
  CLIP,
  GELU,
  HARD_SWISH,
  HARDTANH,
  LEAKY_RELU,
  RELU,
  RELU6,
  SIGMOID,
  SILU,
  SOFTPLUS,
  TANH,
} from '../../ops/map/activations.js';
import {
  ABS,
  ERF,
  EXP,
  LOG,
  LOG1P,
  NEG,
  neg,
  RECIPROCAL,
  SQUARE,
} from '../../ops/map/functions.js';
import { HARD_SIGMOID, MISH, SOFTSIGN } from '../../ops/map/more-activations.js';
import { ADD, DIV, MAXIMUM, MINIMUM, MUL, POW, SUB } from '../../ops/zip/functions.js';
import { PRELU } from '../../ops/zip/select.js';
import { sameShape } from '../../shape.js';
import type { Graph, GraphNode, GraphOp, GraphValue } from '../graph.js';
import { isNear, numberOf } from '../operands.js';
import { type Bound, matchNode, type NodePattern, spelledBy } from '../pattern.js';
import { rewrite, type Rewriting, type Rule } from '../rewrite.js';

/** A function of x that files spell out, and the op that it is. */
interface Spelling {
  readonly find: NodePattern;
  readonly op: GraphOp;
  readonly options?: unknown;
}

const X_PLUS_3: NodePattern = { op: RELU6, of: [{ op: ADD, of: ['x', 3] }] };
const ONE_PLUS_EXP: NodePattern = { op: ADD, of: [{ op: EXP, of: [{ op: NEG, of: ['x'] }] }, 1] };
const HARD = { alpha: 1 / 6, beta: 0.5 };
const PLAIN = { beta: 1, threshold: 20 };
/** 2 Φ(x). */
const TWO_PHI: NodePattern = {
  op: ADD,
  of: [{ op: ERF, of: [{ op: MUL, of: ['x', Math.SQRT1_2] }] }, 1],
};
const SPELLINGS: readonly Spelling[] = [
  { find: { op: MUL, of: ['x', 'x'] }, op: SQUARE },
  { find: { op: POW, of: ['x', 2] }, op: SQUARE },
  { find: { op: MAXIMUM, of: ['x', 0] }, op: RELU },
  { find: { op: MINIMUM, of: [{ op: RELU, of: ['x'] }, 6] }, op: RELU6 },
  { find: { op: RELU, of: [{ op: MINIMUM, of: ['x', 6] }] }, op: RELU6 },
  { find: { op: DIV, of: [1, ONE_PLUS_EXP] }, op: SIGMOID },
  { find: { op: RECIPROCAL, of: [ONE_PLUS_EXP] }, op: SIGMOID },
  { find: { op: MUL, of: ['x', { op: SIGMOID, of: ['x'] }] }, op: SILU },
  { find: { op: DIV, of: ['x', ONE_PLUS_EXP] }, op: SILU },
  {
    find: { op: LOG, of: [{ op: ADD, of: [{ op: EXP, of: ['x'] }, 1] }] },
    op: SOFTPLUS,
    options: PLAIN,
  },
  { find: { op: LOG1P, of: [{ op: EXP, of: ['x'] }] }, op: SOFTPLUS, options: PLAIN },
  {
    find: { op: MUL, of: ['x', { op: TANH, of: [{ op: SOFTPLUS, of: ['x'], options: PLAIN }] }] },
    op: MISH,
  },
  { find: { op: DIV, of: ['x', { op: ADD, of: [{ op: ABS, of: ['x'] }, 1] }] }, op: SOFTSIGN },
  { find: { op: MUL, of: [X_PLUS_3, 1 / 6] }, op: HARD_SIGMOID, options: HARD },
  { find: { op: MUL, of: ['x', { op: HARD_SIGMOID, of: ['x'], options: HARD }] }, op: HARD_SWISH },
  { find: { op: MUL, of: [{ op: MUL, of: ['x', X_PLUS_3] }, 1 / 6] }, op: HARD_SWISH },
  { find: { op: MUL, of: [{ op: MUL, of: ['x', 1 / 6] }, X_PLUS_3] }, op: HARD_SWISH },
];

/** `relu(x) + weight · min(x, 0)`, whose second term is written in these ways; of those below it is subtracted. */
const BELOW_ZERO: readonly NodePattern[] = [
  { op: MUL, of: [{ op: MINIMUM, of: ['x', 0] }, 'weight'] },
  { op: NEG, of: [{ op: MUL, of: [{ op: RELU, of: [{ op: NEG, of: ['x'] }] }, 'weight'] }] },
  { op: MUL, of: [{ op: NEG, of: [{ op: RELU, of: [{ op: NEG, of: ['x'] }] }] }, 'weight'] },
  {
    op: MUL,
    of: [{ op: MUL, of: [{ op: SUB, of: ['x', { op: ABS, of: ['x'] }] }, 'weight'] }, 0.5],
  },
  {
    op: MUL,
    of: [{ op: MUL, of: [{ op: SUB, of: ['x', { op: ABS, of: ['x'] }] }, 0.5] }, 'weight'],
  },
];
const NEGATIVE: NodePattern = {
  op: MUL,
  of: [{ op: RELU, of: [{ op: NEG, of: ['x'] }] }, 'weight'],
};

/**
 * Activations that a file writes as arithmetic become the op that they are: one pass over memory, or none at the end of
 * a convolution. PReLU (also as Relu, Neg, Mul and Add), leaky ReLU, ReLU and ReLU6 of clips and of minima and maxima,
 * sigmoid, SiLU, hard sigmoid, hard swish, both GELUs, softplus, mish, softsign, square.
 */
export function spelledActivations(graph: Graph): Graph {
  const spellings = [
    ...SPELLINGS,
    ...gelus(TWO_PHI, 'none'),
    ...gelus(aboutTwoPhi({ op: MUL, of: ['x', { op: SQUARE, of: ['x'] }] }), 'tanh'),
    ...gelus(aboutTwoPhi({ op: POW, of: ['x', 3] }), 'tanh'),
  ];
  const byOp = new Map<GraphOp, Spelling[]>();
  for (const spelling of spellings) {
    for (const op of spelledBy(spelling.find)) {
      byOp.set(op, [...(byOp.get(op) ?? []), spelling]);
    }
  }
  const spelled: Rule = (node, rewriting) => {
    for (const { find, op, options } of byOp.get(node.op) ?? []) {
      const x = argumentOf(node, matchNode(node, find, rewriting));
      if (x) return rewriting.add(op, [x], options);
    }
    return undefined;
  };
  return rewrite(
    graph,
    (node, rewriting) =>
      clipped(node, rewriting) ?? slopes(node, rewriting) ?? spelled(node, rewriting),
  );
}

/** x / 2 times 2 Φ(x), in any order. */
function gelus(twoPhi: NodePattern, approximate: GeluApproximation): Spelling[] {
  const products: NodePattern[] = [
    { op: MUL, of: [{ op: MUL, of: ['x', 0.5] }, twoPhi] },
    { op: MUL, of: ['x', { op: MUL, of: [twoPhi, 0.5] }] },
    { op: MUL, of: [{ op: MUL, of: ['x', twoPhi] }, 0.5] },
  ];
  return products.map((find) => ({ find, op: GELU, options: { approximate } }));
}

/** 1 + tanh(√(2/π) (x + 0.044715 x³)). */
function aboutTwoPhi(cube: NodePattern): NodePattern {
  const inner: NodePattern = { op: ADD, of: ['x', { op: MUL, of: [cube, 0.044715] }] };
  return { op: ADD, of: [{ op: TANH, of: [{ op: MUL, of: [inner, 0.7978845608] }] }, 1] };
}

/** Clips at 0, and at 6. */
const clipped: Rule = ({ op, inputs, options }, rewriting) => {
  if (op !== CLIP && op !== HARDTANH) return undefined;
  const { min, max } = options as Bounds;
  if (min === 0 && max === Infinity) return rewriting.add(RELU, inputs, undefined);
  if (min === 0 && max === 6) return rewriting.add(RELU6, inputs, undefined);
  const inner = rewriting.producer(inputs[0]);
  const isHard = isNear(max, 1) && min === 0 && inner !== undefined;
  const shifted: NodePattern = { op: ADD, of: [{ op: MUL, of: ['x', 1 / 6] }, 0.5] };
  const x = isHard ? argumentOf(inner, matchNode(inner, shifted, rewriting)) : undefined;
  return x && rewriting.add(HARD_SIGMOID, [x], HARD);
};

/** What x stands for, unless a constant among the rest repeats it. */
function argumentOf({ output }: GraphNode, bound: Bound | undefined): GraphValue | undefined {
  const x = bound?.get('x');
  return typeof x === 'object' && sameShape(x.shape, output.shape) ? x : undefined;
}

/** ReLUs that have a slope below 0. */
const slopes: Rule = (node, rewriting) => {
  if (node.op === PRELU) {
    const slope = numberOf(node.inputs[1]);
    return slope === undefined
      ? undefined
      : rewriting.add(LEAKY_RELU, node.inputs.slice(0, 1), { slope });
  }
  if (node.op === MAXIMUM) {
    const bound = matchNode(
      node,
      { op: MAXIMUM, of: ['x', { op: MUL, of: ['x', 'weight'] }] },
      rewriting,
    );
    const slope = numberOf(bound?.get('weight'));
    const x = argumentOf(node, bound);
    if (!x || slope === undefined || slope > 1) return undefined;
    return rewriting.add(LEAKY_RELU, [x], { slope });
  }
  if (node.op !== ADD && node.op !== SUB) return undefined;
  const positive: NodePattern = { op: RELU, of: ['x'] };
  for (const below of node.op === ADD ? BELOW_ZERO : []) {
    const bound = matchNode(node, { op: ADD, of: [positive, below] }, rewriting);
    if (bound) return parametric(node, bound, rewriting, false);
  }
  const bound = matchNode(node, { op: node.op, of: [positive, NEGATIVE] }, rewriting);
  return bound && parametric(node, bound, rewriting, node.op === ADD);
};

/** @param isNegated whether the slopes are those of −x */
function parametric(
  node: GraphNode,
  bound: Bound,
  rewriting: Rewriting,
  isNegated: boolean,
): GraphValue | undefined {
  const [x, weight] = [argumentOf(node, bound), bound.get('weight')];
  if (!x || weight === undefined) return undefined;
  const slope = numberOf(weight);
  if (slope !== undefined) {
    return rewriting.add(LEAKY_RELU, [x], { slope: isNegated ? -slope : slope });
  }
  const { constant, shape, name } = weight as GraphValue;
  // The sum has the shape of x: so does what the slopes are repeated to.
  if (!constant || shape.length > x.shape.length) return undefined;
  const slopes = isNegated
    ? rewriting.constant(
        noGrad(() => neg(constant)),
        name,
      )
    : (weight as GraphValue);
  return rewriting.add(PRELU, [x, slopes], {});
}
