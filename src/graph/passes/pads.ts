import { checkSizes } from '../../ops/check.js';
import { CONV1D, CONV2D, CONV3D } from '../../ops/conv/op.js';
import type { AnyConvOptions } from '../../ops/conv/options.js';
import { PAD, type PadOptions, type Paddings } from '../../ops/copy/pad.js';
import { endsOf, extentOf, type Window } from '../../ops/padding.js';
import { AVG_POOL1D, AVG_POOL2D, AVG_POOL3D } from '../../ops/pool/avg-pool.js';
import type { PoolOptions } from '../../ops/pool/geometry.js';
import { MAX_POOL1D, MAX_POOL2D, MAX_POOL3D } from '../../ops/pool/max-pool.js';
import type { Shape } from '../../shape.js';
import type { Graph, GraphNode, GraphOp } from '../graph.js';
import { rewrite, type Rewriting } from '../rewrite.js';
import { isPositive } from '../sign.js';

const CONVS: readonly GraphOp[] = [CONV1D, CONV2D, CONV3D];
const MEANS: readonly GraphOp[] = [AVG_POOL1D, AVG_POOL2D, AVG_POOL3D];
const MAXIMA: readonly GraphOp[] = [MAX_POOL1D, MAX_POOL2D, MAX_POOL3D];

/** What some files write for −Infinity; no number of 32 bits is below it. */
const LEAST = -3.4028234e38;

/**
 * Zeros around the input of a convolution or of average pooling, and what is no maximum around that of max pooling,
 * become its `padding`.
 */
export function pads(graph: Graph): Graph {
  return rewrite(graph, (node, rewriting) => {
    const before = rewriting.only(node.inputs[0]);
    if (before?.op !== PAD) return undefined;
    const options = before.options as PadOptions & { readonly padding: Paddings };
    const { padding, mode = 'constant', value = 0 } = options;
    const isAround = Math.max(...padding[0]!, ...padding.at(-1)!) === 0;
    if (mode !== 'constant' || !isAround || !takes(node, value, before, rewriting))
      return undefined;
    const [x] = before.inputs;
    const padded = paddedOptions(node, padding.slice(1, -1));
    return padded && rewriting.add(node.op, [x, ...node.inputs.slice(1)], padded);
  });
}

/** Whether the padding of a node has the same effect as this number around its input. */
function takes(node: GraphNode, value: number, pad: GraphNode, rewriting: Rewriting): boolean {
  const { op, options } = node;
  if (CONVS.includes(op)) return value === 0;
  const { ceilMode = false, padding = 0, countIncludePad = true } = options as PoolOptions;
  if (MEANS.includes(op)) {
    return value === 0 && !ceilMode && (countIncludePad || !isPadding(padding));
  }
  if (!MAXIMA.includes(op) || ceilMode) return false;
  return value <= LEAST || (value === 0 && isPositive(pad.inputs[0], rewriting));
}

/** The options with more padding; undefined where it is more than the op takes. */
function paddedOptions(node: GraphNode, added: Paddings): object | undefined {
  const windows = windowsOf(node);
  const options = node.options as AnyConvOptions;
  const isConv = CONVS.includes(node.op);
  const ends = endsOf(node.op.name, options.padding ?? 0, windows, isConv).map(
    ([before, after], axis) => [before + added[axis]![0], after + added[axis]![1]] as const,
  );
  const padding = [...ends.map(([before]) => before), ...ends.map(([, after]) => after)];
  if (isConv) return { ...options, padding };
  if (ends.some((sides, axis) => Math.max(...sides) >= extentOf(windows[axis]!))) return undefined;
  return { ...options, padding, ...(MEANS.includes(node.op) && { countIncludePad: true }) };
}

function windowsOf({ op, inputs: [x, weight], options }: GraphNode): Window[] {
  const sizes: Shape = x!.shape.slice(1, -1);
  const { kernelSize, dilation = 1, ...rest } = options as PoolOptions & AnyConvOptions;
  const all = (name: string, value: number | readonly number[]) =>
    checkSizes(op.name, name, value, sizes.length, 1);
  const kernels = weight?.shape.slice(0, sizes.length) ?? all('kernelSize', kernelSize!);
  const strides = all('stride', rest.stride ?? kernelSize ?? 1);
  const dilations = all('dilation', dilation);
  return sizes.map((size, i) => ({
    size,
    kernel: kernels[i]!,
    stride: strides[i]!,
    dilation: dilations[i]!,
  }));
}

/** Whether an option `padding` adds anything; 'same' may. */
export function isPadding(padding: AnyConvOptions['padding']): boolean {
  return Array.isArray(padding)
    ? padding.some((side) => side > 0)
    : padding !== 0 && padding !== 'valid';
}
