import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { full, ones, tensor, zeros } from '../../src/creation.js';
import { OutOfMemoryError, ShapeError } from '../../src/errors.js';
import { conv2d } from '../../src/ops/conv/conv.js';
import type { Conv2dOptions } from '../../src/ops/conv/options.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { golden } from '../support/golden.js';
import { expectNothingLeft } from '../support/memory.js';
import { expectGolden, randomLeaf } from '../support/op.js';

describe('what PyTorch computes', () => {
  test.each(golden('conv2d').conv2d)('$name', (c) => {
    const { stride, padding, dilation, groups } = c;
    const inputs = [
      { name: 'x', shape: c.xShape, data: c.x, gradient: c.dx },
      { name: 'w', shape: c.wShape, data: c.w, gradient: c.dw },
      ...(c.b ? [{ name: 'b', shape: [c.b.length], data: c.b, gradient: c.db! }] : []),
    ];
    const output = { shape: c.yShape, data: c.y, gradient: c.dy };
    const options = { stride, padding, dilation, groups };
    expectGolden((x, w, b) => conv2d(x!, w!, b, options), inputs, output);
    if (!c.same) return;
    expectGolden((x, w, b) => conv2d(x!, w!, b, { ...options, padding: 'same' }), inputs, output);
  });
});

describe('gradients', () => {
  test.each<{ x: number[]; w: number[]; options: Conv2dOptions }>([
    { x: [2, 3, 4, 5], w: [2, 3, 5, 3], options: { padding: [1, 0, 2, 1] } },
    { x: [1, 5, 4, 6], w: [3, 2, 3, 4], options: { groups: 2, stride: [2, 1], dilation: [1, 2] } },
    { x: [1, 4, 5, 3], w: [2, 2, 1, 9], options: { groups: 3, padding: 'same', stride: 3 } },
  ])('of $x with $w, $options, are those of central differences', ({ x, w, options }) => {
    const random = new Random(11);
    scope(() => {
      const inputs = [x, w, [w[3]!]].map((shape) => randomLeaf(random, shape));
      checkGradients((input, weight, bias) => conv2d(input!, weight!, bias, options), inputs);
    });
  });

  test('of a tensor that is input and weight at once are summed', () =>
    scope(() => {
      const t = randomLeaf(new Random(12), [1, 1, 1, 1]);
      conv2d(t, t).backward();
      expect(t.grad!.item()).toBe(2 * t.item());
    }));

  test('of an empty batch are zeros', () =>
    scope(() => {
      const [x, w, b] = [[0, 5, 4, 2], [3, 3, 2, 3], [3]].map((shape) =>
        randomLeaf(new Random(13), shape),
      ) as [Tensor, Tensor, Tensor];
      const y = conv2d(x, w, b, { padding: 1 });
      expect(y.shape).toEqual([0, 5, 4, 3]);
      y.backward(zeros(y.shape));
      expect(x.grad!.shape).toEqual(x.shape);
      expect([...w.grad!.data(), ...b.grad!.data()]).toEqual(new Array(3 * 3 * 2 * 3 + 3).fill(0));
    }));

  test('of an image without pixels, where padding is all there is', () =>
    scope(() => {
      const [x, w, b] = [randomLeaf(new Random(1), [1, 0, 2, 1]), zeros([2, 2, 1, 1]), tensor([3])];
      w.requiresGrad = true;
      const y = conv2d(x, w, b, { padding: 1 });
      expect(y.toArray()).toEqual([[[[3], [3], [3]]]]);
      y.backward(ones(y.shape));
      expect([...w.grad!.data()]).toEqual([0, 0, 0, 0]);
    }));
});

describe('output shape', () => {
  test.each<[x: number[], w: number[], options: Conv2dOptions, y: number[]]>([
    [[2, 5, 7, 1], [3, 3, 1, 4], {}, [2, 3, 5, 4]],
    [[1, 5, 7, 1], [3, 3, 1, 1], { padding: 'valid' }, [1, 3, 5, 1]],
    [[1, 5, 7, 1], [3, 3, 1, 1], { padding: 'same' }, [1, 5, 7, 1]],
    [[1, 5, 7, 1], [2, 4, 1, 1], { padding: 'same' }, [1, 5, 7, 1]],
    [[1, 5, 7, 1], [3, 3, 1, 1], { padding: 'same', stride: 2 }, [1, 3, 4, 1]],
    [[1, 5, 7, 1], [2, 2, 1, 1], { padding: 'same', stride: 3 }, [1, 2, 3, 1]],
    [[1, 5, 7, 1], [3, 3, 1, 1], { padding: 'same', dilation: 4 }, [1, 5, 7, 1]],
    [[1, 5, 7, 1], [3, 3, 1, 1], { padding: 2 }, [1, 7, 9, 1]],
    [[1, 5, 7, 1], [3, 3, 1, 1], { padding: [2] }, [1, 7, 9, 1]],
    [[1, 5, 7, 1], [3, 3, 1, 1], { padding: [1, 0] }, [1, 5, 5, 1]],
    [[1, 5, 7, 1], [3, 3, 1, 1], { padding: [1, 2, 3, 4] }, [1, 7, 11, 1]],
    [[1, 5, 7, 1], [3, 3, 1, 1], { stride: [2, 3] }, [1, 2, 2, 1]],
    [[1, 5, 7, 1], [3, 3, 1, 1], { dilation: [2, 3] }, [1, 1, 1, 1]],
    [[1, 5, 7, 6], [1, 1, 2, 9], { groups: 3 }, [1, 5, 7, 9]],
    [[1, 5, 7, 4], [3, 3, 1, 8], { groups: 4 }, [1, 3, 5, 8]],
    [[0, 5, 7, 1], [3, 3, 1, 1], {}, [0, 3, 5, 1]],
  ])('of %j with %j and %j is %j', (x, w, options, expected) =>
    scope(() => expect(conv2d(ones(x), ones(w), undefined, options).shape).toEqual(expected)),
  );

  test("'same' puts the odd zero below and to the right", () =>
    scope(() => {
      const y = conv2d(ones([1, 3, 3, 1]), ones([2, 2, 1, 1]), undefined, { padding: 'same' });
      expect([...y.data()]).toEqual([4, 4, 2, 4, 4, 2, 2, 2, 1]);
    }));
});

