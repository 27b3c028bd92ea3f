import { noGrad } from '../../autograd.js';
import { CONCAT } from '../../ops/copy/join.js';
import { PAD, type Paddings } from '../../ops/copy/pad.js';
import { PERMUTE, permute, SLICE, type SliceOptions } from '../../ops/copy/rearrange.js';
import { LINEAR } from '../../ops/linear.js';
import { MAP } from '../../ops/map/family.js';
import { MEAN, type ReduceOptions, SUM } from '../../ops/reductions.js';
import { RESHAPE, reshape } from '../../ops/reshape.js';
import { ZIP } from '../../ops/zip/family.js';
import { PRELU } from '../../ops/zip/select.js';
import { sameShape, type Shape } from '../../shape.js';
import type { Graph, GraphNode, GraphValue } from '../graph.js';
import { rewrite, type Rewriting, type Rule } from '../rewrite.js';

/** Where each axis of the output of a permutation comes from. */
type Axes = readonly number[];

/**
 * Two permutations in a row become one. One moves behind functions of every element, joins, slices, paddings and
 * reductions, and to the other side of a reshape that cuts or joins axes, so that it meets another that undoes it; where
 * a dense layer follows it, the weights are permuted instead.
 */
export function transposes(graph: Graph): Graph {
  return rewrite(graph, (node, rewriting) => {
    for (const rule of RULES) {
      const value = rule(node, rewriting);
      if (value) return value;
    }
    return undefined;
  });
}

const RULES: readonly Rule[] = [
  merged,
  behindElements,
  behindJoin,
  behindSides,
  beforeSides,
  behindReduction,
  behindCut,
  beforeJoin,
  intoDense,
];

/** The axes of the permutation that computes a value; undefined where none does, or others use what it gives. */
function permutationOf(
  value: GraphValue | undefined,
  rewriting: Rewriting,
): { readonly x: GraphValue; readonly axes: Axes } | undefined {
  const node = rewriting.only(value);
  return node?.op === PERMUTE ? { x: node.inputs[0]!, axes: axesOf(node) } : undefined;
}

function axesOf({ options, output }: GraphNode): Axes {
  const { axes } = options as { readonly axes: Axes };
  return axes.map((axis) => (axis < 0 ? axis + output.shape.length : axis));
}

/** permute(permute(x)); the first one may have other uses. */
function merged(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  const before = rewriting.producer(node.inputs[0]);
  if (node.op !== PERMUTE || before?.op !== PERMUTE) return undefined;
  const first = axesOf(before);
  const axes = axesOf(node).map((axis) => first[axis]!);
  return rewriting.add(PERMUTE, [before.inputs[0]], { axes });
}

/** Functions of every element: of one tensor, of one and a number or a constant, or of several in the same order. */
function behindElements(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  const { op, inputs, output } = node;
  if (op.family !== MAP && op.family !== ZIP && op !== PRELU) return undefined;
  const axes = commonAxes(inputs, rewriting);
  const isOwn = (input: GraphValue | undefined) =>
    !input || input.constant !== undefined || sameShape(input.shape, output.shape);
  if (!axes || !inputs.every(isOwn)) return undefined;
  const moved = inputs.map((input) => input && unpermuted(input, axes, rewriting));
  return rewriting.add(PERMUTE, [rewriting.add(op, moved, node.options)], { axes });
}

/**
 * The permutation that the inputs have in common, but for constants. It may be that of some, where it puts the channels
 * first and the others are permuted somewhere too: they meet each other then.
 */
function commonAxes(inputs: GraphNode['inputs'], rewriting: Rewriting): Axes | undefined {
  const variable = inputs.filter((input) => input !== undefined && !input.constant);
  const orders = variable.map((input) => permutationOf(input, rewriting)?.axes);
  const axes = orders.find((order) => order !== undefined);
  const isFirst = axes?.every(
    (axis, i) => axis === (i === 0 ? 0 : i === 1 ? axes.length - 1 : i - 1),
  );
  const fits = (own: Axes | undefined, i: number) =>
    own ? sameShape(own, axes!) : isFirst === true && isPermuted(variable[i], rewriting);
  return axes && orders.every(fits) ? axes : undefined;
}

