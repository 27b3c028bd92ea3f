import { FormatError } from '../../errors.js';
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
import type { BinaryName } from '../../imported/ops/binary-table.js';
import type { UnaryName } from '../../imported/ops/unary-table.js';
import { reshape } from '../../imported/ops/shape-ops.js';
import { Value } from '../../imported/value.js';
import { elu, gelu, leakyRelu, sigmoid } from '../../ops/map/activations.js';
import { celu, hardSigmoid, threshold } from '../../ops/map/more-activations.js';
import { equal } from '../../ops/zip/comparisons.js';
import { where as whereTensor } from '../../ops/zip/select.js';
import { add, mul, sub } from '../../ops/zip/functions.js';
import { abs } from '../../ops/map/functions.js';
import { greater } from '../../ops/zip/comparisons.js';
import type { OnnxAttributes } from '../attributes.js';
import { typeOf } from '../tensor-reader.js';
import type { OnnxHandler, OnnxHandlers } from './handler.js';

/** Functions of every element without attributes. */
const UNARY: Readonly<Record<string, UnaryName>> = {
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
  Floor: 'floor',
  HardSwish: 'hardSwish',
  IsNaN: 'isNaN',
  Log: 'log',
  Mish: 'mish',
  Neg: 'neg',
  Not: 'not',
  Reciprocal: 'reciprocal',
  Relu: 'relu',
  Round: 'round',
  Sigmoid: 'sigmoid',
  Sign: 'sign',
  Sin: 'sin',
  Sinh: 'sinh',
  Softplus: 'softplus',
  Softsign: 'softsign',
  Sqrt: 'sqrt',
  Tan: 'tan',
  Tanh: 'tanh',
};

const BINARY: Readonly<Record<string, BinaryName>> = {
  Add: 'add',
  And: 'and',
  Div: 'div',
  Equal: 'equal',
  Greater: 'greater',
  GreaterOrEqual: 'greaterEqual',
  Less: 'less',
  LessOrEqual: 'lessEqual',
  Mul: 'mul',
  Or: 'or',
  Pow: 'pow',
  Sub: 'sub',
  Xor: 'xor',
};

/** Functions of any number of values. */
const VARIADIC: Readonly<Record<string, BinaryName>> = {
  Max: 'maximum',
  Min: 'minimum',
  Sum: 'add',
};

/** Functions of elements that the tables name. */
export function elementwiseHandlers(): OnnxHandlers {
  const handlers: Record<string, OnnxHandler> = {};
  for (const [op, name] of Object.entries(UNARY)) {
    handlers[op] = { run: ([x]) => unary(name, x!) };
  }
  for (const [op, name] of Object.entries(BINARY)) {
    handlers[op] = {
      needs: 2,
      run: ([a, b], attributes) => binary(name, a!, aligned(a!, b!, attributes)),
    };
  }
  for (const [op, name] of Object.entries(VARIADIC)) {
    handlers[op] = { run: (values) => variadic(name, values as [Value, ...Value[]]) };
  }
  return handlers;
}

/** Up to opset 6 b may begin at an axis of a; later it ends at the last. */
function aligned(a: Value, b: Value, attributes: OnnxAttributes): Value {
  const axis = attributes.opset < 7 ? attributes.int('axis') : undefined;
  if (axis === undefined) return b;
  const behind = a.rank - b.rank - (axis < 0 ? axis + a.rank : axis);
  if (behind < 0) throw new FormatError(`axis: expected at most ${a.rank - b.rank}, got ${axis}`);
  return reshape(b, [...b.shape, ...new Array<number>(behind).fill(1)]);
}

/** Activations and functions with attributes. */
export const ELEMENTWISE: OnnxHandlers = {
  Elu: { run: ([x], a) => mapped(x!, (t) => elu(t, a.float('alpha') ?? 1)) },
  Celu: { run: ([x], a) => mapped(x!, (t) => celu(t, a.float('alpha') ?? 1)) },
  Selu: {
    run([x], a) {
      const alpha = a.float('alpha') ?? 1.6732632423543772;
      const gamma = a.float('gamma') ?? 1.0507009873554805;
      return mapped(x!, (t) => mul(elu(t, alpha), gamma));
    },
  },
  LeakyRelu: { run: ([x], a) => mapped(x!, (t) => leakyRelu(t, a.float('alpha') ?? 0.01)) },
  PRelu: {
    needs: 2,
    // [C, 1, 1] as the channels-last tensors want it.
    weightOrder: (operand, rank) =>
      operand !== 1 ? undefined : rank === 0 ? [] : [...lastAxes(rank), 0],
    run([x, slope], { opset }) {
      // Up to opset 6 a slope is that of a channel.
      const isOld = opset < 7 && slope!.rank === 1 && slope!.size > 1 && x!.rank > 1;
      const ones = new Array<number>(Math.max(0, x!.rank - 2)).fill(1);
      return prelu(x!, isOld ? reshape(slope!, [slope!.size, ...ones]) : slope!);
    },
  },
  HardSigmoid: {
    run: ([x], a) =>
      mapped(x!, (t) => hardSigmoid(t, a.float('alpha') ?? 0.2, a.float('beta') ?? 0.5)),
  },
  ThresholdedRelu: { run: ([x], a) => mapped(x!, (t) => threshold(t, a.float('alpha') ?? 1, 0)) },
  Gelu: {
    run: ([x], a) => mapped(x!, (t) => gelu(t, a.oneOf('approximate', ['none', 'tanh']))),
  },
  Swish: {
    run([x], a) {
      const alpha = a.float('alpha') ?? 1;
      return alpha === 1 ? unary('silu', x!) : mapped(x!, (t) => mul(t, sigmoid(mul(t, alpha))));
    },
  },
  Shrink: {
    run([x], a) {
      const lambda = a.float('lambd') ?? 0.5;
      const bias = a.float('bias') ?? 0;
      return mapped(x!, (t) => {
        const shifted = whereTensor(greater(t, 0), sub(t, bias), add(t, bias));
        return mul(shifted, greater(abs(t), lambda));
      });
    },
  },
  Clip: {
    run: ([x, min, max], a) => clip(x!, min ?? a.float('min'), max ?? a.float('max')),
  },
  Mod: {
    needs: 2,
    run: ([a, b], attributes) => binary(attributes.flag('fmod') ? 'fmod' : 'floorMod', a!, b!),
  },
  Mean: {
    run(values) {
      const sum = variadic('add', values as unknown as [Value, ...Value[]]);
      return binary('div', sum, Value.host([values.length], [], sum.dtype));
    },
  },
  IsInf: {
    run([x], a) {
      const [below, above] = [a.flag('detect_negative', true), a.flag('detect_positive', true)];
      if (below && above) return unary('isInf', x!);
      const bound = below ? -Infinity : above ? Infinity : NaN;
      return mapped(x!, (t) => equal(t, bound), 'bool');
    },
  },
  Where: { needs: 3, run: ([condition, a, b]) => where(condition!, a!, b!) },
  Cast: {
    run([x], a) {
      const to = a.needed('to', a.int('to'));
      const dtype = typeOf(to);
      if (!dtype) throw new FormatError(`to: expected a type of numbers, got ${to}`);
      return cast(x!, dtype);
    },
  },
  CastLike: { needs: 2, run: ([x, like]) => cast(x!, like!.dtype) },
};

const lastAxes = (rank: number) => Array.from({ length: rank - 1 }, (_, i) => i + 1);
