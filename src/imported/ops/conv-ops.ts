import {
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from '../../ops/conv/conv-transpose.js';
import { conv1d, conv2d, conv3d } from '../../ops/conv/conv.js';
import type { AnyConvOptions } from '../../ops/conv/options.js';
import { ShapeError } from '../../errors.js';
import { formatShape, type Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { type Order, Value } from '../value.js';
import {
  type FileWindows,
  type Layout,
  layoutOrder,
  perAxis,
  spatialShape,
  windowOptions,
} from './layout.js';

/** How a convolution of a file is computed. */
export interface ConvValueOptions extends Omit<FileWindows, 'kernel'> {
  readonly layout: Layout;
  /**
   * The weight's axes as the ops want them: `[...kernel, inChannels / groups, outChannels]`, of transposed convolutions
   * `[...kernel, outChannels / groups, inChannels]`. ONNX's are `weightOrder`.
   */
  readonly weightOrder: Order;
  readonly groups?: number | undefined;
}

export interface ConvTransposeValueOptions extends ConvValueOptions {
  readonly outputPadding?: readonly number[] | undefined;
  /** The sizes of the output's spatial axes, which determine the padding. */
  readonly outputShape?: readonly number[] | undefined;
}

/** The order of ONNX's and PyTorch's weights: [to, from, …kernel] of both convolutions as [...kernel, from, to]. */
export function channelsFirstWeight(rank: number): Order {
  return [...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1, 0];
}

type Call = (x: Tensor, w: Tensor, bias: Tensor | undefined, options: object) => Tensor;

/** A convolution of one to three axes. @param bias [outChannels] @throws ShapeError, RangeError */
export function conv(
  x: Value,
  weight: Value,
  bias: Value | undefined,
  options: ConvValueOptions,
): Value {
  const calls: Record<number, Call> = { 1: conv1d, 2: conv2d, 3: conv3d } as never;
  const kernel = kernelOf('conv', x, weight, options.weightOrder);
  const windows = windowOptions(spatialShape(x.shape, options.layout), { ...options, kernel });
  return call(calls[x.rank - 2]!, x, weight, bias, options, windows);
}

/** A transposed convolution of one to three axes. @param bias [outChannels] @throws ShapeError, RangeError */
export function convTranspose(
  x: Value,
  weight: Value,
  bias: Value | undefined,
  options: ConvTransposeValueOptions,
): Value {
  const calls: Record<number, Call> = {
    1: convTranspose1d,
    2: convTranspose2d,
    3: convTranspose3d,
  } as never;
  const kernel = kernelOf('convTranspose', x, weight, options.weightOrder);
  const sizes = spatialShape(x.shape, options.layout);
  const { padding, outputPadding } = transposedPadding(sizes, kernel, options);
  const windows = windowOptions(sizes, { ...options, padding, kernel });
  return call(calls[x.rank - 2]!, x, weight, bias, options, {
    ...windows,
    outputPadding: perAxis(outputPadding),
  });
}

/** The sizes of the kernel. @throws ShapeError where x and weight are not of one to three axes */
function kernelOf(op: string, x: Value, weight: Value, order: Order): Shape {
  const axes = x.rank - 2;
  if (axes >= 1 && axes <= 3 && weight.rank === x.rank) {
    return order.slice(0, -2).map((axis) => weight.shape[axis]!);
  }
  throw new ShapeError(
    `${op}: weight: expected that of a convolution of 1 to 3 axes, got ${formatShape(weight.shape)} for the input ${formatShape(x.shape)}`,
  );
}

function call(
  op: Call,
  x: Value,
  weight: Value,
  bias: Value | undefined,
  { layout, weightOrder, groups }: ConvValueOptions,
  windows: AnyConvOptions,
): Value {
  const order = layoutOrder(layout, x.rank);
  const y = op(x.tensor(order), weight.tensor(weightOrder), bias?.tensor(), {
    ...windows,
    groups: groups ?? 1,
  });
  return Value.of(y, order, x.dtype);
}

/** What is cut off and added, so that the output has the size that is asked for, as in ONNX's ConvTranspose. */
function transposedPadding(
  sizes: Shape,
  kernel: Shape,
  { strides, dilations, padding = 'valid', outputPadding, outputShape }: ConvTransposeValueOptions,
): { padding: readonly number[]; outputPadding: readonly number[] } {
  const added = outputPadding ?? sizes.map(() => 0);
  if (typeof padding !== 'string' && !outputShape) return { padding, outputPadding: added };
  const whole = sizes.map(
    (size, i) =>
      (size - 1) * (strides?.[i] ?? 1) + added[i]! + (kernel[i]! - 1) * (dilations?.[i] ?? 1) + 1,
  );
  const same = typeof padding === 'string' && padding !== 'valid';
  const wanted =
    outputShape ?? sizes.map((size, i) => (same ? size * (strides?.[i] ?? 1) : whole[i]!));
  const totals = whole.map((size, i) => size - wanted[i]!);
  // Where the output is larger than all windows together, zeros follow.
  const missing = totals.map((total) => Math.max(0, -total));
  const cut = totals.map((total) => Math.max(0, total));
  const before = cut.map((total) => (padding === 'same' ? Math.floor : Math.ceil)(total / 2));
  return {
    padding: [...before, ...cut.map((total, i) => total - before[i]!)],
    outputPadding: added.map((size, i) => size + missing[i]!),
  };
}
