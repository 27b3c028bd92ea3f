import { gelu, leakyRelu, elu } from '../../ops/map/activations.js';
import {
  binary,
  cast,
  clip,
  mapped,
  prelu,
  unary,
  variadic,
  where,
} from '../../imported/ops/elementwise.js';
import { dequantizeLinear, fakeQuantize, quantizeLinear } from '../../imported/ops/quantize.js';
import { reshape } from '../../imported/ops/shape-ops.js';
import { sameOrder, Value } from '../../imported/value.js';
import { activated, type Declared, type TfliteHandlers } from '../handler.js';
import type { Options } from '../options.js';

/** Rounded to the numbers that the quantised output can hold. */
function rounded(x: Value, { dtype, quantization }: Declared): Value {
  if (!quantization) return x;
  const { scale, zeroPoint, axis } = scalesOf(quantization);
  const q = quantizeLinear(x, scale, zeroPoint, dtype, { axis });
  return dequantizeLinear(q, scale, zeroPoint, { axis });
}

const scalesOf = ({ scales, zeroPoints, axis }: NonNullable<Declared['quantization']>) => ({
  scale: Value.host(scales, [scales.length], 'float32'),
  zeroPoint: Value.host(zeroPoints, [zeroPoints.length], 'int32'),
  axis,
});

/** The older select takes one condition for each place of the first axis, too. */
function select(condition: Value, a: Value, b: Value): Value {
  const isOfRows = condition.rank === 1 && a.rank > 1;
  const shape = [condition.size, ...sameOrder(a.rank - 1).map(() => 1)];
  return where(isOfRows ? reshape(condition, shape) : condition, a, b);
}

function fakeQuantized(x: Value, { min, max, bits, narrowRange }: Options): Value {
  const least = narrowRange ? 1 : 0;
  return fakeQuantize(x, { min, max, least, largest: 2 ** bits - 1 });
}

