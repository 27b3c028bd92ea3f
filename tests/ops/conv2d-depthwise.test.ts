import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { tensor } from '../../src/creation.js';
import { conv2d } from '../../src/ops/conv/conv.js';
import { chooseConv2d } from '../../src/ops/conv/choose.js';
import { depthwise } from '../../src/ops/conv/depthwise.js';
import { conv2dGeometry } from '../../src/ops/conv/geometry.js';
import type { Conv2dOptions } from '../../src/ops/conv/options.js';
import { indirectConv2d } from '../../src/ops/conv/indirect.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { expectNothingLeft } from '../support/memory.js';
import { leaf, randomLeaf } from '../support/op.js';
import * as reference from '../support/reference/conv2d.js';

function geometry(x: number[], w: number[], options: Conv2dOptions) {
  return conv2dGeometry('test', x, w, options);
}

describe('chosen', () => {
  const ALL = { forward: depthwise, gradInput: depthwise, gradWeight: depthwise };

  test.each<{ name: string; x: number[]; w: number[]; options: Conv2dOptions }>([
    { name: '3x3', x: [1, 56, 56, 128], w: [3, 3, 1, 128], options: { padding: 1, groups: 128 } },
    { name: 'strided', x: [8, 28, 28, 6], w: [5, 5, 1, 6], options: { stride: 2, groups: 6 } },
    { name: 'dilated', x: [1, 9, 9, 7], w: [1, 7, 1, 7], options: { dilation: [3, 1], groups: 7 } },
  ])('for one filter per channel: $name', ({ x, w, options }) => {
    expect(chooseConv2d(geometry(x, w, options), 'fast')).toEqual(ALL);
    expect(chooseConv2d(geometry(x, w, options), 'exact')).toEqual(ALL);
  });

  test.each<{ name: string; x: number[]; w: number[]; groups: number }>([
    { name: 'two filters per channel', x: [1, 9, 9, 4], w: [3, 3, 1, 8], groups: 4 },
    { name: 'groups of several channels', x: [1, 9, 9, 8], w: [3, 3, 2, 8], groups: 4 },
    { name: 'one channel', x: [1, 9, 9, 1], w: [3, 3, 1, 1], groups: 1 },
    { name: 'one group', x: [1, 9, 9, 8], w: [3, 3, 8, 8], groups: 1 },
  ])('not for $name', ({ x, w, groups }) => {
    const choice = Object.values(chooseConv2d(geometry(x, w, { groups }), 'fast'));
    expect(choice).not.toContain(depthwise);
  });
});

describe('gradients', () => {
  test.each<{ x: number[]; w: number[]; options: Conv2dOptions }>([
    { x: [2, 4, 7, 3], w: [3, 3, 1, 3], options: { padding: 1 } },
    { x: [1, 5, 9, 5], w: [5, 5, 1, 5], options: { padding: 2 } },
    { x: [1, 7, 6, 6], w: [3, 3, 1, 6], options: { padding: 'same', stride: 2 } },
    { x: [1, 6, 7, 4], w: [2, 3, 1, 4], options: { padding: [0, 1, 2, 3], dilation: [2, 1] } },
    { x: [1, 5, 4, 3], w: [3, 3, 1, 6], options: { padding: 1 } },
  ])('of $x with $w, $options, are those of central differences', ({ x, w, options }) => {
    const random = new Random(11);
    const groups = x[3]!;
    scope(() => {
      const inputs = [x, w, [w[3]!]].map((shape) => randomLeaf(random, shape));
      checkGradients(
        (input, weight, bias) => conv2d(input!, weight!, bias, { ...options, groups }),
        inputs,
      );
    });
  });

  test('are summed where a tensor is used twice', () =>
    scope(() => {
      const [x, w] = [leaf([2, 3], [1, 1, 1, 2]), leaf([5, 7], [1, 1, 1, 2])];
      conv2d(conv2d(x, w, undefined, { groups: 2 }), w, undefined, { groups: 2 }).backward(
        tensor([1, 1], [1, 1, 1, 2]),
      );
      expect([...x.grad!.data()]).toEqual([25, 49]);
      expect([...w.grad!.data()]).toEqual([20, 42]);
    }));
});

test.each([1, 2])(
  'multiplier %d: values and gradients are those of the reference',
  (multiplier) => {
    const seed = 31;
    const random = new Random(seed);
    const [channels, groups] = [10, 10];
    const g = geometry([2, 8, 9, channels], [3, 3, 1, multiplier * channels], {
      padding: 1,
      groups,
    });
    scope(() => {
      const x = randomLeaf(random, [2, 8, 9, channels]);
      const w = randomLeaf(random, [3, 3, 1, multiplier * channels]);
      const dy = randomLeaf(random, [2, 8, 9, multiplier * channels]);
      const y = conv2d(x, w, undefined, { padding: 1, groups });
      y.backward(dy);
      const [vx, vw, vdy] = [x.data(), w.data(), dy.data()];
      const label = `seed ${seed}`;
      const expected = [
        [y, reference.conv2dForward(vx, vw, null, g)],
        [x.grad!, reference.conv2dGradInput(vdy, vw, g)],
        [w.grad!, reference.conv2dGradWeight(vx, vdy, g)],
      ] as const;
      for (const [actual, values] of expected) {
        expectClose(actual.data(), values, { relative: 2e-6, label });
      }
    });
  },
);

test('weights are packed again after they have changed', () =>
  scope(() => {
    const [x, w] = [leaf([1, 2], [1, 1, 1, 2]), leaf([3, 4], [1, 1, 1, 2])];
    const product = () => [...conv2d(x, w, undefined, { groups: 2 }).data()];
    expect(product()).toEqual([3, 8]);
    w.assign([5, 6]);
    expect(product()).toEqual([5, 12]);
  }));

test('agrees with the indirect algorithm, and lends back what it borrows', () =>
  scope(() => {
    const random = new Random(3);
    const g = geometry([1, 6, 11, 8], [3, 3, 1, 8], { padding: 1, groups: 8 });
    const [x, w] = [randomLeaf(random, [1, 6, 11, 8]), randomLeaf(random, [3, 3, 1, 8])];
    const [dw, expected] = [randomLeaf(random, [3, 3, 1, 8]), randomLeaf(random, [3, 3, 1, 8])];
    expectNothingLeft(() => {
      depthwise.gradWeight(dw, x, x, g, false);
      indirectConv2d.gradWeight(expected, x, x, g, false);
    });
    expectClose(dw.data(), expected.data() as Float32Array, { relative: 2e-6, label: 'dw' });
    const y = randomLeaf(random, [1, 6, 11, 8]);
    const before = runtime().heap.blocksInUse;
    depthwise.forward(y, x, w, g, {});
    expect(runtime().heap.blocksInUse - before, 'the packed weights').toBe(1);
  }));
