import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { chooseConv2d } from '../../src/ops/conv/choose.js';
import { conv2d } from '../../src/ops/conv/conv.js';
import { conv2dGeometry } from '../../src/ops/conv/geometry.js';
import type { Conv2dOptions } from '../../src/ops/conv/options.js';
import { depthwise } from '../../src/ops/conv/depthwise.js';
import { indirectConv2d } from '../../src/ops/conv/indirect.js';
import { winograd } from '../../src/ops/conv/winograd.js';
import { F23, F43, F45 } from '../../src/ops/conv/winograd-filter.js';
import { Random } from '../../src/random.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { ACCURACY_CASES, adapted, relativeErrors } from '../support/accuracy.js';
import { expectClose } from '../support/compare.js';
import { randomLeaf } from '../support/op.js';
import * as reference from '../support/reference/conv2d.js';

const ALGORITHMS = {
  indirect: indirectConv2d,
  F23: winograd(F23),
  F43: winograd(F43),
  F45: winograd(F45),
};
type Name = keyof typeof ALGORITHMS;

function chosen(
  x: number[],
  w: number[],
  options: Conv2dOptions,
  precision: 'fast' | 'exact',
): Record<'forward' | 'gradInput' | 'gradWeight', string> {
  const choice = chooseConv2d(conv2dGeometry('test', x, w, options), precision);
  const nameOf = (pass: 'forward' | 'gradInput' | 'gradWeight') =>
    (Object.keys(ALGORITHMS) as Name[]).find((name) => ALGORITHMS[name] === choice[pass]) ??
    'another';
  return {
    forward: nameOf('forward'),
    gradInput: nameOf('gradInput'),
    gradWeight: nameOf('gradWeight'),
  };
}

describe('the choice', () => {
  test.each<{ x: number[]; w: number[]; padding?: number; fast: Name; exact: Name }>([
    { x: [1, 56, 56, 64], w: [3, 3, 64, 64], padding: 1, fast: 'F43', exact: 'F23' },
    { x: [1, 14, 14, 256], w: [3, 3, 256, 256], padding: 1, fast: 'F43', exact: 'F23' },
    { x: [1, 7, 7, 512], w: [3, 3, 512, 512], padding: 1, fast: 'F43', exact: 'F23' },
    { x: [8, 7, 7, 512], w: [3, 3, 512, 512], padding: 1, fast: 'F43', exact: 'F23' },
    { x: [32, 16, 16, 32], w: [3, 3, 32, 64], padding: 1, fast: 'F43', exact: 'F23' },
    { x: [32, 14, 14, 16], w: [3, 3, 16, 16], padding: 1, fast: 'F43', exact: 'indirect' },
    { x: [32, 6, 6, 64], w: [3, 3, 64, 64], padding: 1, fast: 'F23', exact: 'F23' },
    { x: [64, 2, 2, 64], w: [3, 3, 64, 64], padding: 1, fast: 'F23', exact: 'F23' },
    { x: [1, 4, 4, 64], w: [3, 3, 64, 64], padding: 1, fast: 'F23', exact: 'F23' },
    { x: [1, 3, 3, 64], w: [3, 3, 64, 64], padding: 1, fast: 'indirect', exact: 'indirect' },
    { x: [32, 32, 32, 3], w: [3, 3, 3, 32], padding: 1, fast: 'indirect', exact: 'indirect' },
    { x: [32, 14, 14, 8], w: [3, 3, 8, 8], padding: 1, fast: 'indirect', exact: 'indirect' },
    { x: [1, 14, 14, 8], w: [5, 5, 8, 16], padding: 2, fast: 'F45', exact: 'indirect' },
    { x: [32, 14, 14, 16], w: [5, 5, 16, 32], padding: 2, fast: 'F45', exact: 'indirect' },
    { x: [8, 28, 28, 32], w: [5, 5, 32, 64], padding: 2, fast: 'F45', exact: 'indirect' },
    { x: [32, 28, 28, 1], w: [5, 5, 1, 8], padding: 2, fast: 'indirect', exact: 'indirect' },
    { x: [1, 2, 2, 64], w: [5, 5, 64, 64], padding: 2, fast: 'indirect', exact: 'indirect' },
    { x: [1, 34, 34, 4096], w: [3, 3, 4096, 4096], fast: 'indirect', exact: 'indirect' },
  ])('for $x and $w is $fast, or exact $exact', ({ x, w, padding = 0, fast, exact }) => {
    expect(chosen(x, w, { padding }, 'fast').forward).toBe(fast);
    expect(chosen(x, w, { padding }, 'exact').forward).toBe(exact);
  });

  test('is made for each pass by itself', () => {
    const [x, w] = [
      [4, 10, 10, 64],
      [3, 3, 64, 64],
    ];
    const passes = { forward: 'F43', gradInput: 'F43', gradWeight: 'F43' };
    expect(chosen(x, w, { padding: 1 }, 'fast')).toEqual(passes);
    // y is 6 x 6, which tiles of 2 fit as well; dx is 4 x 4.
    const small = { forward: 'F23', gradInput: 'F43', gradWeight: 'F23' };
    expect(chosen([32, 4, 4, 64], w, { padding: 2 }, 'fast')).toEqual(small);
  });

  test.each<[string, number[], Conv2dOptions]>([
    ['strides', [3, 3, 64, 64], { stride: 2 }],
    ['a stride along one axis', [3, 3, 64, 64], { stride: [1, 2] }],
    ['dilation', [3, 3, 64, 64], { dilation: [2, 1] }],
    ['groups', [3, 3, 32, 64], { groups: 2 }],
    ['wider kernels', [3, 5, 64, 64], {}],
    ['higher kernels', [1, 3, 64, 64], {}],
  ])('for %s is the indirect GEMM', (_, w, options) => {
    const passes = { forward: 'indirect', gradInput: 'indirect', gradWeight: 'indirect' };
    expect(chosen([8, 28, 28, 64], w, options, 'fast')).toEqual(passes);
  });
});