export const MATH_OPS: TfliteHandlers = {
  ABS: { operands: 1, run: ([x]) => unary('abs', x!) },
  ADD: {
    operands: 2,
    run: ([a, b], { options }) => activated(binary('add', a!, b!), options),
  },
  ADD_N: { operands: 1, run: ([x, ...rest]) => variadic('add', [x!, ...(rest as Value[])]) },
  CAST: { operands: 1, run: ([x], { outputs: [y] }) => cast(x!, y!.dtype) },
  CEIL: { operands: 1, run: ([x]) => unary('ceil', x!) },
  COS: { operands: 1, run: ([x]) => unary('cos', x!) },
  // Of numbers that are real already.
  DEQUANTIZE: { operands: 1, run: ([x]) => x! },
  DIV: {
    operands: 2,
    run: ([a, b], { options }) => activated(binary('div', a!, b!), options),
  },
  ELU: { operands: 1, run: ([x]) => mapped(x!, (t) => elu(t)) },
  EQUAL: { operands: 2, run: ([a, b]) => binary('equal', a!, b!) },
  EXP: { operands: 1, run: ([x]) => unary('exp', x!) },
  FAKE_QUANT: { operands: 1, run: ([x], { options }) => fakeQuantized(x!, options) },
  FLOOR: { operands: 1, run: ([x]) => unary('floor', x!) },
  FLOOR_DIV: { operands: 2, run: ([a, b]) => binary('floorDiv', a!, b!) },
  FLOOR_MOD: { operands: 2, run: ([a, b]) => binary('floorMod', a!, b!) },
  GELU: {
    operands: 1,
    run: ([x], { options: { approximate } }) =>
      mapped(x!, (t) => gelu(t, approximate ? 'tanh' : 'none')),
  },
  GREATER: { operands: 2, run: ([a, b]) => binary('greater', a!, b!) },
  GREATER_EQUAL: { operands: 2, run: ([a, b]) => binary('greaterEqual', a!, b!) },
  HARD_SWISH: { operands: 1, run: ([x]) => unary('hardSwish', x!) },
  LEAKY_RELU: {
    operands: 1,
    run: ([x], { options: { alpha } }) => mapped(x!, (t) => leakyRelu(t, alpha)),
  },
  LESS: { operands: 2, run: ([a, b]) => binary('less', a!, b!) },
  LESS_EQUAL: { operands: 2, run: ([a, b]) => binary('lessEqual', a!, b!) },
  LOG: { operands: 1, run: ([x]) => unary('log', x!) },
  LOGICAL_AND: { operands: 2, run: ([a, b]) => binary('and', a!, b!) },
  LOGICAL_NOT: { operands: 1, run: ([x]) => unary('not', x!) },
  LOGICAL_OR: { operands: 2, run: ([a, b]) => binary('or', a!, b!) },
  LOGISTIC: { operands: 1, run: ([x]) => unary('sigmoid', x!) },
  MAXIMUM: { operands: 2, run: ([a, b]) => binary('maximum', a!, b!) },
  MINIMUM: { operands: 2, run: ([a, b]) => binary('minimum', a!, b!) },
  MUL: {
    operands: 2,
    run: ([a, b], { options }) => activated(binary('mul', a!, b!), options),
  },
  NEG: { operands: 1, run: ([x]) => unary('neg', x!) },
  NOT_EQUAL: { operands: 2, run: ([a, b]) => binary('notEqual', a!, b!) },
  POW: { operands: 2, run: ([a, b]) => binary('pow', a!, b!) },
  PRELU: {
    operands: 2,
    weightOrder: (operand, rank) => (operand === 1 ? sameOrder(rank) : undefined),
    run: ([x, slope]) => prelu(x!, slope!),
  },
  QUANTIZE: { operands: 1, run: ([x], { outputs: [y] }) => rounded(x!, y!) },
  RELU: { operands: 1, run: ([x]) => unary('relu', x!) },
  RELU_0_TO_1: { operands: 1, run: ([x]) => clip(x!, 0, 1) },
  RELU_N1_TO_1: { operands: 1, run: ([x]) => clip(x!, -1, 1) },
  RELU6: { operands: 1, run: ([x]) => unary('relu6', x!) },
  ROUND: { operands: 1, run: ([x]) => unary('round', x!) },
  RSQRT: { operands: 1, run: ([x]) => unary('rsqrt', x!) },
  SELECT: { operands: 3, run: ([condition, a, b]) => select(condition!, a!, b!) },
  SELECT_V2: { operands: 3, run: ([condition, a, b]) => where(condition!, a!, b!) },
  SIGN: { operands: 1, run: ([x]) => unary('sign', x!) },
  SIN: { operands: 1, run: ([x]) => unary('sin', x!) },
  SQRT: { operands: 1, run: ([x]) => unary('sqrt', x!) },
  SQUARE: { operands: 1, run: ([x]) => unary('square', x!) },
  SQUARED_DIFFERENCE: { operands: 2, run: ([a, b]) => binary('squaredDifference', a!, b!) },
  SUB: {
    operands: 2,
    run: ([a, b], { options }) => activated(binary('sub', a!, b!), options),
  },
  TANH: { operands: 1, run: ([x]) => unary('tanh', x!) },
  ZEROS_LIKE: { operands: 1, run: ([x]) => unary('zerosLike', x!) },
  // The borders of a model that takes and gives the whole numbers of its file.
  'to quanta': {
    operands: 1,
    run: ([x], { outputs: [y] }) => {
      const { scale, zeroPoint, axis } = scalesOf(y!.quantization!);
      return quantizeLinear(x!, scale, zeroPoint, y!.dtype, { axis });
    },
  },
  'from quanta': {
    operands: 1,
    run: ([x], { outputs: [y] }) => {
      const { scale, zeroPoint, axis } = scalesOf(y!.quantization!);
      return dequantizeLinear(x!, scale, zeroPoint, { axis });
    },
  },
};
