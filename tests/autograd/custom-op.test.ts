import { describe, expect, test } from 'vitest';
import {
  checkGradients,
  customOp,
  type CustomOp,
  exp,
  mul,
  noGrad,
  ones,
  scope,
  ShapeError,
  sum,
  tensor,
  Tensor,
} from '../../src/index.js';
import { expectError, expectNothingLeft } from '../support/memory.js';

const leaf = (...values: number[]) => tensor(values, undefined, { requiresGrad: true });

/** x² y, with what the gradient needs of both. */
const squareTimes = customOp({
  name: 'squareTimes',
  forward(x: Tensor, y: Tensor) {
    const square = mul(x, x);
    return [mul(square, y), square];
  },
  backward(gradOutput, { inputs: [x, y], saved: [square] }) {
    return [mul(mul(gradOutput, mul(x, y)), 2), mul(gradOutput, square!)];
  },
});

/** The sign, through which gradients pass. */
const signThrough = customOp({
  name: 'signThrough',
  forward: (x: Tensor) =>
    Tensor.computed(x.shape, (y) => y.view().set(x.data().map((value) => Math.sign(value)))),
  backward: (gradOutput) => gradOutput,
});

describe('an op of one’s own', () => {
  test('has the gradient that it gives', () =>
    expectNothingLeft(() =>
      scope(() => {
        checkGradients((x, y) => sum(squareTimes(exp(x), y)), [leaf(0.5, -1, 2), leaf(3, 1, -2)]);
        checkGradients((x) => sum(squareTimes(x, x)), [leaf(0.5, -1, 2)]);
        const x = leaf(-3, 4, 0);
        const y = signThrough(x);
        expect(y.data()).toEqual(Float32Array.of(-1, 1, 0));
        sum(mul(y, tensor([1, 2, 3]))).backward();
        expect(x.grad!.data()).toEqual(Float32Array.of(1, 2, 3));
        sum(y).backward();
        expect(x.grad!.data()).toEqual(Float32Array.of(2, 3, 4));
      }),
    ));

  test('leaves nothing outside a scope, and is not recorded where no gradient is asked for', () =>
    expectNothingLeft(() => {
      const [x, y] = [leaf(1, 2), leaf(3, 4)];
      const recorded = squareTimes(x, y);
      const gradOutput = ones([2]);
      recorded.backward(gradOutput);
      const free = noGrad(() => squareTimes(x, y));
      expect(free.requiresGrad).toBe(false);
      for (const made of [gradOutput, recorded, free, x, y, x.grad!, y.grad!]) made.dispose();
    }));

  test('may leave a gradient out: it is zero', () =>
    scope(() => {
      const [x, y] = [leaf(1, 2), leaf(3, 4)];
      const first = customOp({
        name: 'first',
        forward: (a: Tensor, _b: Tensor) => mul(a, 1),
        backward: (gradOutput) => [gradOutput, undefined],
      });
      sum(first(x, y)).backward();
      expect([x.grad!.data(), y.grad!.data()]).toEqual([
        Float32Array.of(1, 1),
        Float32Array.of(0, 0),
      ]);
    }));
});

describe('what is wrong is named', () => {
  const make = (change: object) =>
    customOp({
      name: 'cube',
      forward: (x: Tensor) => mul(x, mul(x, x)),
      backward: (gradOutput: Tensor) => [gradOutput],
      ...change,
    } as CustomOp);
  const run = (change: object) => () => scope(() => sum(make(change)(leaf(1, 2))).backward());
  const refused = new Error('no such x');
  const refuse = () => {
    throw refused;
  };

  test.each<[string, () => unknown, new (message: string) => Error, string]>([
    ['a name', () => make({ name: 3 }), TypeError, 'customOp: name: expected a string, got 3'],
    [
      'no op',
      () => customOp(undefined as never),
      TypeError,
      'customOp: op: expected an object with forward(), got undefined',
    ],
    [
      'no tensor',
      () => make({})(1 as never),
      TypeError,
      'cube: inputs[0]: expected a Tensor, got 1',
    ],
    ['no output', run({ forward: () => 1 }), TypeError, 'cube: forward: expected a Tensor, got 1'],
    [
      'its input as output',
      run({ forward: (x: Tensor) => x }),
      TypeError,
      'cube: forward: expected a new tensor, got a Tensor',
    ],
    [
      'too many gradients',
      run({ backward: (dy: Tensor) => [dy, dy] }),
      TypeError,
      'cube: backward: expected gradients of 1 inputs, got [a Tensor, a Tensor]',
    ],
    [
      'a gradient of another shape',
      run({ backward: (dy: Tensor) => sum(dy) }),
      ShapeError,
      'cube: backward: gradient 0: expected shape [2], got []',
    ],
    [
      'a gradient that is no tensor',
      run({ backward: () => [2] }),
      TypeError,
      'cube: backward: gradient 0: expected a Tensor, got 2',
    ],
  ])('%s', (_what, call, kind, message) => {
    expectNothingLeft(() => expectError(call, kind as never, message));
  });

  test.each([{ forward: refuse }, { backward: refuse }])(
    'what is thrown in %j passes',
    (change) => {
      expectNothingLeft(() => expect(run(change)).toThrow(refused));
    },
  );
});