describe('conv2d with the choice', () => {
  test.each<{ name: Name; x: number[]; w: number[]; padding: number }>([
    { name: 'F43', x: [2, 16, 13, 19], w: [3, 3, 19, 22], padding: 1 },
    { name: 'F23', x: [6, 6, 6, 34], w: [3, 3, 34, 33], padding: 1 },
    { name: 'F45', x: [2, 15, 13, 19], w: [5, 5, 19, 22], padding: 2 },
  ])('of $name has the result and the gradients of the reference', ({ name, x, w, padding }) => {
    const passes = { forward: name, gradInput: name, gradWeight: name };
    expect(chosen(x, w, { padding }, 'fast')).toEqual(passes);
    const g = conv2dGeometry('test', x, w, { padding });
    scope(() => {
      const random = new Random(21);
      const [tx, tw, tb, tdy] = [
        x,
        w,
        [g.outChannels],
        [g.batch, g.outHeight, g.outWidth, g.outChannels],
      ].map((shape) => randomLeaf(random, shape)) as [Tensor, Tensor, Tensor, Tensor];
      const [vx, vw, vb, vdy] = [tx.data(), tw.data(), tb.data(), tdy.data()];
      const y = conv2d(tx, tw, tb, { padding });
      const close = (actual: Tensor, expected: Float64Array, label: string) =>
        expectClose(actual.data(), expected, { relative: 1e-5, label });
      close(y, reference.conv2dForward(vx, vw, vb, g), 'y');
      y.backward(tdy);
      close(tx.grad!, reference.conv2dGradInput(vdy, vw, g), 'dx');
      close(tw.grad!, reference.conv2dGradWeight(vx, vdy, g), 'dw');
      close(tb.grad!, reference.conv2dGradBias(vdy, g), 'db');
    });
  });

  test.each<{ name: Name; x: number[]; w: number[]; padding: number }>([
    { name: 'F43', x: [6, 4, 4, 12], w: [3, 3, 12, 24], padding: 1 },
    { name: 'F45', x: [2, 4, 4, 9], w: [5, 5, 9, 12], padding: 2 },
  ])('of $name has the gradients of central differences', ({ name, x, w, padding }) => {
    expect(chosen(x, w, { padding }, 'fast').forward).toBe(name);
    scope(() => {
      const random = new Random(22);
      const inputs = [x, w, [w[3]!]].map((shape) => randomLeaf(random, shape));
      checkGradients((input, weight, b) => conv2d(input!, weight!, b, { padding }), inputs);
    });
  });

  test('sees a weight that was changed in place', () =>
    scope(() => {
      const [x, w] = [
        randomLeaf(new Random(23), [2, 8, 8, 16]),
        randomLeaf(new Random(24), [3, 3, 16, 16]),
      ];
      expect(chosen([...x.shape], [...w.shape], { padding: 1 }, 'fast').forward).toBe('F43');
      const run = () => {
        const y = conv2d(x, w, undefined, { padding: 1 });
        y.backward(y);
        const gradient = x.grad!.data();
        x.grad = undefined;
        return { y: y.data(), gradient };
      };
      const before = run();
      w.assign(w.data().map((value) => 2 * value));
      const after = run();
      expect(after.y).toEqual(before.y.map((value) => 2 * value));
      expect(after.gradient).toEqual(before.gradient.map((value) => 4 * value));
    }));
});

describe('rounding errors are within the bounds of docs/accuracy.md', () => {
  const bounds = { indirect: 5e-6, F23: 2e-6, F43: 6e-6, F45: 3e-5, depthwise: 2e-6 };
  const algorithms = { ...ALGORITHMS, depthwise };
  test.each(ACCURACY_CASES)('$name', (accuracyCase) => {
    for (const name of Object.keys(bounds) as (keyof typeof bounds)[]) {
      const algorithm = algorithms[name];
      const errors = Object.entries(relativeErrors(adapted(accuracyCase, algorithm), algorithm, 5));
      for (const [of, error] of errors) {
        // Sums of float32 that came out exact would mean that nothing was measured.
        expect(error, `${of}, ${name}`).toBeGreaterThan(1e-8);
        expect(error, `${of}, ${name}`).toBeLessThanOrEqual(bounds[name]);
      }
    }
  });
});
