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
  /** Whether it is made of steps: its gradient is 0, which no difference shows where the values are small. */
  readonly isFlat?: boolean;
}

const ROWS: Readonly<Record<MapName, Row>> = {
  abs: { op: library.abs, relative: 1e-7 },
  clip: { op: (x, { min = -0.75, max = 1.75 } = {}) => library.clip(x, min, max), relative: 0 },
  ceil: { op: library.ceil, relative: 0, isFlat: true },
  celu: { op: (x, { alpha = 0.5 } = {}) => library.celu(x, alpha), relative: 2e-7 },
  cos: { op: library.cos, relative: 3e-7 },
  elu: { op: (x, { alpha = 0.5 } = {}) => library.elu(x, alpha), relative: 2e-7 },
  erf: { op: library.erf, relative: 2e-7 },
  exp: { op: library.exp, relative: 2e-7 },
  expm1: { op: library.expm1, relative: 3e-7 },
  floor: { op: library.floor, relative: 0, isFlat: true },
  gelu: {
    op: (x, options) => library.gelu(x, options?.approximate as never),
    relative: 1e-6,
  },
  hardShrink: { op: (x, { lambda = 0.375 } = {}) => library.hardShrink(x, lambda), relative: 0 },
  hardSigmoid: { op: (x) => library.hardSigmoid(x), relative: 2e-7 },
  hardSwish: { op: library.hardSwish, relative: 2e-7 },
  hardtanh: {
    op: (x, { min = -0.75, max = 1.75 } = {}) => library.hardtanh(x, min, max),
    relative: 0,
  },
  leakyRelu: { op: (x, { slope } = {}) => library.leakyRelu(x, slope), relative: 1e-7 },
  log: { op: library.log, relative: 1e-7, isPositive: true },
  log1p: { op: library.log1p, relative: 2e-7, isPositive: true },
  logSigmoid: { op: library.logSigmoid, relative: 3e-7 },
  mish: { op: library.mish, relative: 3e-7 },
  neg: { op: library.neg, relative: 0 },
  reciprocal: { op: library.reciprocal, relative: 2e-7, isPositive: true },
  relu: { op: library.relu, relative: 0 },
  relu6: { op: library.relu6, relative: 0 },
  round: { op: library.round, relative: 0, isFlat: true },
  rsqrt: { op: library.rsqrt, relative: 3e-7, isPositive: true },
  selu: { op: library.selu, relative: 2e-7 },
  sigmoid: { op: library.sigmoid, relative: 2e-7 },
  sign: { op: library.sign, relative: 0, isFlat: true },
  silu: { op: library.silu, relative: 3e-7 },
  sin: { op: library.sin, relative: 3e-7 },
  softplus: {
    op: (x, { beta, threshold } = {}) => library.softplus(x, beta, threshold),
    relative: 3e-7,
  },
  softsign: { op: library.softsign, relative: 2e-7 },
  sqrt: { op: library.sqrt, relative: 1e-7, isPositive: true },
  square: { op: library.square, relative: 1e-7 },
  tanh: { op: library.tanh, relative: 2e-7 },
  threshold: {
    op: (x, { threshold = 0.375, value = 2 } = {}) => library.threshold(x, threshold, value),
    relative: 0,
  },
};

describe.each(Object.keys(ROWS) as MapName[])('%s', (name) => {
  const { op, relative, isPositive = false, isFlat = false } = ROWS[name];

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
      const values = isFlat
        ? [0.625, -1.375, 2.25, 0.25, -0.375, 2.75, -2.25, 1.625]
        : [0.5, -1, 2, 0.25, -0.5, 2.75, -2, 1.5];
      const x = leaf(isPositive ? values.map(Math.abs) : values, [2, 1, 4]);
      checkGradients((v) => (isPositive || isFlat ? op(v!) : op(op(v!))), [x]);
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
  [
    'erf',
    library.erf,
    [0, -0, Infinity, -Infinity],
    [0, -0, 1, -1],
    [Math.fround(2 / Math.sqrt(Math.PI)), 2 * Math.fround(2 / Math.sqrt(Math.PI)), 0, 0],
  ],
  [
    'hardShrink at its bounds',
    library.hardShrink,
    [0.5, -0.5, NaN, 0.75],
    [0, 0, NaN, 0.75],
    [0, 0, 3, 4],
  ],
  [
    'hardSigmoid, ONNX',
    (x) => library.hardSigmoid(x, 0.25, 0.5),
    [-2, 2, 1, NaN],
    [0, 1, 0.75, NaN],
    [0, 0, 0.75, 1],
  ],
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
  [
    'round, to even',
    library.round,
    [0.5, 1.5, 2.5, -0.5, -1.5, NaN],
    [0, 2, 2, -0, -2, NaN],
    [0, 0, 0, 0, 0, 0],
  ],
  ['sign', library.sign, [2, -3, -0, NaN, -Infinity], [1, -1, 0, 0, -1], [0, 0, 0, 0, 0]],
  ['threshold', (x) => library.threshold(x, 1, 7), [1, 2, NaN], [7, 2, NaN], [0, 2, 3]],
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
