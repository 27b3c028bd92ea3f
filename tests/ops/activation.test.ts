// Convolutions and dense layers that end with an activation: the same numbers as the two ops one after the other.
import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { type Activation, activate } from '../../src/ops/activation.js';
import { conv1d } from '../../src/ops/conv/conv.js';
import { conv2d } from '../../src/ops/conv/conv.js';
import { linear } from '../../src/ops/linear.js';
import { Random } from '../../src/random.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { ACTIVATIONS } from '../support/fused.js';
import { expectError, expectNothingLeft } from '../support/memory.js';
import { leaf, randomLeaf } from '../support/op.js';
import { floats } from '../support/tensors.js';

interface Case {
  x: number[];
  w: number[];
  op: (x: Tensor, w: Tensor, b: Tensor | undefined, activation?: Activation) => Tensor;
}

const CASES: Record<string, Case> = {
  'conv2d by indirect GEMM': {
    x: [2, 7, 6, 3],
    w: [3, 2, 3, 9],
    op: (x, w, b, activation) => conv2d(x, w, b, { stride: [2, 1], padding: 1, activation }),
  },
  'grouped conv2d': {
    x: [2, 5, 6, 4],
    w: [3, 3, 2, 6],
    op: (x, w, b, activation) => conv2d(x, w, b, { groups: 2, activation }),
  },
  'conv2d by Winograd': {
    x: [1, 14, 15, 16],
    w: [3, 3, 16, 18],
    op: (x, w, b, activation) => conv2d(x, w, b, { padding: 1, activation }),
  },
  'depthwise conv2d': {
    x: [2, 6, 9, 7],
    w: [3, 3, 1, 7],
    op: (x, w, b, activation) => conv2d(x, w, b, { groups: 7, padding: 1, activation }),
  },
  conv1d: {
    x: [2, 9, 3],
    w: [3, 3, 5],
    op: (x, w, b, activation) => conv1d(x, w, b, { padding: 1, activation }),
  },
  linear: {
    x: [5, 3, 6],
    w: [6, 11],
    op: (x, w, b, activation) => linear(x, w, b, { activation }),
  },
};

const nameOf = (activation: Activation) => JSON.stringify(activation);

describe.each(Object.entries(CASES))('%s', (_, { x: xShape, w: wShape, op }) => {
  const inputs = (seed: number) => {
    const random = new Random(seed);
    return [xShape, wShape, [wShape.at(-1)!]].map((shape) => randomLeaf(random, shape)) as [
      Tensor,
      Tensor,
      Tensor,
    ];
  };

  describe.each(ACTIVATIONS.map((activation) => ({ name: nameOf(activation), activation })))(
    'and $name',
    ({ activation }) => {
      const together = (x: Tensor, w: Tensor, b?: Tensor) => op(x, w, b, activation);
      const apart = (x: Tensor, w: Tensor, b?: Tensor) => activate(op(x, w, b), activation);

      test.each([true, false])('has the bits of both ops, forward and backward; bias: %s', (bias) =>
        expectNothingLeft(() => {
          const run = (both: typeof together) =>
            scope(() => {
              const [x, w, b] = inputs(11);
              const y = both(x, w, bias ? b : undefined);
              const gradOutput = randomLeaf(new Random(12), y.shape);
              const gradValues = gradOutput.data();
              y.backward(gradOutput);
              expect(gradOutput.data(), "the caller's gradient stays").toEqual(gradValues);
              // With another op behind it the gradient is not the caller's.
              const z = activate(both(x, w, bias ? b : undefined), { kind: 'sigmoid' });
              z.backward(gradOutput);
              return [y, x.grad!, w.grad!, ...(bias ? [b.grad!] : [])].map((t) => t.data());
            });
          expect(run(together)).toEqual(run(apart));
        }),
      );

      test('has the bits of both ops for NaN, infinities and −0', () =>
        scope(() => {
          const [x, w] = inputs(13);
          const b = new Float32Array(wShape.at(-1)!);
          b.set([NaN, Infinity, -Infinity, -0, 1e-45]);
          w.assign(w.data().map((value) => value * 1e-38));
          const bias = floats(b);
          expect(together(x, w, bias).data()).toEqual(apart(x, w, bias).data());
          x.assign(x.data().fill(0));
          w.assign(w.data().fill(-0));
          expect(together(x, w, bias).data()).toEqual(apart(x, w, bias).data());
        }));
    },
  );
});

test.each(ACTIVATIONS.map((activation) => ({ name: nameOf(activation), activation })))(
  'gradient check of $name',
  ({ activation }) =>
    scope(() => {
      // No sum is near a kink.
      const x = [0.5, -1.2, 2, 0.25, -0.5, 3.5, -4, 1.5];
      const [w, b] = [leaf([1, 0.1, -0.1, 1], [2, 2]), leaf([0.2, -0.1], [2])];
      checkGradients((...[v, m, c]) => linear(v!, m!, c, { activation }), [leaf(x, [4, 2]), w, b]);
    }),
);

const kinds =
  'relu, clip, hardtanh, leakyRelu, sigmoid, silu, hardSwish, tanh, elu, gelu, softplus';

test.each([
  ['cosh', { kind: 'cosh' }, '"cosh"'],
  ['null', null, 'undefined'],
  ['a name', 'relu', 'undefined'],
])('an unknown activation is refused: %s', (_, activation, got) => {
  scope(() => {
    const [x, w] = [leaf([1, 2], [1, 2]), leaf([1, 2], [2, 1])];
    const [picture, filter] = [leaf([1, 2], [1, 1, 1, 2]), leaf([1, 2], [1, 1, 2, 1])];
    expectError(
      () => linear(x, w, undefined, { activation: activation as never }),
      TypeError,
      `linear: activation: expected a kind of ${kinds}, got ${got}`,
    );
    expectError(
      () => conv2d(picture, filter, undefined, { activation: activation as never }),
      TypeError,
      `conv2d: activation: expected a kind of ${kinds}, got ${got}`,
    );
  });
});

test.each<[Activation, string]>([
  [{ kind: 'clip', min: 1, max: 0 }, 'max: expected a number of at least 1, got 0'],
  [{ kind: 'leakyRelu', slope: NaN }, 'slope: expected a finite number, got NaN'],
])('the numbers of an activation are checked: %o', (activation, message) => {
  scope(() => {
    const [x, w] = [leaf([1, 2], [1, 2]), leaf([1, 2], [2, 1])];
    expectError(
      () => linear(x, w, undefined, { activation }),
      RangeError,
      `linear: activation: ${message}`,
    );
  });
});

test.each([
  [{ kind: 'relu' }, 'linear'],
  [{ kind: 'leakyRelu', slope: 0 }, 'linear'],
  [{ kind: 'leakyRelu', slope: -1 }, 'leakyRelu'],
  [{ kind: 'silu' }, 'silu'],
  [{ kind: 'hardSwish' }, 'hardSwish'],
] as const)('%o: the last op on the tape is %s', (activation, op) => {
  scope(() => {
    const y = linear(leaf([1, 2], [1, 2]), leaf([1, 2], [2, 1]), undefined, { activation });
    expect((y.node as unknown as { op: string }).op).toBe(op);
  });
});
