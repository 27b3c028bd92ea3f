// TensorFlow.js's cases of concat, matMul and its fused form.
import { tensor } from '../../src/creation.js';
import { concat } from '../../src/ops/copy/join.js';
import { matmul } from '../../src/ops/matmul.js';
import { reshape } from '../../src/ops/reshape.js';
import { elu, leakyRelu, relu, relu6, sigmoid } from '../../src/ops/map/activations.js';
import { add, mul } from '../../src/ops/zip/functions.js';
import { type NestedArray, Tensor } from '../../src/tensor.js';
import { testTfjs, type TfjsOps } from './cases.js';

type Given = Tensor | NestedArray;
const tensorFrom = (value: Given) => (Array.isArray(value) ? tensor(value) : (value as Tensor));
const joined = (tensors: Given[] | Tensor, axis: number | Given[] = 0) =>
  tensors instanceof Tensor
    ? concat([tensors, ...(axis as Given[]).map(tensorFrom)])
    : concat(tensors.map(tensorFrom), axis as number);

const OPS: TfjsOps = {
  clone: (x: Tensor) => x,
  mul,
  concat: joined,
  concat1d: joined,
  concat2d: joined,
  concat3d: joined,
  matMul: (a: Given, b: Given, transposeA = false, transposeB = false) =>
    matmul(tensorFrom(a), tensorFrom(b), { transposeA, transposeB }),
  dot: (a: Given, b: Given) => matmul(tensorFrom(a), tensorFrom(b)),
  outerProduct: (a: Given, b: Given) =>
    matmul(reshape(tensorFrom(a), [-1, 1]), reshape(tensorFrom(b), [1, -1])),
};

interface FusedMatMul {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly bias?: Tensor | null;
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

function fusedMatMul({ a, b, transposeA = false, transposeB = false, ...rest }: FusedMatMul) {
  const { bias, activation = 'linear', leakyreluAlpha = 0.2 } = rest;
  const product = matmul(a, b, { transposeA, transposeB });
  const sums = bias ? add(product, bias) : product;
  const functions: Record<string, () => Tensor> = {
    linear: () => sums,
    relu: () => relu(sums),
    relu6: () => relu6(sums),
    elu: () => elu(sums),
    sigmoid: () => sigmoid(sums),
    leakyrelu: () => leakyRelu(sums, leakyreluAlpha),
  };
  return functions[activation]!();
}

const COMPLEX = 'there are no complex numbers';
const VECTORS = 'products take vectors and batches of matrices, as PyTorch has it';

testTfjs(
  ['fused/fused_mat_mul'],
  20,
  { ...OPS, add, relu, relu6, 'fused.matMul': fusedMatMul },
  { 'fused matmul: fused A x B with prelu': 'prelu has cases of its own' },
);
testTfjs(['concat'], 51, OPS, {
  'concat1d: concat complex input': COMPLEX,
  'concat2d: concat complex input axis=0': COMPLEX,
  'concat2d: concat complex input axis=1': COMPLEX,
  'concat3d: concat complex input axis=0': COMPLEX,
  'concat3d: concat complex input axis=1': COMPLEX,
  'concat3d: Accepts string tensor.': 'there are no texts',
});
testTfjs(['mat_mul'], 66, OPS, {
  'matmul: upcasts when dtypes dont match': 'dtypes must match',
  'matmul: matmul throws when passed a vector': VECTORS,
  'matmul: matrix times vector throws when not passed a matrix': VECTORS,
});
