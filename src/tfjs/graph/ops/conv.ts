import { FormatError } from '../../../errors.js';
import { conv, convTranspose } from '../../../imported/ops/conv-ops.js';
import { type FilePadding, type Layout, spatialShape } from '../../../imported/ops/layout.js';
import { batchNorm, batchNormOfInput, lrn } from '../../../imported/ops/norm-ops.js';
import { averagePool, maxPool } from '../../../imported/ops/pool-ops.js';
import { resize } from '../../../imported/ops/resize.js';
import { reshape } from '../../../imported/ops/shape-ops.js';
import { sameOrder, type Value } from '../../../imported/value.js';
import type { Attributes } from '../attributes.js';
import { type GraphHandler, type GraphHandlers, integersOf, operandsOf } from './operands.js';

/** How windows move, as the attributes of convolutions and pools say it. */
function windowsOf(attributes: Attributes) {
  const layout = attributes.layout();
  return {
    layout,
    strides: attributes.spatial('strides', layout),
    dilations: attributes.spatial('dilations', layout),
    padding: paddingOf(attributes, layout),
  };
}

/** @throws FormatError */
function paddingOf(attributes: Attributes, layout: Layout): FilePadding {
  const padding = attributes.text('padding');
  if (padding === 'SAME') return 'same';
  if (padding === 'VALID') return 'valid';
  const explicit = attributes.integers('explicit_paddings');
  if (padding !== 'EXPLICIT' || explicit.length % 2 !== 0) {
    throw new FormatError(`attribute padding: expected SAME, VALID or EXPLICIT, got ${padding}`);
  }
  const pairs = sameOrder(explicit.length / 2).map((axis) =>
    explicit.slice(2 * axis, 2 * axis + 2),
  );
  const own = layout === 'NCHW' ? pairs.slice(2) : pairs.slice(1, -1);
  return [...own.map(([before]) => before!), ...own.map(([, after]) => after!)];
}

/** A convolution with weights [...kernel, inChannels / groups, outChannels]. */
export function convolve(
  x: Value,
  filter: Value,
  bias: Value | undefined,
  attributes: Attributes,
): Value {
  const windows = windowsOf(attributes);
  const channels = x.shape.at(windows.layout === 'NHWC' ? -1 : 1)!;
  const groups = channels / filter.shape.at(-2)!;
  return conv(x, filter, bias, { ...windows, groups, weightOrder: sameOrder(filter.rank) });
}

/** A convolution of every channel with weights [...kernel, channels, multiplier]. */
export function convolvePerChannel(
  x: Value,
  filter: Value,
  bias: Value | undefined,
  attributes: Attributes,
): Value {
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number];
  const weight = reshape(filter, [height, width, 1, channels * multiplier]);
  const options = { ...windowsOf(attributes), groups: channels, weightOrder: sameOrder(4) };
  return conv(x, weight, bias, options);
}

const convolution: GraphHandler = {
  run: (inputs, attributes) => {
    const [x, filter] = operandsOf(inputs, 2);
    return convolve(x, filter!, undefined, attributes);
  },
  weightOrder: (operand, rank) => (operand === 1 ? sameOrder(rank) : undefined),
};

/** The gradient of a convolution's input: a transposed convolution with weights [...kernel, outChannels, inChannels]. */
const transposed: GraphHandler = {
  run: (inputs, attributes) => {
    const [sizes, filter, x] = operandsOf(inputs, 3) as [Value, Value, Value];
    const windows = windowsOf(attributes);
    const outputShape = spatialShape(integersOf(sizes), windows.layout);
    const weightOrder = sameOrder(filter.rank);
    if (typeof windows.padding !== 'string') {
      throw new FormatError('attribute padding: expected SAME or VALID, got EXPLICIT');
    }
    return convTranspose(x, filter, undefined, { ...windows, outputShape, weightOrder });
  },
  weightOrder: (operand, rank) => (operand === 1 ? sameOrder(rank) : undefined),
};

const pool = (kind: typeof maxPool, inputs: readonly (Value | undefined)[], a: Attributes) => {
  const { layout, strides, padding } = windowsOf(a);
  const kernel = a.spatial('ksize', layout);
  if (!kernel) throw new FormatError('attribute ksize: expected sizes, got none');
  return kind(operandsOf(inputs, 1)[0], { kernel, strides, padding, layout });
};

const maxPooling: GraphHandler = { run: (inputs, attributes) => pool(maxPool, inputs, attributes) };
const averagePooling: GraphHandler = {
  run: (inputs, attributes) => pool(averagePool, inputs, attributes),
};

const normalization: GraphHandler = {
  run: (inputs, attributes) => {
    const [x, scale, bias, mean, variance] = operandsOf(inputs, 5);
    const options = { layout: attributes.layout(), eps: attributes.number('epsilon', 1e-4) };
    if (mean!.size === 0) return batchNormOfInput(x, { scale, bias }, options)[0];
    return batchNorm(x, { scale, bias, mean: mean!, variance: variance! }, options);
  },
  weightOrder: (operand) => (operand === 1 || operand === 2 ? [0] : undefined),
};

const resizing = (
  inputs: readonly (Value | undefined)[],
  attributes: Attributes,
  mode: 'nearest' | 'linear',
) => {
  const [x, size] = operandsOf(inputs, 2);
  const [height, width] = integersOf(size) as [number, number];
  const isHalf = attributes.boolean('half_pixel_centers');
  const isAligned = attributes.boolean('align_corners');
  const half = mode === 'nearest' ? 'tf_half_pixel_for_nn' : 'half_pixel';
  return resize(x, {
    mode,
    sizes: [x.shape[0]!, height, width, x.shape[3]!],
    coordinateMode: isAligned ? 'align_corners' : isHalf ? half : 'asymmetric',
    nearestMode: isAligned ? 'round_prefer_ceil' : 'floor',
  });
};

/** Convolutions, pools, normalizations and resizing of pictures. */
export const WINDOWS: GraphHandlers = {
  Conv2D: convolution,
  Conv3D: convolution,
  Conv2DBackpropInput: transposed,
  Conv3DBackpropInputV2: transposed,
  DepthwiseConv2dNative: {
    run: (inputs, attributes) => {
      const [x, filter] = operandsOf(inputs, 2);
      return convolvePerChannel(x, filter!, undefined, attributes);
    },
    weightOrder: (operand, rank) => (operand === 1 ? sameOrder(rank) : undefined),
  },
  MaxPool: maxPooling,
  MaxPool3D: maxPooling,
  AvgPool: averagePooling,
  AvgPool3D: averagePooling,
  FusedBatchNorm: normalization,
  FusedBatchNormV2: normalization,
  FusedBatchNormV3: normalization,
  LRN: {
    run: ([x], attributes) => {
      const size = 2 * attributes.integer('depth_radius', 5) + 1;
      const alpha = size * attributes.number('alpha', 1);
      const options = { k: attributes.number('bias', 1), beta: attributes.number('beta', 0.5) };
      return lrn(x!, size, { layout: 'NHWC', alpha, ...options });
    },
  },
  ResizeBilinear: { run: (inputs, attributes) => resizing(inputs, attributes, 'linear') },
  ResizeNearestNeighbor: { run: (inputs, attributes) => resizing(inputs, attributes, 'nearest') },
};
