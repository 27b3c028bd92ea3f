// Pools of any number of axes: PyTorch's values, gradients, indices, and what they refuse.
import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import * as library from '../../src/index.js';
import {
  avgPool2d,
  lpPool1d,
  maxPool3d,
  scope,
  ShapeError,
  tensor,
  type Tensor,
} from '../../src/index.js';
import { planPool } from '../../src/ops/pool/geometry.js';
import { Random } from '../../src/random.js';
import { sizeOf } from '../../src/shape.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, leaf } from '../support/op.js';
import { pick } from '../support/random.js';
import * as reference from '../support/reference/pools.js';
import { floats } from '../support/tensors.js';

const CASES = golden('pools');
const NAMES = Object.keys(CASES) as (keyof typeof CASES)[];

/** @param indices of an op that undoes a pooling: its second operand */
function call(
  name: keyof typeof CASES,
  x: Tensor,
  args: readonly unknown[],
  indices?: readonly number[],
): Tensor {
  const op = library[name] as (...values: unknown[]) => Tensor;
  if (!name.startsWith('maxUnpool')) return op(x, ...args);
  return op(x, tensor(Int32Array.from(indices!), x.shape), ...args);
}

/** Different multiples of 1/8: a step of the gradient check moves no maximum. */
function distinct(shape: readonly number[], seed: number): Tensor {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => (i - sizeOf(shape) / 2) / 8);
  new Random(seed).shuffle(values);
  return leaf(values, shape);
}

describe.each(NAMES)('%s', (name) => {
  test.each(CASES[name])('agrees with PyTorch: $name', ({ inputs, output, args, indices }) => {
    expectGolden((x) => call(name, x!, args, indices), inputs, output);
    if (!indices || name.startsWith('maxUnpool')) return;
    scope(() => {
      const [kernel, options = {}] = args as [unknown, object?];
      const [{ data, shape }] = inputs as [(typeof inputs)[0]];
      const given = [kernel, { ...options, returnIndices: true }];
      const [y, places] = call(name, leaf(data, shape), given) as unknown as [Tensor, Tensor];
      expect([...y.data()]).toEqual(output.data);
      expect([...places.data()]).toEqual(indices);
      y.backward(floats(output.gradient, output.shape));
    });
  });

  test('gradient check', () => {
    for (const [i, { inputs, args, indices }] of CASES[name].entries()) {
      scope(() =>
        checkGradients((x) => call(name, x!, args, indices), [distinct(inputs[0]!.shape, i)]),
      );
    }
  });
});

test('gradient checks of random shapes', () => {
  const random = new Random(31);
  const pools = ['maxPool3d', 'avgPool3d', 'adaptiveAvgPool3d', 'adaptiveMaxPool3d'] as const;
  for (let done = 0; done < 64; done++) {
    const shape = [1, ...[1, 2, 3].map(() => 2 + random.integer(3)), 1 + random.integer(5)];
    const size = [1, 2, 3].map(() => 1 + random.integer(2));
    const name = pools[done % 4]!;
    const args =
      name.startsWith('a') && name !== 'avgPool3d'
        ? [size]
        : [size, { stride: pick(random, [1, size]) }];
    scope(() => checkGradients((x) => call(name, x!, args), [distinct(shape, done)]));
  }
});

test('two backward passes add up', () =>
  scope(() => {
    const x = distinct([1, 3, 4, 5, 2], 3);
    const y = maxPool3d(x, 2);
    const dy = floats(new Float32Array(y.size).fill(1), y.shape);
    y.backward(dy);
    const once = x.grad!.data();
    y.backward(dy);
    expect([...x.grad!.data()]).toEqual([...once].map((value) => 2 * value));
  }));

describe('errors are raised before anything is allocated', () => {
  const picture = () => floats(new Float32Array(144), [2, 6, 6, 2]);
  const volume = () => floats(new Float32Array(64), [1, 4, 4, 4, 1]);
  const options = (value: object) => value as never;

  test.each<[() => Tensor, (x: Tensor) => unknown, new (message: string) => Error, string]>([
    [
      picture,
      (x) => library.avgPool3d(x, 2),
      ShapeError,
      'avgPool3d: input: expected 5 axes, got 4 (shape [2,6,6,2])',
    ],
    [
      volume,
      (x) => library.maxPool3d(x, [2, 2]),
      TypeError,
      'maxPool3d: kernelSize: expected an integer or [depth, height, width], got [2, 2]',
    ],
    [
      volume,
      (x) => library.maxPool3d(x, [5, 1, 1]),
      ShapeError,
      'maxPool3d: depth: expected at least 5 for a kernel of 5 with dilation 1, got 4 and 0 of padding',
    ],
    [
      volume,
      (x) => library.maxPool3d(x, 2.5),
      RangeError,
      'maxPool3d: kernelSize: expected an integer of at least 1, got 2.5',
    ],
    [
      volume,
      (x) => library.avgPool3d(x, 2, { stride: 1.5 }),
      RangeError,
      'avgPool3d: stride: expected an integer of at least 1, got 1.5',
    ],
    [
      picture,
      (x) => avgPool2d(x, 2, { divisorOverride: 0 }),
      RangeError,
      'avgPool2d: divisorOverride: expected an integer of at least 1, got 0',
    ],
    [
      picture,
      (x) => avgPool2d(x, 2, options({ countIncludePad: 1 })),
      TypeError,
      'avgPool2d: countIncludePad: expected true or false, got 1',
    ],
    [
      picture,
      (x) => library.maxPool2d(x, 2, options({ returnIndices: 1 })),
      TypeError,
      'maxPool2d: returnIndices: expected true or false, got 1',
    ],
    [
      picture,
      (x) => library.adaptiveMaxPool2d(null as never, 2, { returnIndices: true }) ?? x,
      TypeError,
      'adaptiveMaxPool2d: input: expected a Tensor, got null',
    ],
    [
      picture,
      (x) => library.adaptiveAvgPool2d(x, 2.5),
      RangeError,
      'adaptiveAvgPool2d: outputSize: expected an integer of at least 1, got 2.5',
    ],
    [
      picture,
      (x) => library.adaptiveAvgPool2d(x, [0, 2]),
      RangeError,
      'adaptiveAvgPool2d: outputSize: expected an integer of at least 1, got 0',
    ],
    [
      picture,
      (x) => library.adaptiveMaxPool2d(x, [1, 2, 3]),
      TypeError,
      'adaptiveMaxPool2d: outputSize: expected an integer or [height, width], got [1, 2, 3]',
    ],
    [
      volume,
      (x) => library.adaptiveMaxPool3d(x, 2 ** 30),
      RangeError,
      "adaptiveMaxPool3d: outputSize: expected at most 2147483647 for its product with the input's size, got 1073741824 and 4",
    ],
    [
      () => floats([], [1, 0, 2]),
      (x) => library.globalMaxPool1d(x),
      ShapeError,
      'globalMaxPool1d: input: expected at least one pixel and one channel, got [1,0,2]',
    ],
    [
      picture,
      (x) => library.lpPool2d(x, 0.5, 2),
      RangeError,
      'lpPool2d: normType: expected a finite number of at least 1, got 0.5',
    ],
  ])('%#', (input, run, type, message) =>
    scope(() => {
      const x = input();
      expectError(() => run(x), type, message);
    }),
  );
});

