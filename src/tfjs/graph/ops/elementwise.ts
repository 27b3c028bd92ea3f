import {
  binary,
  cast,
  clip,
  mapped,
  prelu,
  unary,
  variadic,
  where,
} from '../../../imported/ops/elementwise.js';
import type { BinaryName } from '../../../imported/ops/binary-table.js';
import { expand, fill } from '../../../imported/ops/copy-ops.js';
import { reshape } from '../../../imported/ops/shape-ops.js';
import type { UnaryName } from '../../../imported/ops/unary-table.js';
import { sameOrder, Value } from '../../../imported/value.js';
import { elu, leakyRelu } from '../../../ops/map/activations.js';
import { type GraphHandler, type GraphHandlers, operandsOf } from './operands.js';

export const UNARY: Readonly<Record<string, UnaryName>> = {
  Abs: 'abs',
  Acos: 'acos',
  Acosh: 'acosh',
  Asin: 'asin',
  Asinh: 'asinh',
  Atan: 'atan',
  Atanh: 'atanh',
  Ceil: 'ceil',
  Cos: 'cos',
  Cosh: 'cosh',
  Erf: 'erf',
  Exp: 'exp',
  Expm1: 'expm1',
  Floor: 'floor',
  Inv: 'reciprocal',
  IsInf: 'isInf',
  IsNan: 'isNaN',
  Log: 'log',
  Log1p: 'log1p',
  LogicalNot: 'not',
  Neg: 'neg',
  Reciprocal: 'reciprocal',
  Relu: 'relu',
  Relu6: 'relu6',
  Round: 'round',
  Rsqrt: 'rsqrt',
  Selu: 'selu',
  Sigmoid: 'sigmoid',
  Sign: 'sign',
  Sin: 'sin',
  Sinh: 'sinh',
  Softplus: 'softplus',
  Softsign: 'softsign',
  Sqrt: 'sqrt',
  Square: 'square',
  Tan: 'tan',
  Tanh: 'tanh',
  ZerosLike: 'zerosLike',
};

export const BINARY: Readonly<Record<string, BinaryName>> = {
  Div: 'div',
  Equal: 'equal',
  FloorDiv: 'floorDiv',
  FloorMod: 'floorMod',
  Greater: 'greater',
  GreaterEqual: 'greaterEqual',
  Less: 'less',
  LessEqual: 'lessEqual',
  LogicalAnd: 'and',
  LogicalOr: 'or',
  LogicalXor: 'xor',
  Maximum: 'maximum',
  Minimum: 'minimum',
  Mod: 'fmod',
  Mul: 'mul',
  NotEqual: 'notEqual',
  Pow: 'pow',
  RealDiv: 'div',
  SquaredDifference: 'squaredDifference',
  Sub: 'sub',
  TruncateDiv: 'div',
  TruncateMod: 'fmod',
};

/** A function of every element. */
export function unaryHandler(name: UnaryName): GraphHandler {
  return { run: (inputs) => unary(name, operandsOf(inputs, 1)[0]) };
}

/** A function of two elements, with NumPy's broadcasting. */
export function binaryHandler(name: BinaryName): GraphHandler {
  return {
    run: (inputs) => {
      const [a, b] = operandsOf(inputs, 2);
      return binary(name, a, b!);
    },
  };
}

/** A sum: a row of numbers that is added is a bias, which converters fold normalizations into. */
const sum: GraphHandler = {
  run: (inputs) => {
    const [a, b] = operandsOf(inputs, 2);
    return binary('add', a, b!);
  },
  weightOrder: (operand, rank, attributes) =>
    operand === 1 && rank === 1 && attributes.type('T') === 'float32' ? [0] : undefined,
};

/** b of a shape [n] decides about whole elements of the first axis. */
function choose(inputs: readonly (Value | undefined)[]): Value {
  const [condition, a, b] = operandsOf(inputs, 3) as [Value, Value, Value];
  const isOfRows = condition.rank === 1 && a.rank > 1 && condition.shape[0] === a.shape[0];
  const ones = sameOrder(Math.max(0, a.rank - 1)).map(() => 1);
  return where(isOfRows ? reshape(condition, [condition.size, ...ones]) : condition, a, b);
}

const pass: GraphHandler = { run: (inputs) => operandsOf(inputs, 1)[0] };

/** Functions of elements that are no row of the tables. */
export const ELEMENTWISE: GraphHandlers = {
  Add: sum,
  AddV2: sum,
  AddN: { run: (inputs) => variadic('add', operandsOf(inputs, 1)) },
  Cast: {
    run: ([x], attributes) => cast(x!, attributes.type('DstT')),
  },
  ClipByValue: { run: ([x, low, high]) => clip(x!, low, high) },
  DivNoNan: {
    run: (inputs) => {
      const [a, b] = operandsOf(inputs, 2) as [Value, Value];
      const zero = Value.host([0], [], a.dtype);
      const quotient = binary('div', a, b);
      return where(binary('equal', b, zero), zero, quotient);
    },
  },
  Elu: { run: ([x]) => mapped(x!, (t) => elu(t)) },
  LeakyRelu: {
    run: ([x], attributes) => {
      const slope = attributes.number('alpha', 0.2);
      return mapped(x!, (t) => leakyRelu(t, slope));
    },
  },
  OnesLike: { run: ([x]) => expand(fill([], 1, x!.dtype), x!.shape) },
  Prelu: {
    run: (inputs) => {
      const [x, slope] = operandsOf(inputs, 2);
      return prelu(x, slope!);
    },
    weightOrder: (operand, rank) => (operand === 1 ? sameOrder(rank) : undefined),
  },
  Select: { run: choose },
  SelectV2: { run: (inputs) => where(...(operandsOf(inputs, 3) as [Value, Value, Value])) },
  CheckNumerics: pass,
  EnsureShape: pass,
  Identity: pass,
  PlaceholderWithDefault: pass,
  PreventGradient: pass,
  Snapshot: pass,
  StopGradient: pass,
};
