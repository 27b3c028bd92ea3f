import { noGrad } from '../../autograd.js';
import { tensor } from '../../creation.js';
import {
  CONV1D,
  CONV2D,
  CONV3D,
  CONV_TRANSPOSE1D,
  CONV_TRANSPOSE2D,
  CONV_TRANSPOSE3D,
} from '../../ops/conv/op.js';
import type { AnyConvOptions } from '../../ops/conv/options.js';
import { LINEAR } from '../../ops/linear.js';
import { BATCH_NORM } from '../../ops/norm/channels.js';
import { mul } from '../../ops/zip/functions.js';
import type { Tensor } from '../../tensor.js';
import { type Affine, affineOf } from '../affine.js';
import type { Graph, GraphNode, GraphOp, GraphValue } from '../graph.js';
import { constantsIn } from '../operands.js';
import { rewrite, type Rewriting } from '../rewrite.js';
import { isActivated } from './epilogues.js';
import { isPadding } from './pads.js';

const TRANSPOSED: readonly GraphOp[] = [CONV_TRANSPOSE1D, CONV_TRANSPOSE2D, CONV_TRANSPOSE3D];
const STRAIGHT: readonly GraphOp[] = [CONV1D, CONV2D, CONV3D, LINEAR];
/** Channels of which a normalization is quicker than a product and a sum. */
const MANY_CHANNELS = 4;

/**
 * Batch normalization by running statistics, and products and sums with constants for each channel, go into the weights
 * and the bias of the convolution or the dense layer before them, or after them where zeros of a padding do not see them;
 * two that follow one another become one.
 */
export function affineIntoWeights(graph: Graph): Graph {
  return rewrite(graph, (node, rewriting) => {
    const own = affineOf(node);
    if (!own) return ofInput(node, rewriting);
    return ofOutput(own, rewriting) ?? merged(own, rewriting);
  });
}

/** The weighted op with what follows it. */
function ofOutput({ x, scale, shift }: Affine, rewriting: Rewriting): GraphValue | undefined {
  const before = weighted(rewriting.only(x));
  if (!before || isActivated(before) || before.inputs[3]) return undefined;
  const [input, weight, bias] = before.inputs;
  const old = bias?.constant!.view();
  const shifts = shift.map((value, o) => (old?.[o] ?? 0) * scale[o]! + value);
  return rewriting.add(
    before.op,
    [input, scaled(before, weight!, scale, 'output', rewriting), vector(shifts, bias, rewriting)],
    before.options,
  );
}

/** The weighted op with what comes before it. */
function ofInput(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  const before = weighted(node) && rewriting.only(node.inputs[0]);
  const own = before && affineOf(before);
  if (!own) return undefined;
  const [, weight, bias, ...rest] = node.inputs;
  const isShifted = own.shift.some((value) => value !== 0);
  if (isShifted && (TRANSPOSED.includes(node.op) || isPadded(node))) return undefined;
  const shifts = isShifted ? shiftsOf(node, own.shift) : undefined;
  return rewriting.add(
    node.op,
    [
      own.x,
      scaled(node, weight!, own.scale, 'input', rewriting),
      shifts ? vector(shifts, bias, rewriting) : bias,
      ...rest,
    ],
    node.options,
  );
}

/** One normalization for two in a row. */
function merged(own: Affine, rewriting: Rewriting): GraphValue | undefined {
  const before = rewriting.only(own.x);
  const first = before && affineOf(before);
  const channels = own.scale.length;
  if (!first || channels < MANY_CHANNELS || own.x.shape.length < 2) return undefined;
  const scale = own.scale.map((value, c) => value * first.scale[c]!);
  const shift = own.shift.map((value, c) => own.scale[c]! * first.shift[c]! + value);
  const [weight, bias, mean, variance] = [scale, shift, scale.map(() => 0), scale.map(() => 1)].map(
    (values) => vector(values, undefined, rewriting),
  );
  const options = { eps: 0, ofInput: false, ofExamples: false, together: 1 };
  return rewriting.add(BATCH_NORM, [first.x, weight, bias, mean, variance], options);
}

/** The node, where it is a convolution or a dense layer of constant weights. */
function weighted(node: GraphNode | undefined): GraphNode | undefined {
  if (!node || !(STRAIGHT.includes(node.op) || TRANSPOSED.includes(node.op))) return undefined;
  const [, weight, bias] = node.inputs;
  return constantsIn(bias ? [weight, bias] : [weight]) && node;
}

/** Whether the windows of a convolution see more than its input. */
function isPadded({ op, options }: GraphNode): boolean {
  if (op === LINEAR) return false;
  const { padding = 0 } = options as AnyConvOptions;
  return isPadding(padding);
}

/** The weight times a number for each channel of one side; itself where all are 1. */
function scaled(
  node: GraphNode,
  weight: GraphValue,
  scale: Float64Array,
  side: 'input' | 'output',
  rewriting: Rewriting,
): GraphValue {
  if (scale.every((value) => value === 1)) return weight;
  const isLast = (side === 'output') !== TRANSPOSED.includes(node.op);
  const [rows, columns] = weight.shape.slice(-2) as [number, number];
  const channelOf = channels(node, weight);
  const factors = isLast
    ? tensor(Float32Array.from(scale))
    : tensor(
        Float32Array.from({ length: rows * columns }, (_, i) => scale[channelOf(i)]!),
        [rows, columns],
      );
  return rewriting.constant(
    noGrad(() => mul(weight.constant!, factors)),
    weight.name,
  );
}

/**
 * The channel of the whole tensor that the place in a matrix of the last two axes of a weight belongs to: the rows are
 * the channels of one group, the columns those of all.
 */
function channels({ options }: GraphNode, { shape }: GraphValue): (place: number) => number {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const { groups = 1 } = (options ?? {}) as AnyConvOptions;
  return (place) => {
    const group = Math.floor((place % columns) / (columns / groups));
    return group * rows + Math.floor(place / columns);
  };
}

/** The bias with what the shift of each input channel comes to. */
function shiftsOf(node: GraphNode, shift: Float64Array): Float64Array {
  const [, weight, bias] = node.inputs;
  const [values, old] = [weight!.constant!.view(), bias?.constant!.view()];
  const [rows, columns] = weight!.shape.slice(-2) as [number, number];
  const channelOf = channels(node, weight!);
  const sums = Float64Array.from({ length: columns }, (_, o) => old?.[o] ?? 0);
  values.forEach((value, i) => {
    sums[i % columns]! += value * shift[channelOf(i % (rows * columns))]!;
  });
  return sums;
}

function vector(
  values: Float64Array,
  like: GraphValue | undefined,
  rewriting: Rewriting,
): GraphValue {
  const constant: Tensor = tensor(Float32Array.from(values));
  return rewriting.constant(constant, like?.name);
}
