import { conv, convTranspose } from '../../imported/ops/conv-ops.js';
import type { FilePadding } from '../../imported/ops/layout.js';
import { spatialShape } from '../../imported/ops/layout.js';
import { reshape } from '../../imported/ops/shape-ops.js';
import { sameOrder, type Value } from '../../imported/value.js';
import { activationOf } from './activations.js';
import type { LayerConfig } from './config.js';
import type { AskWeight, LayerClasses, MakeLayer } from './layer.js';

/** What all convolutions of a number of axes have. */
function commonOf(config: LayerConfig, axes: number) {
  const kernel = config.integers('kernel_size', axes, 1);
  const dilations = config.integers('dilation_rate', axes, 1, 1);
  return {
    kernel,
    dilations,
    strides: config.integers('strides', axes, 1, 1),
    layout: config.layout(),
    padding: paddingOf(config, axes, kernel, dilations),
    weightOrder: sameOrder(axes + 2),
  };
}

function paddingOf(
  config: LayerConfig,
  axes: number,
  kernel: readonly number[],
  dilations: readonly number[],
): FilePadding {
  const padding = config.word('padding', ['valid', 'same', 'causal'], 'valid');
  if (padding !== 'causal') return padding;
  if (axes !== 1) throw config.error('padding', "'valid' or 'same'");
  return [(kernel[0]! - 1) * dilations[0]!, 0];
}

/** The place of the bias; undefined where there is none. */
function biasOf(config: LayerConfig, size: number | null, weight: AskWeight): number | undefined {
  return config.boolean('use_bias', true) ? weight({ names: ['bias'], shape: [size] }) : undefined;
}

const at = (weights: readonly Value[], place: number | undefined) =>
  place === undefined ? undefined : weights[place];

const convolution =
  (axes: number): MakeLayer =>
  (config, weight) => {
    const common = commonOf(config, axes);
    const filters = config.integer('filters', 1);
    const groups = config.integer('groups', 1, 1);
    const activate = activationOf(config);
    const kernel = weight({ names: ['kernel'], shape: [...common.kernel, null, filters] });
    const bias = biasOf(config, filters, weight);
    return ([x], weights) =>
      activate(conv(x, weights[kernel]!, at(weights, bias), { ...common, groups }));
  };

const transposed =
  (axes: number): MakeLayer =>
  (config, weight) => {
    const common = commonOf(config, axes);
    const filters = config.integer('filters', 1);
    const added = config.get('output_padding') && config.integers('output_padding', axes, 0);
    const activate = activationOf(config);
    const kernel = weight({ names: ['kernel'], shape: [...common.kernel, filters, null] });
    const bias = biasOf(config, filters, weight);
    const sizeOf = (size: number, i: number) => {
      const extent = (common.kernel[i]! - 1) * common.dilations[i]! + 1;
      const stride = common.strides[i]!;
      const isSame = common.padding === 'same';
      if (added) {
        const cut = isSame ? 2 * Math.floor(extent / 2) : 0;
        return (size - 1) * stride + extent - cut + (added as number[])[i]!;
      }
      return size * stride + (isSame ? 0 : Math.max(extent - stride, 0));
    };
    return ([x], weights) => {
      const outputShape = spatialShape(x.shape, common.layout).map(sizeOf);
      const options = { ...common, outputShape };
      return activate(convTranspose(x, weights[kernel]!, at(weights, bias), options));
    };
  };

/** Every channel by kernels of its own [...kernel, inChannels, multiplier]. */
function perChannel(
  x: Value,
  kernel: Value,
  bias: Value | undefined,
  common: ReturnType<typeof commonOf>,
): Value {
  const [channels, multiplier] = kernel.shape.slice(-2) as [number, number];
  const weight = reshape(kernel, [...common.kernel, 1, channels * multiplier]);
  return conv(x, weight, bias, { ...common, groups: channels });
}

const depthwise =
  (axes: number): MakeLayer =>
  (config, weight) => {
    const common = commonOf(config, axes);
    const multiplier = config.integer('depth_multiplier', 1, 1);
    const activate = activationOf(config);
    const names = ['depthwise_kernel', 'kernel'];
    const kernel = weight({ names, shape: [...common.kernel, null, multiplier] });
    const bias = biasOf(config, null, weight);
    return ([x], weights) => activate(perChannel(x, weights[kernel]!, at(weights, bias), common));
  };

const separable =
  (axes: number): MakeLayer =>
  (config, weight) => {
    const common = commonOf(config, axes);
    const filters = config.integer('filters', 1);
    const multiplier = config.integer('depth_multiplier', 1, 1);
    const activate = activationOf(config);
    const depth = weight({
      names: ['depthwise_kernel'],
      shape: [...common.kernel, null, multiplier],
    });
    const ones = common.kernel.map(() => 1);
    const point = weight({ names: ['pointwise_kernel'], shape: [...ones, null, filters] });
    const bias = biasOf(config, filters, weight);
    const { layout, weightOrder } = common;
    return ([x], weights) => {
      const y = perChannel(x, weights[depth]!, undefined, common);
      return activate(conv(y, weights[point]!, at(weights, bias), { layout, weightOrder }));
    };
  };

/** Convolutions of one to three axes. */
export const CONVOLUTIONS: LayerClasses = {
  Conv1D: (...of) => convolution(1)(...of),
  Conv2D: (...of) => convolution(2)(...of),
  Conv3D: (...of) => convolution(3)(...of),
  Convolution2D: (...of) => convolution(2)(...of),
  Conv1DTranspose: (...of) => transposed(1)(...of),
  Conv2DTranspose: (...of) => transposed(2)(...of),
  Conv3DTranspose: (...of) => transposed(3)(...of),
  DepthwiseConv1D: (...of) => depthwise(1)(...of),
  DepthwiseConv2D: (...of) => depthwise(2)(...of),
  SeparableConv1D: (...of) => separable(1)(...of),
  SeparableConv2D: (...of) => separable(2)(...of),
};
