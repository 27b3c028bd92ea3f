// Functions of elements of values: on the host, on tensors with their axes in any order, and mixed.
import { describe, expect, test } from 'vitest';
import { tensor } from '../../src/creation.js';
import { ShapeError } from '../../src/errors.js';
import { BINARY, type BinaryName } from '../../src/imported/ops/binary-table.js';
import {
  binary,
  cast,
  clip,
  mapped,
  prelu,
  unary,
  variadic,
  where,
} from '../../src/imported/ops/elementwise.js';
import { UNARY, type UnaryName } from '../../src/imported/ops/unary-table.js';
import { channelsLast, type ElementType, sameOrder, Value } from '../../src/imported/value.js';
import { elu } from '../../src/ops/map/activations.js';
import { scope } from '../../src/tensor.js';

const SHAPE = [2, 3, 2, 2];
const DATA = Array.from({ length: 24 }, (_, i) => (i % 7) / 4 - 0.7);

const host = (
  numbers: number[],
  shape: number[] = [numbers.length],
  dtype: ElementType = 'float32',
) => Value.host(numbers, shape, dtype);
/** The same numbers as a tensor, whose axes stand in the order. */
function onTensor(value: Value, order = sameOrder(value.rank)): Value {
  return Value.of(value.tensor(order), order, value.dtype);
}
const list = (value: Value) => Array.from(value.numbers());

