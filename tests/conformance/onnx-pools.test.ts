// The ONNX conformance cases of pooling, of one to three axes.
import { avgPool1d, avgPool2d, avgPool3d } from '../../src/ops/pool/avg-pool.js';
import { globalAvgPool2d } from '../../src/ops/pool/global-avg-pool.js';
import { globalMaxPool2d } from '../../src/ops/pool/global-max-pool.js';
import { lpPool2d } from '../../src/ops/pool/lp-pool.js';
import { maxPool1d, maxPool2d, maxPool3d } from '../../src/ops/pool/max-pool.js';
import { maxUnpool2d } from '../../src/ops/pool/max-unpool.js';
import { sizeOf } from '../../src/shape.js';
import type { Tensor } from '../../src/tensor.js';
import { moveAxis, type OnnxNode, type OnnxTensor } from '../support/onnx.js';
import { tensorOf, testOnnx } from './cases.js';

type Sizes = readonly number[];
interface Attributes {
  readonly kernel_shape: Sizes;
  readonly strides?: Sizes;
  readonly dilations?: Sizes;
  readonly pads?: Sizes;
  readonly auto_pad?: string;
  readonly ceil_mode?: number;
  readonly p?: number;
}
type Call<Result> = (x: Tensor, kernelSize: unknown, options: object) => Result;
const AVERAGE = [undefined, avgPool1d, avgPool2d, avgPool3d] as Call<Tensor>[];
const MAX = [undefined, maxPool1d, maxPool2d, maxPool3d] as Call<[Tensor, Tensor]>[];

const channelsLast = (x: OnnxTensor) => tensorOf(moveAxis(x, 1, -1));
const channelsFirst = (y: Tensor) => moveAxis({ shape: y.shape, data: y.data() }, -1, 1);
/** Of a single axis sizes are numbers. */
const sizesOf = (sizes: Sizes) => (sizes.length === 1 ? sizes[0]! : sizes);

/** The kernel of a node, and its windows as options. */
function windowsOf({ attributes }: OnnxNode) {
  const { kernel_shape: kernel, ...given } = attributes as unknown as Attributes;
  const ones = kernel.map(() => 1);
  const { strides = ones, dilations = ones, pads = 0, ceil_mode: ceil = 0 } = given;
  const same = { SAME_UPPER: 'same', SAME_LOWER: lowerPads(kernel, dilations) };
  const padding = same[given.auto_pad as 'SAME_UPPER'] ?? pads;
  const [stride, dilation] = [sizesOf(strides), sizesOf(dilations)];
  return { kernel: sizesOf(kernel), options: { stride, dilation, padding, ceilMode: ceil === 1 } };
}

/** Sizes of outputs as those of inputs at stride 1, the odd pixel before. */
function lowerPads(kernel: Sizes, dilations: Sizes): Sizes {
  const totals = kernel.map((size, i) => (size - 1) * dilations[i]!);
  return [...totals.map((total) => Math.ceil(total / 2)), ...totals.map((total) => total >> 1)];
}

testOnnx(
  'MaxPool',
  13,
  ([x], node) => {
    const { kernel, options } = windowsOf(node);
    const call = MAX[x!.shape.length - 2]!;
    const [y, indices] = call(channelsLast(x!), kernel, { ...options, returnIndices: true });
    const places = channelsFirst(indices);
    // Of all the values instead of a channel's.
    const pixels = sizeOf(x!.shape.slice(2));
    const outputs = sizeOf(y.shape.slice(1, -1));
    const data = places.data.map((place, i) => place + Math.floor(i / outputs) * pixels);
    return [channelsFirst(y), { ...places, data }].slice(0, node.outputs.length);
  },
  {
    'node/test_maxpool_with_argmax_2d_precomputed_strides':
      'its indices count along columns (storage_order 1), ours along rows',
  },
);

testOnnx('AveragePool', 13, ([x], node) => {
  const { kernel, options } = windowsOf(node);
  const countIncludePad = node.attributes.count_include_pad === 1;
  const call = AVERAGE[x!.shape.length - 2]!;
  return channelsFirst(call(channelsLast(x!), kernel, { ...options, countIncludePad }));
});

testOnnx('LpPool', 4, ([x], node) => {
  const { kernel, options } = windowsOf(node);
  const { p = 2 } = node.attributes as unknown as Attributes;
  return channelsFirst(lpPool2d(channelsLast(x!), p, kernel, options as object));
});

const kept = (y: Tensor): OnnxTensor => ({ shape: [...y.shape, 1, 1], data: y.data() });
testOnnx('GlobalAveragePool', 1, ([x]) => kept(globalAvgPool2d(channelsLast(x!))));
testOnnx('GlobalMaxPool', 1, ([x]) => kept(globalMaxPool2d(channelsLast(x!))));

testOnnx(
  'MaxUnpool',
  1,
  ([x, indices, shape], node) => {
    const { kernel, options } = windowsOf(node);
    const outputSize = [...shape!.data].slice(2);
    const [values, places] = [channelsLast(x!), channelsLast(indices!)];
    return channelsFirst(
      maxUnpool2d(values, places, kernel, { stride: options.stride, outputSize }),
    );
  },
  {
    'node/test_maxunpool_export_with_output_shape':
      'its indices are those in an output of the usual size, not of output_shape; here and in PyTorch outputSize counts',
  },
);
