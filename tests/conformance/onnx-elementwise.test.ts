// The ONNX cases of functions of one and two tensors, of reductions and of softmax.
import * as library from '../../src/index.js';
import type { Tensor } from '../../src/tensor.js';
import { moveAxis, type OnnxNode, type OnnxTensor } from '../support/onnx.js';
import { type LeftOut, type OnnxOp, tensorOf, testOnnx } from './cases.js';

type Attributes = Readonly<Record<string, number>>;

const attributesOf = ({ attributes }: OnnxNode) => attributes as Attributes;

const plain =
  (op: (x: Tensor) => Tensor): OnnxOp =>
  ([x]) =>
    op(tensorOf(x!, 'float32'));

/** A function of one tensor and the numbers among its attributes. */
const unary =
  (op: (x: Tensor, attributes: Attributes) => Tensor): OnnxOp =>
  ([x], node) =>
    op(tensorOf(x!, 'float32'), attributesOf(node));

/** A function of two tensors; of more, one after the other. */
const folded =
  (op: (a: Tensor, b: Tensor) => Tensor): OnnxOp =>
  (inputs) => {
    const [first, ...rest] = inputs.map((input) => tensorOf(input!, 'float32'));
    return rest.reduce((a, b) => op(a, b), first!);
  };

const reduction =
  (op: typeof library.sum): OnnxOp =>
  ([x, given], { attributes }) => {
    const axes = (given?.data ?? attributes.axes) as readonly number[] | undefined;
    const isNothing = axes?.length === 0 || (!axes && attributes.noop_with_empty_axes === 1);
    if (isNothing && attributes.noop_with_empty_axes === 1) return tensorOf(x!, 'float32');
    return op(tensorOf(x!, 'float32'), {
      ...(axes && axes.length > 0 && { axes: [...axes] }),
      keepDims: attributes.keepdims !== 0,
    });
  };

const place =
  (op: typeof library.argmax): OnnxOp =>
  ([x], { attributes: { axis = 0, keepdims } }) =>
    op(tensorOf(x!, 'float32'), { axis: axis as number, keepDims: keepdims !== 0 });

const numberOf = (tensor: OnnxTensor | undefined, otherwise: number) =>
  tensor?.data[0] ?? otherwise;

const LAST = Object.fromEntries(
  ['node/test_argmax_negative_axis_keepdims_example_select_last_index'].map((name) => [
    name,
    'the last of equal values: here it is the first',
  ]),
);
const EMPTY = { 'node/test_reduce_min_empty_set': 'nothing has no least value' };
const WHOLE = Object.fromEntries(
  ['node/test_div_int8', 'node/test_div_uint16'].map((name) => [name, 'whole quotients']),
);

const CASES: readonly (readonly [op: string, count: number, run: OnnxOp, leftOut?: LeftOut])[] = [
  ['Abs', 1, plain(library.abs)],
  ['Ceil', 1, plain(library.ceil)],
  ['Celu', 1, unary((x, { alpha }) => library.celu(x, alpha))],
  ['Cos', 1, plain(library.cos)],
  ['Elu', 3, unary((x, { alpha }) => library.elu(x, alpha))],
  ['Exp', 1, plain(library.exp)],
  ['Floor', 1, plain(library.floor)],
  [
    'Gelu',
    2,
    ([x], { attributes }) =>
      library.gelu(tensorOf(x!), (attributes.approximate ?? 'none') as never),
  ],
  [
    'HardSigmoid',
    1,
    unary((x, { alpha = 0.2, beta = 0.5 }) => library.hardSigmoid(x, alpha, beta)),
  ],
  ['HardSwish', 1, plain(library.hardSwish)],
  ['LeakyRelu', 2, unary((x, { alpha }) => library.leakyRelu(x, alpha))],
  ['Log', 1, plain(library.log)],
  ['Neg', 1, plain(library.neg)],
  [
    'PRelu',
    4,
    // Weights that do not broadcast are those of axis 1, as they once were.
    ([x, weight]) => {
      if (weight!.shape.at(-1) === x!.shape.at(-1)) {
        return library.prelu(tensorOf(x!), tensorOf(weight!));
      }
      const y = library.prelu(tensorOf(moveAxis(x!, 1, -1)), tensorOf(weight!));
      return moveAxis({ shape: y.shape, data: y.data() }, -1, 1);
    },
  ],
  ['Reciprocal', 1, plain(library.reciprocal)],
  ['Relu', 1, plain(library.relu)],
  ['Sigmoid', 2, plain(library.sigmoid)],
  ['Sin', 1, plain(library.sin)],
  ['Softplus', 1, unary((x) => library.softplus(x))],
  ['Softsign', 1, plain(library.softsign)],
  ['Sqrt', 1, plain(library.sqrt)],
  ['Tanh', 1, plain(library.tanh)],
  ['ThresholdedRelu', 2, unary((x, { alpha = 1 }) => library.threshold(x, alpha, 0))],
  ['Add', 4, folded(library.add)],
  ['Sub', 4, folded(library.sub)],
  ['Mul', 3, folded(library.mul)],
  ['Div', 4, folded(library.div), WHOLE],
  ['Max', 6, folded(library.maximum)],
  ['Min', 7, folded(library.minimum)],
  ['Pow', 6, folded(library.pow)],
  ['Sum', 2, folded(library.add)],
  [
    'Clip',
    7,
    ([x, min, max], { attributes }) => {
      const low = (attributes.min as number | undefined) ?? numberOf(min, -Infinity);
      const high = (attributes.max as number | undefined) ?? numberOf(max, Infinity);
      return library.clip(tensorOf(x!, 'float32'), low, Math.max(low, high));
    },
  ],
  ['ReduceMax', 5, reduction(library.max)],
  ['ReduceMean', 5, reduction(library.mean)],
  ['ReduceMin', 5, reduction(library.min), EMPTY],
  ['ReduceSum', 6, reduction(library.sum)],
  ['ArgMax', 8, place(library.argmax), LAST],
  ['LogSoftmax', 5, unary((x, { axis = -1 }) => library.logSoftmax(x, axis))],
  ['Softmax', 6, unary((x, { axis = -1 }) => library.softmax(x, axis))],
];

for (const [op, count, run, leftOut] of CASES) testOnnx(op, count, run, leftOut);
