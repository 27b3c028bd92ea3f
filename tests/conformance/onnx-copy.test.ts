// ONNX's cases of copies, views, gathers and products.
import { matmul } from '../../src/ops/matmul.js';
import { add, mul } from '../../src/ops/zip/functions.js';
import { concat, split } from '../../src/ops/copy/join.js';
import { pad, type PadMode } from '../../src/ops/copy/pad.js';
import { permute, slice } from '../../src/ops/copy/rearrange.js';
import { expand } from '../../src/ops/copy/repeat.js';
import { depthToSpace, pixelShuffle, spaceToDepth } from '../../src/ops/copy/shuffle.js';
import { gather } from '../../src/ops/gather.js';
import { reshape, squeeze, unsqueeze } from '../../src/ops/reshape.js';
import { broadcastShape } from '../../src/ops/zip/broadcast.js';
import type { Tensor } from '../../src/tensor.js';
import type { OnnxNode, OnnxTensor } from '../support/onnx.js';
import { type OnnxOp, tensorOf, testOnnx } from './cases.js';

type Inputs = Parameters<OnnxOp>[0];

/** A list of integers: an attribute, or, in newer versions of ONNX, an input. */
const listOf = ({ attributes }: OnnxNode, name: string, input?: OnnxTensor) =>
  input ? [...input.data] : (attributes[name] as number[] | undefined);
const numberOf = ({ attributes }: OnnxNode, name: string, otherwise: number) =>
  (attributes[name] as number | undefined) ?? otherwise;
const first = (inputs: Inputs) => tensorOf(inputs[0]!);
const inPlace = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);

/** Pictures in our order, and back. */
const lastChannels = (x: Tensor) => permute(x, [0, 2, 3, 1]);
const firstChannels = (x: Tensor) => permute(x, [0, 3, 1, 2]);

const MODES: Readonly<Record<string, PadMode>> = {
  constant: 'constant',
  reflect: 'reflect',
  edge: 'replicate',
  wrap: 'circular',
};

testOnnx('Transpose', 5, (inputs, node) => {
  const x = first(inputs);
  return permute(x, listOf(node, 'perm') ?? [...x.shape.keys()].reverse());
});
testOnnx('Slice', 4, ([x, starts, ends, axes, steps]) =>
  slice(tensorOf(x!), [...starts!.data], [...ends!.data], {
    ...(axes && { axes: [...axes.data] }),
    ...(steps && { steps: [...steps.data] }),
  }),
);
testOnnx('Pad', 5, ([given, amounts, value], node) => {
  const x = tensorOf(given!);
  const pads = listOf(node, 'pads', amounts)!;
  return pad(
    x,
    x.shape.map((_, axis) => [pads[axis]!, pads[axis + x.rank]!] as const),
    {
      mode: MODES[(node.attributes.mode as string | undefined) ?? 'constant']!,
      value: value ? value.data[0]! : numberOf(node, 'value', 0),
    },
  );
});
testOnnx('Concat', 7, (inputs, node) =>
  concat(
    inputs.map((input) => tensorOf(input!)),
    numberOf(node, 'axis', 0),
  ),
);
testOnnx('Split', 8, ([given, sizes], node) => {
  const x = tensorOf(given!);
  const axis = inPlace(numberOf(node, 'axis', 0), x.rank);
  const parts = numberOf(node, 'num_outputs', node.outputs.length);
  return split(x, listOf(node, 'split', sizes) ?? Math.ceil(x.shape[axis]! / parts), axis);
});
testOnnx('Expand', 3, ([x, shape]) =>
  expand(tensorOf(x!), broadcastShape('Expand', x!.shape, [...shape!.data])),
);
testOnnx('DepthToSpace', 1, (inputs, node) => {
  const x = lastChannels(first(inputs));
  const op = node.attributes.mode === 'CRD' ? pixelShuffle : depthToSpace;
  return firstChannels(op(x, numberOf(node, 'blocksize', 0)));
});
testOnnx('SpaceToDepth', 1, (inputs, node) =>
  firstChannels(spaceToDepth(lastChannels(first(inputs)), numberOf(node, 'blocksize', 0))),
);
testOnnx('Gather', 3, ([x, indices], node) =>
  gather(tensorOf(x!), tensorOf(indices!), numberOf(node, 'axis', 0)),
);
testOnnx('Reshape', 5, ([given, shape], node) => {
  const x = tensorOf(given!);
  const keepsZero = numberOf(node, 'allowzero', 0) === 1;
  const sizes = [...shape!.data];
  return reshape(
    x,
    sizes.map((size, axis) => (size === 0 && !keepsZero ? x.shape[axis]! : size)),
  );
});
testOnnx('Flatten', 6, (inputs, node) => {
  const x = first(inputs);
  const axis = inPlace(numberOf(node, 'axis', 1), x.rank);
  return reshape(x, [x.shape.slice(0, axis).reduce((size, n) => size * n, 1), -1]);
});
testOnnx('Squeeze', 1, (inputs, node) => squeeze(first(inputs), listOf(node, 'axes', inputs[1])));
testOnnx('Unsqueeze', 4, (inputs, node) =>
  unsqueeze(first(inputs), listOf(node, 'axes', inputs[1])!),
);
testOnnx('MatMul', 3, ([a, b]) => matmul(tensorOf(a!), tensorOf(b!)));
testOnnx('Gemm', 6, ([a, b, c], node) => {
  const product = matmul(tensorOf(a!), tensorOf(b!), {
    transposeA: numberOf(node, 'transA', 0) === 1,
    transposeB: numberOf(node, 'transB', 0) === 1,
  });
  const scaled = mul(product, numberOf(node, 'alpha', 1));
  return c ? add(scaled, mul(tensorOf(c), numberOf(node, 'beta', 1))) : scaled;
});
