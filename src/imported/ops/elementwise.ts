// Functions of elements of values: on the host where all operands are, else by the ops, in the order of the largest tensor.
import { cast as castTensor } from '../../ops/cast.js';
import { clip as clipTensor, leakyRelu } from '../../ops/map/activations.js';
import { notEqual } from '../../ops/zip/comparisons.js';
import { prelu as preluTensor, where as whereTensor } from '../../ops/zip/select.js';
import type { Tensor } from '../../tensor.js';
import { rangeOf, wrapped } from '../integers.js';
import { type ElementType, isFloat, Value } from '../value.js';
import { BINARY, type Binary, type BinaryName } from './binary-table.js';
import {
  broadcastResult,
  commonOrder,
  operandOf,
  tensorOperandOf,
  zipNumbers,
} from './broadcast.js';
import { UNARY, type Unary, type UnaryName } from './unary-table.js';

/** A function of every element by its name. Integers stay integers: what overflows is wrapped. */
export function unary(name: UnaryName, x: Value): Value {
  const { tensor, host, isTest }: Unary = UNARY[name];
  const dtype = isTest ? 'bool' : x.dtype;
  return x.isHost && host ? mapNumbers(x, host, dtype) : mapped(x, tensor, dtype);
}

/** A function of every element that keeps the shape, such as an activation with its constants. */
export function mapped(
  x: Value,
  compute: (x: Tensor) => Tensor,
  dtype: ElementType = x.dtype,
): Value {
  return Value.of(compute(x.tensor(x.order)), x.order, dtype);
}

/**
 * A function of two elements by its name; shapes broadcast as in NumPy. Integers are divided with what is behind the
 * point cut off (`floorDiv` rounds down; `fmod` and `floorMod` are what these leave), and wrapped where they overflow.
 * The result has the type of a; of comparisons and logical functions bool.
 * @throws ShapeError
 */
export function binary(name: BinaryName, a: Value, b: Value): Value {
  const op: Binary = BINARY[name];
  const { tensor, host } = isFloat(a.dtype) ? op : (op.whole ?? op);
  const dtype = op.isTest ? 'bool' : a.dtype;
  if (a.isHost && b.isHost) {
    const { numbers, shape } = zipNumbers(name, [a, b], host);
    return hostValue(numbers, shape, dtype);
  }
  const order = commonOrder([a, b], Math.max(a.rank, b.rank));
  return broadcastResult(tensor(operandOf(a, order), operandOf(b, order)), order, dtype);
}

/** The same function of any number of values, one after the other. */
export function variadic(name: BinaryName, values: readonly [Value, ...Value[]]): Value {
  return values.reduce((a, b) => binary(name, a, b));
}

/** x where it is above 0, else slope · x. @param slope broadcasts to x @throws ShapeError */
export function prelu(x: Value, slope: Value): Value {
  const operand = operandOf(
    slope,
    slope.rank > x.rank ? commonOrder([slope], slope.rank) : x.order,
  );
  return mapped(x, (tensor) =>
    typeof operand === 'number' ? leakyRelu(tensor, operand) : preluTensor(tensor, operand),
  );
}

/** a where the condition is not 0, else b; all three broadcast. @throws ShapeError */
export function where(condition: Value, a: Value, b: Value): Value {
  const operands = [condition, a, b];
  if (operands.every((value) => value.isHost)) {
    const { numbers, shape } = zipNumbers('where', operands, (c, x, y) => (c! === 0 ? y! : x!));
    return Value.host(numbers, shape, a.dtype);
  }
  const order = commonOrder(operands, Math.max(...operands.map((value) => value.rank)));
  const y = whereTensor(
    tensorOperandOf(condition, order),
    operandOf(a, order),
    operandOf(b, order),
  );
  return broadcastResult(y, order, a.dtype);
}

/** x, no less than min and no more than max, which are numbers or values of one element. */
export function clip(x: Value, min?: Value | number, max?: Value | number): Value {
  const [low, high] = [min ?? -Infinity, max ?? Infinity].map(numberOf);
  if (low === undefined || high === undefined || low > high) {
    // ONNX: min(max(x, min), max), whichever is the larger.
    const above = min === undefined ? x : binary('maximum', x, valueOf(min, x.dtype));
    return max === undefined ? above : binary('minimum', above, valueOf(max, x.dtype));
  }
  if (x.isHost) return mapNumbers(x, (value) => Math.min(Math.max(value, low), high), x.dtype);
  return mapped(x, (tensor) => clipTensor(tensor, low, high));
}

/** The number that a value on the host is. */
function numberOf(value: Value | number): number | undefined {
  if (typeof value === 'number') return value;
  return value.isHost && value.size === 1 ? value.numbers()[0]! : undefined;
}

const valueOf = (value: Value | number, dtype: ElementType) =>
  typeof value === 'number' ? Value.host([value], [], dtype) : value;

/**
 * x as another type: fractions are cut off, what overflows is wrapped, or taken to the nearest number of the type where
 * `saturate`; as bool all but 0 is 1.
 */
export function cast(x: Value, dtype: ElementType, saturate = false): Value {
  if (dtype === x.dtype || (isFloat(dtype) && !x.isHost)) return x.as(dtype);
  if (x.isHost) {
    const [low, high] = rangeOf(dtype);
    const bounded = (value: number) =>
      saturate && dtype !== 'bool' ? Math.min(Math.max(value, low), high) : value;
    return mapNumbers(x, bounded, dtype);
  }
  if (dtype === 'bool') return mapped(x, (tensor) => notEqual(tensor, 0), 'bool');
  const bounded = saturate ? clip(x, ...rangeOf(dtype)) : x;
  if (!isFloat(x.dtype)) return bounded.as(dtype);
  return mapped(bounded, (tensor) => castTensor(tensor, 'int32'), dtype);
}

function mapNumbers(x: Value, compute: (x: number) => number, dtype: ElementType): Value {
  return hostValue(Array.from(x.numbers(), compute), x.shape, dtype);
}

/** Numbers of a type on the host: whole ones, in its range, where it is one of integers. */
function hostValue(numbers: number[], shape: Value['shape'], dtype: ElementType): Value {
  if (isFloat(dtype)) return Value.host(numbers, shape, dtype);
  return Value.host(
    numbers.map((value) => wrapped(dtype === 'bool' ? value : Math.trunc(value), dtype)),
    shape,
    dtype,
  );
}
