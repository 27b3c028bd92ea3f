import { conv, channelsFirstWeight } from '../../imported/ops/conv-ops.js';
import { binary, cast } from '../../imported/ops/elementwise.js';
import { matmul } from '../../imported/ops/matmul.js';
import {
  dequantizeLinear,
  dynamicQuantizeLinear,
  quantizeLinear,
} from '../../imported/ops/quantize.js';
import { reshape } from '../../imported/ops/shape-ops.js';
import { type ElementType, Value } from '../../imported/value.js';
import type { OnnxAttributes } from '../attributes.js';
import { typeOf } from '../tensor-reader.js';
import type { OnnxHandlers } from './handler.js';
import { windowsOf } from './windows.js';

/** Quantised numbers. Products are summed as float32: whole numbers below 2²⁴ are exact. */
export const QUANTIZED: OnnxHandlers = {
  QuantizeLinear: {
    needs: 2,
    run: ([x, scale, zeroPoint], attributes) =>
      quantizeLinear(x!, scale!, zeroPoint, quantizedType(attributes, zeroPoint), {
        axis: attributes.int('axis') ?? 1,
        ...blockOf(attributes),
      }),
  },
  DequantizeLinear: {
    needs: 2,
    run: ([x, scale, zeroPoint], attributes) =>
      dequantizeLinear(x!, scale!, zeroPoint, {
        axis: attributes.int('axis') ?? 1,
        ...blockOf(attributes),
      }),
  },
  DynamicQuantizeLinear: {
    run([x]) {
      const { y, scale, zeroPoint } = dynamicQuantizeLinear(x!);
      return [y, scale, zeroPoint];
    },
  },
  ConvInteger: {
    needs: 2,
    weightOrder: (operand, rank) => (operand === 1 ? channelsFirstWeight(rank) : undefined),
    run: ([x, w, xZero, wZero], attributes) =>
      cast(integerConv(x!, w!, xZero, wZero, undefined, attributes), 'int32'),
  },
  MatMulInteger: {
    needs: 2,
    run: ([a, b, aZero, bZero]) => cast(integerProduct(a!, b!, aZero, bZero), 'int32'),
  },
  QLinearConv: {
    needs: 8,
    weightOrder: (operand, rank) => (operand === 3 ? channelsFirstWeight(rank) : undefined),
    run([x, xScale, xZero, w, wScale, wZero, yScale, yZero, bias], attributes) {
      const sums = integerConv(x!, w!, xZero, wZero, bias, attributes);
      const scales = along(wScale!, 1, sums.rank);
      return requantized(sums, [xScale!, scales, yScale!], yZero!);
    },
  },
  QLinearMatMul: {
    needs: 8,
    run([a, aScale, aZero, b, bScale, bZero, yScale, yZero]) {
      const sums = integerProduct(a!, b!, aZero, bZero);
      return requantized(sums, [column(aScale!, a!.rank), bScale!, yScale!], yZero!);
    },
  },
};

function quantizedType(attributes: OnnxAttributes, zeroPoint: Value | undefined): ElementType {
  return zeroPoint?.dtype ?? typeOf(attributes.int('output_dtype') ?? 0) ?? 'uint8';
}

function blockOf(attributes: OnnxAttributes): { blockSize?: number } {
  const blockSize = attributes.int('block_size') ?? 0;
  return blockSize === 0 ? {} : { blockSize };
}

/** x − zeroPoint, as numbers that need no more be of its type. */
function centered(x: Value, zeroPoint: Value | undefined): Value {
  const floats = x.as('float32');
  return zeroPoint ? binary('sub', floats, zeroPoint.as('float32')) : floats;
}

function integerConv(
  x: Value,
  w: Value,
  xZero: Value | undefined,
  wZero: Value | undefined,
  bias: Value | undefined,
  attributes: OnnxAttributes,
): Value {
  const weight = centered(w, wZero && along(wZero, 0, w.rank));
  return conv(centered(x, xZero), weight, bias?.as('float32'), {
    ...windowsOf(attributes, x.rank - 2),
    layout: 'NCHW',
    weightOrder: channelsFirstWeight(x.rank),
    groups: attributes.int('group') ?? 1,
  });
}

function integerProduct(
  a: Value,
  b: Value,
  aZero: Value | undefined,
  bZero: Value | undefined,
): Value {
  return matmul(centered(a, aZero && column(aZero, a.rank)), centered(b, bZero));
}

/** Numbers for the places along an axis, in a shape that broadcasts to others of that rank. */
function along(values: Value, axis: number, rank: number): Value {
  if (values.size === 1) return values;
  return reshape(
    values,
    Array.from({ length: rank }, (_, i) => (i === axis ? values.size : 1)),
  );
}

/** Numbers for the rows of a matrix. */
const column = (values: Value, rank: number) =>
  values.rank === 1 && rank > 1 ? along(values, rank - 2, rank) : values;

/** Sums times a · b / y, rounded, with the zero point of the result. */
function requantized(
  sums: Value,
  [a, b, y]: readonly [Value, Value, Value],
  zeroPoint: Value,
): Value {
  const scale = binary('div', binary('mul', a.as('float32'), b.as('float32')), y.as('float32'));
  const one = Value.host([1], [], 'float32');
  return quantizeLinear(binary('mul', sums, scale), one, zeroPoint, zeroPoint.dtype);
}