describe('numbers that are not finite', () => {
  test('stay in their receptive fields, forward and backward', () =>
    scope(() => {
      const x = randomLeaf(new Random(5), [1, 1, 5, 1]);
      x.assign([NaN, 1, 1, 1, Infinity]);
      const w = randomLeaf(new Random(5), [1, 2, 1, 1]);
      w.assign([1, 2]);
      const y = conv2d(x, w);
      expect([...y.data()]).toEqual([NaN, 3, 3, Infinity]);
      y.backward(tensor([1, NaN, 1, 1], [1, 1, 4, 1]));
      expect([...x.grad!.data()]).toEqual([1, NaN, NaN, 3, 2]);
    }));
});

describe('gigantic options', () => {
  const BIG = 1_000_000_000;
  const MAX = 2 ** 31 - 1;

  test.each<[string, number[], number[], Conv2dOptions]>([
    ['stride', [1, 3, 3, 1], [1, 1, 1, 1], { stride: BIG }],
    ['stride', [1, 3, 3, 1], [2, 2, 1, 1], { stride: MAX, padding: 1 }],
    ['dilation of a kernel of 1', [1, 3, 3, 1], [1, 1, 1, 1], { dilation: MAX }],
    ['dilation along the axis of size 1', [1, 3, 3, 1], [1, 2, 1, 1], { dilation: [MAX, 1] }],
  ])('%s: %j with %j, %j, is the first window only', (_, xShape, wShape, options) =>
    scope(() => {
      const [x, w] = [randomLeaf(new Random(1), xShape), randomLeaf(new Random(2), wShape)];
      const small = { ...options, ...('stride' in options ? { stride: 50 } : { dilation: 1 }) };
      const [y, expected] = [conv2d(x, w, undefined, options), conv2d(x, w, undefined, small)];
      expect(y.toArray()).toEqual(expected.toArray());
      const gradients = [y, expected].map((result) => {
        result.backward(ones(result.shape));
        const found = [x.grad!.toArray(), w.grad!.toArray()];
        for (const t of [x, w]) t.grad = undefined;
        return found;
      });
      expect(gradients[0]).toEqual(gradients[1]);
    }),
  );

  test('padding and stride of 10^9 along the height: zeros around one pixel', () =>
    scope(() => {
      const [x, w] = [
        randomLeaf(new Random(3), [1, 1, 1, 1]),
        randomLeaf(new Random(4), [1, 1, 1, 1]),
      ];
      const options = { padding: [BIG, 0], stride: [BIG, 1] };
      const y = conv2d(x, w, undefined, options);
      expect([...y.data()]).toEqual([0, x.item() * w.item(), 0]);
      y.backward(tensor([5, 7, 9], y.shape));
      expect(x.grad!.item()).toBe(7 * w.item());
      expect(w.grad!.item()).toBe(7 * x.item());
    }));

  test.each<[string, Conv2dOptions]>([
    ['padding and stride, both axes', { padding: BIG, stride: BIG }],
    ['padding and dilation', { padding: BIG, dilation: BIG, stride: BIG }],
    ['padding along the width', { padding: [0, BIG], stride: [1, BIG] }],
    ['dilation along the height', { padding: [BIG, 0], dilation: [BIG, 1], stride: BIG }],
    ['dilation along the width', { padding: [0, BIG], dilation: [1, BIG], stride: BIG }],
  ])('%s: an error or a finite result, and nothing is damaged or left', (_, options) =>
    scope(() => {
      const [x, canary] = [ones([1, 2, 2, 1]), full([1000], 7)];
      expectNothingLeft(() => {
        const w = ones([2, 2, 1, 1]);
        try {
          const y = conv2d(x, w, undefined, options);
          expect(y.data().every((value) => value >= 0 && value <= 4)).toBe(true);
          y.dispose();
        } catch (error) {
          expect([OutOfMemoryError, ShapeError]).toContain((error as Error).constructor);
        }
        w.dispose();
      });
      runtime().heap.check();
      expect(canary.data().every((value) => value === 7)).toBe(true);
      expect(x.data().every((value) => value === 1)).toBe(true);
    }),
  );
});