/** Whether a value is a part of something permuted: another permutation of it would meet that one. */
function isPermuted(value: GraphValue | undefined, rewriting: Rewriting): boolean {
  const node = rewriting.producer(value);
  if (!node || node.op === PERMUTE) return node !== undefined;
  return (
    (isMovable(node) || joinedParts(node) !== undefined) && isPermuted(node.inputs[0], rewriting)
  );
}

/** Whether it does the same to each axis or element, whatever their order. */
const isMovable = ({ op }: GraphNode) => op === PAD || op === SLICE || op.family === MAP;

/** What an input is before a permutation. */
function unpermuted(value: GraphValue, axes: Axes, rewriting: Rewriting): GraphValue {
  if (value.constant) return backwards(value, axes, rewriting);
  const order = permutationOf(value, rewriting);
  if (order && sameShape(order.axes, axes)) return order.x;
  return rewriting.add(PERMUTE, [value], { axes: inverse(axes) });
}

/** A constant in the order before the permutation, with all axes. */
function backwards(value: GraphValue, axes: Axes, rewriting: Rewriting): GraphValue {
  const { constant, shape, name } = value;
  const whole = [...new Array<number>(axes.length - shape.length).fill(1), ...shape];
  return rewriting.constant(
    noGrad(() => permute(reshape(constant!, whole), inverse(axes))),
    name,
  );
}

const inverse = (axes: Axes): Axes => axes.map((_, axis) => axes.indexOf(axis));

function behindJoin(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  const axes = node.op === CONCAT ? commonAxes(node.inputs, rewriting) : undefined;
  if (!axes) return undefined;
  const { axis } = node.options as { readonly axis: number };
  const joined = rewriting.add(
    CONCAT,
    node.inputs.map((input) => unpermuted(input!, axes, rewriting)),
    { axis: axes.at(axis) },
  );
  return rewriting.add(PERMUTE, [joined], { axes });
}

/** Paddings, and slices of some axes. */
function behindSides(
  { op, inputs, options }: GraphNode,
  rewriting: Rewriting,
): GraphValue | undefined {
  const order = op === PAD || op === SLICE ? permutationOf(inputs[0], rewriting) : undefined;
  if (!order) return undefined;
  const inner = rewriting.add(op, [order.x], sidesOf(options, order.axes));
  return rewriting.add(PERMUTE, [inner], { axes: order.axes });
}

/** The other way round, where the permutation meets one there. */
function beforeSides(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  const before = node.op === PERMUTE ? rewriting.only(node.inputs[0]) : undefined;
  if (!before || !isMovable(before) || !isPermuted(before.inputs[0], rewriting)) return undefined;
  const axes = axesOf(node);
  const x = rewriting.add(PERMUTE, before.inputs, { axes });
  return rewriting.add(before.op, [x], sidesOf(before.options, inverse(axes)));
}

/** Options of sides for what becomes the input by the permutation. */
function sidesOf(options: unknown, axes: Axes): unknown {
  const { padding, starts, axes: cut = starts && [...starts.keys()] } = (options ?? {}) as Sides;
  if (padding) {
    return { ...(options as Sides), padding: inverse(axes).map((axis) => padding[axis]) };
  }
  return cut ? { ...(options as Sides), axes: cut.map((axis) => axes.at(axis)) } : options;
}

/** The options of either. */
interface Sides extends SliceOptions {
  readonly padding?: Paddings;
  readonly starts?: Shape;
}

