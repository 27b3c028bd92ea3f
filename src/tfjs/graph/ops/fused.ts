import { FormatError } from '../../../errors.js';
import { binary, mapped, prelu, unary } from '../../../imported/ops/elementwise.js';
import { gemm, matmul } from '../../../imported/ops/matmul.js';
import type { Layout } from '../../../imported/ops/layout.js';
import { reshape } from '../../../imported/ops/shape-ops.js';
import type { UnaryName } from '../../../imported/ops/unary-table.js';
import type { Value } from '../../../imported/value.js';
import { type Order, sameOrder } from '../../../imported/value.js';
import { elu, leakyRelu } from '../../../ops/map/activations.js';
import type { Attributes } from '../attributes.js';
import { convolve, convolvePerChannel } from './conv.js';
import { einsum } from './einsum.js';
import { type GraphHandlers, operandsOf } from './operands.js';

const UNARY: Readonly<Record<string, UnaryName>> = {
  Relu: 'relu',
  Relu6: 'relu6',
  Selu: 'selu',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
};

/** Adds a row for the channels. */
export function addBias(x: Value, bias: Value, layout: Layout): Value {
  if (layout === 'NHWC' || x.rank < 3) return binary('add', x, bias);
  const ones = sameOrder(x.rank - 2).map(() => 1);
  return binary('add', x, reshape(bias, [bias.size, ...ones]));
}

/** What a fused op computes behind its product: the bias first, which `product` adds. */
function fused(
  attributes: Attributes,
  args: readonly Value[],
  product: (bias: Value | undefined) => Value,
): Value {
  const names = attributes.texts('fused_ops');
  const hasBias = names[0] === 'BiasAdd';
  const rest = args.slice(hasBias ? 1 : 0);
  if (hasBias && !args[0]) throw new FormatError('inputs: expected a bias, got none');
  let y = product(hasBias ? args[0] : undefined);
  for (const name of hasBias ? names.slice(1) : names) y = applied(name, y, attributes, rest[0]);
  return y;
}

function applied(name: string, x: Value, attributes: Attributes, alpha: Value | undefined): Value {
  if (Object.hasOwn(UNARY, name)) return unary(UNARY[name]!, x);
  if (name === 'Elu') return mapped(x, (t) => elu(t));
  if (name === 'LeakyRelu') {
    const slope = attributes.number('leakyrelu_alpha', 0.2);
    return mapped(x, (t) => leakyRelu(t, slope));
  }
  if (name === 'Prelu' && alpha) return prelu(x, alpha);
  const known = ['BiasAdd', ...Object.keys(UNARY), 'Elu', 'LeakyRelu', 'Prelu'].join(', ');
  throw new FormatError(`attribute fused_ops: expected ${known}, got ${name.slice(0, 100)}`);
}

const weightOrder = (operand: number, rank: number): Order | undefined =>
  operand > 0 ? sameOrder(rank) : undefined;

/** The order in which the second matrix of a product is stored. */
const matrixOrder =
  (name: string) =>
  (operand: number, rank: number, attributes: Attributes): Order | undefined => {
    if (operand === 0) return undefined;
    return operand === 1 && rank === 2 && attributes.boolean(name) ? [1, 0] : sameOrder(rank);
  };

function multiply(inputs: readonly (Value | undefined)[], attributes: Attributes, bias?: Value) {
  const [a, b] = operandsOf(inputs, 2) as [Value, Value];
  return gemm(a, b, bias, {
    transposeA: attributes.boolean('transpose_a'),
    transposeB: attributes.boolean('transpose_b'),
  });
}

function multiplyBatches(inputs: readonly (Value | undefined)[], attributes: Attributes): Value {
  const [a, b] = operandsOf(inputs, 2) as [Value, Value];
  return matmul(a, b, {
    transposeA: attributes.boolean('adj_x'),
    transposeB: attributes.boolean('adj_y'),
  });
}

/** Products that end with a bias and an activation, matrix products, and the bias alone. */
export const FUSED: GraphHandlers = {
  _FusedConv2D: {
    run: (inputs, attributes) => {
      const [x, filter, ...args] = operandsOf(inputs, 2);
      return fused(attributes, args, (bias) => convolve(x, filter!, bias, attributes));
    },
    weightOrder,
  },
  FusedDepthwiseConv2dNative: {
    run: (inputs, attributes) => {
      const [x, filter, ...args] = operandsOf(inputs, 2);
      return fused(attributes, args, (bias) => convolvePerChannel(x, filter!, bias, attributes));
    },
    weightOrder,
  },
  _FusedMatMul: {
    run: (inputs, attributes) => {
      const [a, b, ...args] = operandsOf(inputs, 2);
      return fused(attributes, args, (bias) => multiply([a, b], attributes, bias));
    },
    weightOrder: (...of) => matrixOrder('transpose_b')(...of),
  },
  MatMul: {
    run: (inputs, attributes) => multiply(inputs, attributes),
    weightOrder: (...of) => matrixOrder('transpose_b')(...of),
  },
  BatchMatMul: { run: multiplyBatches, weightOrder },
  BatchMatMulV2: { run: multiplyBatches, weightOrder },
  Einsum: {
    run: (inputs, attributes) => {
      const [a, b] = operandsOf(inputs, 2);
      return einsum(attributes.text('equation') ?? '', a, b!);
    },
    weightOrder,
  },
  BiasAdd: {
    run: (inputs, attributes) => {
      const [x, bias] = operandsOf(inputs, 2);
      return addBias(x, bias!, attributes.layout());
    },
    weightOrder,
  },
};