/** In float64, of the platform. */
const EXPECTED: Record<UnaryName, (x: number) => number> = {
  abs: Math.abs,
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  erf: (x) => {
    let [sum, term] = [0, x];
    for (let n = 0; n < 60; n++) {
      sum += term / (2 * n + 1);
      term *= -(x * x) / (n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  },
  exp: Math.exp,
  expm1: Math.expm1,
  floor: Math.floor,
  gelu: (x) => (x / 2) * (1 + EXPECTED.erf(x / Math.SQRT2)),
  hardSwish: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  isInf: (x) => Number(Math.abs(x) === Infinity),
  isNaN: (x) => Number(Number.isNaN(x)),
  log: Math.log,
  log1p: Math.log1p,
  mish: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  neg: (x) => -x,
  not: (x) => Number(x === 0),
  reciprocal: (x) => 1 / x,
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  round: (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)),
  rsqrt: (x) => 1 / Math.sqrt(x),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  sign: Math.sign,
  silu: (x) => x / (1 + Math.exp(-x)),
  sin: Math.sin,
  sinh: Math.sinh,
  softplus: (x) => Math.log1p(Math.exp(x)),
  softsign: (x) => x / (1 + Math.abs(x)),
  sqrt: Math.sqrt,
  square: (x) => x * x,
  tan: Math.tan,
  tanh: Math.tanh,
  zerosLike: () => 0,
};

describe('unary', () => {
  const values = [-0.95, -0.5, -0.1, 0, 0.1, 0.5, 0.95, 1, 1.5, 2.5, 3];
  test.each(Object.keys(UNARY) as UnaryName[])('%s is that of the platform', (name) => {
    const expected = values.map(EXPECTED[name]);
    for (const x of [host(values), onTensor(host(values))]) {
      scope(() => {
        const got = list(unary(name, x));
        got.forEach((y, i) => {
          const error = Math.abs(y - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
          expect(
            Object.is(y, expected[i]) ||
              y === expected[i] ||
              error < 2e-6 ||
              (Number.isNaN(y) && Number.isNaN(expected[i])),
            `${name}(${values[i]}) is ${y}, expected ${expected[i]}`,
          ).toBe(true);
        });
      });
    }
  });

  test('keeps the order of axes, and the type but of tests', () => {
    scope(() => {
      const y = unary('neg', onTensor(host(DATA, SHAPE), channelsLast(4)));
      expect(y.order).toEqual(channelsLast(4));
      expect(y.shape).toEqual(SHAPE);
      expect(list(y)).toEqual(list(host(DATA.map((x) => -x))));
      expect(unary('isNaN', host([NaN, 1])).dtype).toBe('bool');
    });
  });

  test('integers are wrapped where they overflow', () => {
    expect(list(unary('neg', host([-128, 5], [2], 'int8')))).toEqual([-128, -5]);
    expect(list(unary('neg', host([1], [1], 'uint8')))).toEqual([255]);
    expect(list(unary('square', host([70000], [1], 'int32')))).toEqual([605032704]);
  });

  test('large and special numbers of functions without a kernel', () => {
    scope(() => {
      const x = onTensor(host([-Infinity, -1e30, 1e30, Infinity, NaN]));
      const y = list(unary('atan', x));
      for (const [i, sign] of [-1, -1, 1, 1].entries()) {
        expect(y[i]).toBeCloseTo((sign * Math.PI) / 2, 6);
      }
      expect(y[4]).toBeNaN();
      expect(list(unary('zerosLike', x))).toEqual([0, 0, 0, 0, 0]);
    });
  });
});

describe('binary', () => {
  const a = [7, -7, 7, -7, 0.5, 0, 3];
  const b = [2, 2, -2, -2, 0.5, 1, 3];

  test.each(Object.keys(BINARY) as BinaryName[])(
    '%s is the same on the host and on tensors',
    (name) => {
      scope(() => {
        const [x, y] =
          name === 'and' || name === 'or' || name === 'xor'
            ? [a.map((v) => Number(v > 0)), b.map((v) => Number(v > 1))]
            : [a, b];
        const onHost = binary(name, host(x), host(y));
        const mixed = [
          binary(name, onTensor(host(x)), onTensor(host(y))),
          binary(name, host(x), onTensor(host(y))),
          binary(name, onTensor(host(x)), host(y)),
        ];
        for (const result of mixed) {
          expect(result.isHost).toBe(false);
          expect(result.dtype).toBe(onHost.dtype);
          list(result).forEach((z, i) => expect(z).toBeCloseTo(list(onHost)[i]!, 5));
        }
      });
    },
  );

  test('integers: division cuts off, floorDiv rounds down, remainders follow', () => {
    const [x, y] = [host([7, -7, 7, -7], [4], 'int64'), host([2, 2, -2, -2], [4], 'int64')];
    const of = (name: BinaryName) => list(binary(name, x, y));
    expect(of('div')).toEqual([3, -3, -3, 3]);
    expect(of('floorDiv')).toEqual([3, -4, -4, 3]);
    expect(of('fmod')).toEqual([1, -1, 1, -1]);
    expect(of('floorMod')).toEqual([1, 1, -1, -1]);
    scope(() => {
      const tensors = (name: BinaryName) => list(binary(name, onTensor(x), y));
      for (const name of ['div', 'floorDiv', 'fmod', 'floorMod'] as const) {
        expect(tensors(name)).toEqual(of(name));
      }
    });
  });

  test('integers overflow as those of the type, and 0 divides into 0', () => {
    const of = (name: BinaryName, x: number, y: number, dtype: ElementType) =>
      list(binary(name, host([x], [], dtype), host([y], [], dtype)))[0];
    expect(of('add', 2 ** 31 - 1, 1, 'int32')).toBe(-(2 ** 31));
    expect(of('mul', 2 ** 31 - 1, 2 ** 31 - 1, 'int32')).toBe(1);
    expect(of('sub', 3, 5, 'uint8')).toBe(254);
    expect(of('add', 2 ** 40, 1, 'int64')).toBe(2 ** 40 + 1);
    expect(of('div', 1, 0, 'int32')).toBe(0);
    expect(of('div', 1, 0, 'float32')).toBe(Infinity);
  });

  test('float32 on the host is rounded to it', () => {
    const third = binary('div', host([1]), host([3]));
    expect(list(third)).toEqual([Math.fround(1 / 3)]);
  });

  test('operands of fewer axes, and in other orders, meet in the order of the largest', () => {
    scope(() => {
      const x = onTensor(host(DATA, SHAPE), channelsLast(4));
      const perChannel = host([1, 2, 3], [3, 1, 1]);
      const row = host([10, 20], [2]);
      const expected = DATA.map((v, i) => v + 1 + (Math.floor(i / 4) % 3) + [10, 20][i % 2]!);
      const sums = [
        variadic('add', [x, perChannel, row]),
        variadic('add', [row, onTensor(perChannel, [2, 0, 1]), x]),
        variadic('add', [onTensor(host(DATA, SHAPE)), onTensor(perChannel), onTensor(row)]),
      ];
      sums.forEach((sum, n) => {
        expect(sum.shape).toEqual(SHAPE);
        expect(sum.order).toEqual(n < 2 ? channelsLast(4) : sameOrder(4));
        list(sum).forEach((v, i) => expect(v).toBeCloseTo(expected[i]!, 5));
      });
    });
  });

  test('a number of more axes than the tensor gives its axes', () => {
    scope(() => {
      const y = binary('mul', onTensor(host([1, 2, 3])), host([2], [1, 1, 1]));
      expect(y.shape).toEqual([1, 1, 3]);
      expect(list(y)).toEqual([2, 4, 6]);
    });
  });

  test('shapes that do not fit are an error', () => {
    expect(() => binary('add', host([1, 2]), host([1, 2, 3]))).toThrow(ShapeError);
    expect(() => binary('add', onTensor(host([1, 2])), host([1, 2, 3]))).toThrow(
      'add: b: expected a shape that broadcasts with [2], got [3]',
    );
    const large = host(
      Array.from({ length: 3000 }, () => 0),
      [3000, 1],
      'int32',
    );
    expect(() => binary('add', large, large.transposed([1, 0]))).toThrow(
      'add: expected at most 4194304 numbers that are computed outside of tensors, got 9000000',
    );
  });
});

describe('where, clip, prelu, cast', () => {
  test('where selects, with any operand on the host', () => {
    scope(() => {
      const condition = host([1, 0, 1], [3, 1, 1], 'bool');
      const x = host(DATA, SHAPE);
      const expected = DATA.map((v, i) =>
        Math.floor(i / 4) % 3 === 1 ? Math.fround(9) : Math.fround(v),
      );
      const nine = host([9], []);
      expect(list(where(condition, x, nine))).toEqual(expected);
      expect(list(where(condition, onTensor(x, channelsLast(4)), nine))).toEqual(expected);
      expect(list(where(onTensor(condition), x, onTensor(nine)))).toEqual(expected);
      const number = where(host([0], [], 'bool'), onTensor(x), nine);
      expect(list(number)).toEqual(DATA.map(() => 9));
      expect(number.shape).toEqual(SHAPE);
    });
  });

  test('clip takes numbers, values and tensors, and the larger bound where they cross', () => {
    scope(() => {
      const x = host([-2, 0, 2]);
      for (const value of [x, onTensor(x)]) {
        expect(list(clip(value, -1, 1))).toEqual([-1, 0, 1]);
        expect(list(clip(value, host([-1], []), undefined))).toEqual([-1, 0, 2]);
        expect(list(clip(value, undefined, onTensor(host([1], []))))).toEqual([-2, 0, 1]);
        expect(list(clip(value, 1, -1))).toEqual([-1, -1, -1]);
      }
    });
  });

  test('prelu takes slopes for channels, whatever the order, and one for all', () => {
    scope(() => {
      const x = host([-1, -2, 3, 4, -5, 6], [1, 3, 2]);
      const slope = host([0.5, 2, 4], [3, 1]);
      for (const value of [x, onTensor(x), onTensor(x, channelsLast(3))]) {
        expect(list(prelu(value, slope))).toEqual([-0.5, -1, 3, 4, -20, 6]);
        expect(list(prelu(value, host([0.5], [1])))).toEqual([-0.5, -1, 3, 4, -2.5, 6]);
      }
    });
  });

  test('cast cuts fractions off, wraps or saturates, and bool is 0 or 1', () => {
    scope(() => {
      const x = host([-1.7, 1.7, 300, 0]);
      for (const value of [x, onTensor(x)]) {
        expect(list(cast(value, 'int32'))).toEqual([-1, 1, 300, 0]);
        expect(list(cast(value, 'bool'))).toEqual([1, 1, 1, 0]);
        expect(list(cast(value, 'uint8', true))).toEqual([0, 1, 255, 0]);
        expect(cast(value, 'int64').dtype).toBe('int64');
      }
      expect(list(cast(x, 'uint8'))).toEqual([255, 1, 44, 0]);
      expect(cast(onTensor(host([1], [1], 'int64')), 'float32').dtype).toBe('float32');
    });
  });

  test('gradients reach tensors through values', () => {
    scope(() => {
      const x = tensor([-1, 2], [2], { requiresGrad: true });
      const y = mapped(binary('mul', Value.of(x), host([3], [])), (t) => elu(t, 1));
      y.tensor().backward(tensor([1, 1]));
      const grad = x.grad!.data();
      expect(grad[0]).toBeCloseTo(3 * Math.exp(-3), 6);
      expect(grad[1]).toBe(3);
    });
  });
});