/** Sums and means over some axes, where the others stay in their order. */
function behindReduction(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  if (node.op !== SUM && node.op !== MEAN) return undefined;
  const order = permutationOf(node.inputs[0], rewriting);
  const { axes: reduced, keepDims = false } = node.options as ReduceOptions;
  if (!order || reduced === undefined || keepDims) return undefined;
  const places = (typeof reduced === 'number' ? [reduced] : reduced).map((axis) =>
    order.axes.at(axis)!,
  );
  const left = order.axes.filter((axis) => !places.includes(axis));
  if (left.some((axis, i) => axis < (left[i - 1] ?? 0))) return undefined;
  return rewriting.add(node.op, [order.x], { axes: places.sort((a, b) => a - b) });
}

/**
 * The axes of the finer of two shapes that each axis of the coarser one consists of; undefined where its axes are not
 * made of whole ones. Axes of size 1 go with the one before them.
 */
function partsOf(coarse: Shape, fine: Shape): number[][] | undefined {
  let next = 0;
  const parts = coarse.map((size) => {
    const own: number[] = [];
    for (let product = 1; product < size && next < fine.length; next++) {
      product *= fine[next]!;
      own.push(next);
    }
    if (own.length === 0 && fine[next] === size) own.push(next++);
    return own;
  });
  while (next < fine.length && fine[next] === 1) parts.at(-1)?.push(next++);
  const isWhole = parts.every(
    (own, i) => own.reduce((product, axis) => product * fine[axis]!, 1) === coarse[i],
  );
  return isWhole && next === fine.length ? parts : undefined;
}

/** reshape(permute(x)), where the reshape cuts axes: those of x are cut first. */
function behindCut(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  const order = node.plan.isView ? permutationOf(node.inputs[0], rewriting) : undefined;
  const parts = order && partsOf(node.inputs[0]!.shape, node.output.shape);
  if (!parts || node.output.shape.length <= order.axes.length) return undefined;
  const { shape } = node.output;
  // The parts in the order of the axes of x.
  const before = inverse(order.axes).flatMap((axis) => parts[axis]!);
  const cut = rewriting.add(RESHAPE, [order.x], { shape: before.map((axis) => shape[axis]!) });
  return rewriting.add(PERMUTE, [cut], { axes: inverse(before) });
}

/** The axes of the input that each axis of the output joins, of a reshape that joins some. */
function joinedParts({ plan, inputs: [x], output }: GraphNode): number[][] | undefined {
  if (!plan.isView || x!.shape.length <= output.shape.length) return undefined;
  return partsOf(output.shape, x!.shape);
}

/** permute(reshape(permute(x))), where the reshape joins axes: the parts are permuted first, and joined then. */
function beforeJoin(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  const before = node.op === PERMUTE ? rewriting.producer(node.inputs[0]) : undefined;
  const parts = before && joinedParts(before);
  if (!parts || !isPermuted(before.inputs[0], rewriting)) return undefined;
  const axes = axesOf(node).flatMap((axis) => parts[axis]!);
  const { shape } = node.output;
  return rewriting.add(RESHAPE, [rewriting.add(PERMUTE, before.inputs, { axes })], { shape });
}

/** linear(reshape(permute(x))) of flattened examples: the rows of the weight are put in the order of x. */
function intoDense(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  const [flat, weight, bias] = node.inputs;
  const flattened = node.op === LINEAR && weight?.constant ? rewriting.only(flat) : undefined;
  const order = flattened?.plan.isView && permutationOf(flattened.inputs[0], rewriting);
  if (!order || order.axes[0] !== 0 || flat!.shape.length !== 2) return undefined;
  const examples = flattened!.inputs[0]!.shape;
  if (examples[0] !== flat!.shape[0]) return undefined;
  const outputs = weight!.shape[1]!;
  const rows = inverse(order.axes.slice(1).map((axis) => axis - 1));
  const permuted = noGrad(() => {
    const parts = reshape(weight!.constant!, [...examples.slice(1), outputs]);
    return reshape(permute(parts, [...rows, rows.length]), weight!.shape);
  });
  const straight = rewriting.add(RESHAPE, [order.x], { shape: flat!.shape });
  const constant = rewriting.constant(permuted, weight!.name);
  return rewriting.add(LINEAR, [straight, constant, bias], node.options);
}