test.each([1, 1.5, 2, 3, 7])('lpPool1d with p = %d agrees with the reference', (p) =>
  scope(() => {
    const x = distinct([1, 8, 1], 5);
    const windows = [0, 2, 4].map((first) => [first, first + 1, first + 2, first + 3]);
    const y = lpPool1d(x, p, 4, { stride: 2 });
    expectClose(y.data(), reference.lpPoolForward(x.data(), p, windows), {
      relative: 1e-6,
      label: 'y',
    });
    checkGradients((v) => lpPool1d(v!, p, 4, { stride: 2 }), [x]);
  }),
);

test('the norm of a window of zeros has no gradient; two backward passes add up', () =>
  scope(() => {
    const x = leaf([0, 0, 3, 4], [1, 4, 1]);
    const y = lpPool1d(x, 2, 2);
    expect([...y.data()]).toEqual([0, 5]);
    for (let i = 0; i < 2; i++) y.backward(floats([1, 5], [1, 2, 1]));
    expectClose(x.grad!.data(), [0, 0, 6, 8], { relative: 1e-6, label: 'dx' });
  }));

test('maxUnpool1d agrees with the reference, and undoes a pooling', () =>
  scope(() => {
    const x = distinct([1, 6, 1], 4);
    const [y, indices] = library.maxPool1d(x, 2, { returnIndices: true });
    const back = library.maxUnpool1d(y, indices, 2);
    expect([...back.data()]).toEqual(reference.maxUnpoolForward(y.data(), indices.data(), 6));
    expect([...library.maxPool1d(back, 2).data()]).toEqual(
      [...y.data()].map((v) => Math.max(v, 0)),
    );
    for (let i = 0; i < 2; i++) back.backward(floats([1, 2, 3, 4, 5, 6], [1, 6, 1]));
    expect(x.grad!.data().reduce((a, b) => a + b)).toBe(
      2 * indices.data().reduce((sum: number, i) => sum + i + 1, 0),
    );
  }));

test.each<[number[], number, object, new (message: string) => Error, string]>([
  [[2, 6, 6, 1], 0, {}, ShapeError, "indices: expected the input's shape [2,6,6,2], got [2,6,6,1]"],
  [
    [2, 6, 6, 2],
    144,
    {},
    RangeError,
    'indices: expected integers in [0, 144), got 144 at element 0 of shape [2,6,6,2]',
  ],
  [
    [2, 6, 6, 2],
    -1,
    {},
    RangeError,
    'indices: expected integers in [0, 144), got -1 at element 0 of shape [2,6,6,2]',
  ],
  [
    [2, 6, 6, 2],
    0,
    { outputSize: [12, 14] },
    RangeError,
    'outputSize: expected less than the stride 2 from 12, got 14',
  ],
  [[2, 6, 6, 2], 0, { padding: 6 }, ShapeError, 'output: expected at least one pixel, got [0,0]'],
])('maxUnpool2d of indices %j that begin with %d, %j: %s', (shape, first, options, type, message) =>
  scope(() => {
    const x = floats(new Float32Array(144), [2, 6, 6, 2]);
    const values = new Int32Array(sizeOf(shape));
    values[0] = first;
    const indices = tensor(values, shape);
    const run = () => library.maxUnpool2d(x, indices, 2, options);
    expectError(run, type, `maxUnpool2d: ${message}`);
  }),
);

test('sizes that divide are plain windows', () => {
  const plan = (shape: number[], outputSize: number) =>
    planPool({ name: 'test', axes: 1 }, { shape }, { outputSize }).geometry;
  expect(plan([1, 6, 1], 3)).toMatchObject({ kernelWidth: 2, strideWidth: 2 });
  expect(plan([1, 7, 1], 3)).toMatchObject({ kernelWidth: 0 });
});
