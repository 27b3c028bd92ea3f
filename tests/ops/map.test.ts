import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { DisposedError } from '../../src/errors.js';
import * as library from '../../src/index.js';
import { sizeOf } from '../../src/shape.js';
import { fromData, scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { golden, type MapName } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { leaf } from '../support/op.js';
import { floats } from '../support/tensors.js';

type Options = Readonly<Record<string, number>>;

interface Row {
  /** With the options of a golden case; without, with any that have no kink at the values of the gradient check. */
  readonly op: (x: Tensor, options?: Options) => Tensor;
  /** What y and dx may be off, as in `expectClose`; 0 asks for the very same numbers, to the sign of a zero. */
  readonly relative: number;
  /** Whether its gradient is checked above 0 only, and not of the function of itself. */
  readonly isPositive?: boolean;
}

const ROWS: Readonly<Record<MapName, Row>> = {
  abs: { op: library.abs, relative: 1e-7 },
  clip: { op: (x, { min = -0.75, max = 1.75 } = {}) => library.clip(x, min, max), relative: 0 },
  elu: { op: (x, { alpha = 0.5 } = {}) => library.elu(x, alpha), relative: 2e-7 },
  exp: { op: library.exp, relative: 2e-7 },
  gelu: {
    op: (x, options) => library.gelu(x, options?.approximate as never),
    relative: 1e-6,
  },
  hardSwish: { op: library.hardSwish, relative: 2e-7 },
  hardtanh: {
    op: (x, { min = -0.75, max = 1.75 } = {}) => library.hardtanh(x, min, max),
    relative: 0,
  },
  leakyRelu: { op: (x, { slope } = {}) => library.leakyRelu(x, slope), relative: 1e-7 },
  log: { op: library.log, relative: 1e-7, isPositive: true },
  neg: { op: library.neg, relative: 0 },
  relu: { op: library.relu, relative: 0 },
  relu6: { op: library.relu6, relative: 0 },
  sigmoid: { op: library.sigmoid, relative: 2e-7 },
  silu: { op: library.silu, relative: 3e-7 },
  softplus: {
    op: (x, { beta, threshold } = {}) => library.softplus(x, beta, threshold),
    relative: 3e-7,
  },
  sqrt: { op: library.sqrt, relative: 1e-7, isPositive: true },
  square: { op: library.square, relative: 1e-7 },
  tanh: { op: library.tanh, relative: 2e-7 },
};

describe.each(Object.keys(ROWS) as MapName[])('%s', (name) => {
  const { op, relative, isPositive = false } = ROWS[name];

  test.each(golden('map')[name])('agrees with PyTorch: $name, $options', (c) => {
    scope(() => {
      const x = leaf(c.x, [c.x.length]);
      const y = c.options ? op(x, c.options as Options) : op(x);
      expectAgreement(y.data(), c.y, relative, 'y');
      y.backward(floats(c.dy));
      expectAgreement(x.grad!.data(), c.dx, relative, 'dx');
    });
  });

  test('gradient check, with fan-out', () => {
    scope(() => {
      const values = [0.5, -1, 2, 0.25, -0.5, 2.75, -2, 1.5];
      const x = leaf(isPositive ? values.map(Math.abs) : values, [2, 1, 4]);
      checkGradients((v) => (isPositive ? op(v!) : op(op(v!))), [x]);
      const y = op(x);
      const dy = floats(new Float32Array(8).fill(1), [2, 1, 4]);
      y.backward(dy);
      const once = x.grad!.data();
      y.backward(dy);
      expect([...x.grad!.data()]).toEqual([...once.map((value) => 2 * value)]);
    });
  });

  test.each([[[]], [[1]], [[0, 3]], [[2, 3, 5]], [[1, 2, 3, 4, 5]]])(
    'keeps the shape %j',
    (shape) => {
      scope(() => expect(op(floats(new Float32Array(sizeOf(shape)), shape)).shape).toEqual(shape));
    },
  );

  test('errors', () => {
    scope(() => {
      const integers = fromData('test', [1], [1], 'int32');
      const wrong = (expected: string) => `${name}: input: expected ${expected}`;
      expectError(() => op(integers), TypeError, wrong('dtype float32, got int32'));
      expectError(() => op([1] as never), TypeError, wrong('a Tensor, got [1]'));
      const disposed = floats([1]);
      disposed.dispose();
      expectError(
        () => op(disposed),
        DisposedError,
        'a tensor of shape [1] was used after it was disposed; ' +
          'return it from its scope, or keep() it, to use it longer',
      );
    });
  });
});

function expectAgreement(
  actual: ArrayLike<number>,
  expected: readonly number[],
  relative: number,
  label: string,
): void {
  if (relative === 0) expect(actual, label).toEqual(Float32Array.from(expected));
  else expectClose(actual, expected, { relative, label });
}

/** Values, and the gradients where 1, 2, 3 … arrive. */
test.each<[string, (x: Tensor) => Tensor, number[], number[], number[]]>([
  ['abs', library.abs, [0, -0, NaN, -1e-45], [0, 0, NaN, 1e-45], [0, 0, 0, -4]],
  [
    'clip',
    (x) => library.clip(x, -2, 3),
    [-2, 3, NaN, -2.75, 3.75],
    [-2, 3, NaN, -2, 3],
    [1, 2, 3, 0, 0],
  ],
  ['elu of 1', library.elu, [0, -0, -Infinity, 2], [0, -0, -1, 2], [1, 2, 0, 4]],
  ['hardSwish', library.hardSwish, [-3, 0, 3], [-0, 0, 3], [0, 1, 3]],
  [
    'hardtanh',
    (x) => library.hardtanh(x, -2, 3),
    [-2, 3, NaN, -2.75, 3.75],
    [-2, 3, NaN, -2, 3],
    [0, 0, 3, 0, 0],
  ],
  ['hardtanh from −1 to 1', library.hardtanh, [-2, 0.5, 2], [-1, 0.5, 1], [0, 2, 0]],
  ['leakyRelu of 0.01', library.leakyRelu, [0, 4], [0, 4], [Math.fround(0.01), 2]],
  ['leakyRelu of a negative slope', (x) => library.leakyRelu(x, -0.5), [-2, 4], [1, 4], [-0.5, 2]],
  ['log', library.log, [0, -1, 1, Infinity], [-Infinity, NaN, 0, Infinity], [Infinity, -2, 3, 0]],
  [
    'relu, at 0 and NaN too',
    library.relu,
    [0, -0, NaN, 1e-45, -3],
    [0, -0, NaN, 1e-45, 0],
    [0, 0, 3, 4, 0],
  ],
  [
    'relu6, the clip from 0 to 6',
    library.relu6,
    [-1, 0, 3, 6, 7],
    [0, 0, 3, 6, 6],
    [0, 0, 3, 0, 0],
  ],
  [
    'softplus above its threshold',
    (x) => library.softplus(x, 2, 3),
    [1.75, -200],
    [1.75, 0],
    [1, 0],
  ],
  ['sqrt', library.sqrt, [0, 4, -1], [0, 2, NaN], [Infinity, 0.5, NaN]],
])('%s', (_, op, values, y, dx) => {
  scope(() => {
    const x = leaf(values, [values.length]);
    const result = op(x);
    expect(result.data()).toEqual(Float32Array.from(y));
    result.backward(floats(values.map((_value, i) => i + 1)));
    expect(x.grad!.data()).toEqual(Float32Array.from(dx));
  });
});

test.each([
  [-Infinity, 1, [-9, -Infinity, 1]],
  [-1, Infinity, [-1, -1, 9]],
  [-Infinity, Infinity, [-9, -Infinity, 9]],
  [Infinity, Infinity, [Infinity, Infinity, Infinity]],
])('an infinite bound is none: %d to %d', (min, max, expected) => {
  scope(() => {
    const x = floats([-9, -Infinity, 9]);
    expect(library.clip(x, min, max).toArray()).toEqual(expected);
    expect(library.hardtanh(x, min, max).toArray()).toEqual(expected);
  });
});

test.each<[(x: Tensor) => Tensor, typeof TypeError, string]>([
  ...(['clip', 'hardtanh'] as const).flatMap((name) =>
    (
      [
        [1, 0, RangeError, `max: expected a number of at least 1, got 0`],
        [NaN, 0, RangeError, `min: expected a number, got NaN`],
        [0, NaN, RangeError, `max: expected a number of at least 0, got NaN`],
        [0, -Infinity, RangeError, `max: expected a number of at least 0, got -Infinity`],
        ['0', 1, TypeError, `min: expected a number, got "0"`],
        [0, null, TypeError, `max: expected a number of at least 0, got null`],
      ] as [number, number, typeof TypeError, string][]
    ).map(([min, max, kind, message]): [(x: Tensor) => Tensor, typeof TypeError, string] => [
      (x) => library[name](x, min, max),
      kind,
      `${name}: ${message}`,
    ]),
  ),
  ...(
    [
      ['elu', 'alpha', 'a finite number of at least 0', [-1, NaN, Infinity]],
      ['leakyRelu', 'slope', 'a finite number', [NaN, Infinity]],
      ['softplus', 'beta', 'a finite number above 0', [0, -1, NaN, Infinity]],
    ] as const
  ).flatMap(([name, argument, expected, values]) => [
    ...values.map((value): [(x: Tensor) => Tensor, typeof TypeError, string] => [
      (x) => library[name](x, value),
      RangeError,
      `${name}: ${argument}: expected ${expected}, got ${value}`,
    ]),
    [
      (x: Tensor) => library[name](x, '0.1' as never),
      TypeError,
      `${name}: ${argument}: expected ${expected}, got "0.1"`,
    ] as [(x: Tensor) => Tensor, typeof TypeError, string],
  ]),
  [
    (x) => library.softplus(x, 1, NaN),
    RangeError,
    'softplus: threshold: expected a finite number, got NaN',
  ],
  [
    (x) => library.gelu(x, 'sigmoid' as never),
    TypeError,
    `gelu: approximate: expected 'none' or 'tanh', got "sigmoid"`,
  ],
])('options that are refused: case %#', (call, kind, message) => {
  scope(() => {
    const x = floats([1]);
    expectError(() => call(x), kind, message);
  });
});
