import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { ones, tensor, zeros } from '../../src/creation.js';
import { ShapeError } from '../../src/errors.js';
import { convTranspose1d } from '../../src/ops/conv/conv-transpose.js';
import { conv1d, conv2d } from '../../src/ops/conv/conv.js';
import type { Conv1dOptions } from '../../src/ops/conv/options.js';
import { maxPool1d } from '../../src/ops/pool/max-pool.js';
import { conv2dGeometry } from '../../src/ops/conv/geometry.js';
import { planConv2dGradInput } from '../../src/ops/conv/plan.js';
import { Conv1d } from '../../src/layers/conv.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, randomLeaf } from '../support/op.js';
import * as reference from '../support/reference/conv2d.js';

describe('what PyTorch computes', () => {
  test.each(golden('conv1d').conv1d)('$name', (c) => {
    const { stride, padding, dilation, groups } = c;
    const inputs = [
      { name: 'x', shape: c.xShape, data: c.x, gradient: c.dx },
      { name: 'w', shape: c.wShape, data: c.w, gradient: c.dw },
      ...(c.b ? [{ name: 'b', shape: [c.b.length], data: c.b, gradient: c.db! }] : []),
    ];
    const output = { shape: c.yShape, data: c.y, gradient: c.dy };
    const options = { stride, padding, dilation, groups };
    expectGolden((x, w, b) => conv1d(x!, w!, b, options), inputs, output);
    if (!c.same) return;
    expectGolden((x, w, b) => conv1d(x!, w!, b, { ...options, padding: 'same' }), inputs, output);
  });

  test.each(golden('conv1d').conv1d.filter(({ name }) => name.startsWith('causal')))(
    '$name',
    (c) => {
      const { stride, dilation, groups } = c;
      const inputs = [
        { name: 'x', shape: c.xShape, data: c.x, gradient: c.dx },
        { name: 'w', shape: c.wShape, data: c.w, gradient: c.dw },
        { name: 'b', shape: [c.b!.length], data: c.b!, gradient: c.db! },
      ];
      const options: Conv1dOptions = { stride, dilation, groups, padding: 'causal' };
      const output = { shape: c.yShape, data: c.y, gradient: c.dy };
      expectGolden((x, w, b) => conv1d(x!, w!, b, options), inputs, output);
      expectGolden(
        (x, w, b) => {
          const layer = new Conv1d(c.xShape[2], b!.size, c.wShape[0], options);
          return Object.assign(layer, { weight: w, bias: b }).forward(x!);
        },
        inputs,
        output,
      );
    },
  );
});

test('gradients are those of central differences', () =>
  scope(() => {
    const random = new Random(21);
    const inputs = [[2, 7, 4], [3, 2, 6], [6]].map((shape) => randomLeaf(random, shape));
    for (const padding of [[2, 1], 'causal'] as const) {
      const options = { groups: 2, stride: 2, padding };
      checkGradients((x, w, b) => conv1d(x!, w!, b, options), inputs);
    }
  }));

test("'same' of a stride puts zeros as TensorFlow does: no more than the windows need, the odd one behind", () =>
  scope(() => {
    const x = tensor([1, 2, 3, 4, 5, 6, 7], [1, 7, 1]);
    const sums = (kernel: number, stride: number) =>
      Array.from(conv1d(x, ones([kernel, 1, 1]), undefined, { padding: 'same', stride }).data());
    expect(sums(3, 2)).toEqual([1 + 2, 2 + 3 + 4, 4 + 5 + 6, 6 + 7]);
    expect(sums(4, 3)).toEqual([1 + 2 + 3, 3 + 4 + 5 + 6, 6 + 7]);
    expect(sums(2, 3)).toEqual([1 + 2, 4 + 5, 7]);
    expect(sums(1, 3)).toEqual([1, 4, 7]);
  }));

describe('output length', () => {
  test.each<[x: number[], w: number[], options: Conv1dOptions, y: number[]]>([
    [[2, 10, 3], [3, 3, 4], {}, [2, 8, 4]],
    [[2, 10, 3], [4, 3, 4], { padding: 'same' }, [2, 10, 4]],
    [[2, 10, 3], [4, 3, 4], { padding: 'same', stride: 3 }, [2, 4, 4]],
    [[2, 10, 3], [4, 3, 4], { padding: 'valid' }, [2, 7, 4]],
    [[2, 10, 3], [4, 3, 4], { padding: 'causal', dilation: 2 }, [2, 10, 4]],
    [[2, 10, 3], [4, 3, 4], { padding: 'causal', stride: 3 }, [2, 4, 4]],
    [[2, 10, 3], [4, 3, 4], { padding: 2 }, [2, 11, 4]],
    [[2, 10, 3], [4, 3, 4], { padding: [0, 3] }, [2, 10, 4]],
    [[2, 10, 3], [4, 3, 4], { dilation: 3 }, [2, 1, 4]],
    [[0, 10, 4], [4, 2, 6], { groups: 2, stride: 4 }, [0, 2, 6]],
  ])('of %j with %j and %j is %j', (x, w, options, expected) =>
    scope(() => expect(conv1d(ones(x), ones(w), undefined, options).shape).toEqual(expected)),
  );
});

describe('errors', () => {
  interface Case {
    name: string;
    input?: number[];
    weight?: number[];
    bias?: number[];
    options?: unknown;
    kind: new (message: string) => Error;
    message: string;
  }

  test.each<Case>([
    {
      name: 'input rank',
      input: [1, 1, 10, 3],
      kind: ShapeError,
      message: 'conv1d: input: expected 3 axes, got 4 (shape [1,1,10,3])',
    },
    {
      name: 'weight rank',
      weight: [3, 3],
      kind: ShapeError,
      message: 'conv1d: weight: expected 3 axes, got 2 (shape [3,3])',
    },
    {
      name: 'bias',
      bias: [3],
      kind: ShapeError,
      message: 'conv1d: bias: expected shape [4], got [3]',
    },
    {
      name: 'input channels',
      input: [1, 10, 2],
      kind: ShapeError,
      message: 'conv1d: input channels: expected 3 (weight [3,3,4]), got 2 (input [1,10,2])',
    },
    {
      name: 'output channels',
      weight: [3, 1, 4],
      options: { groups: 3 },
      kind: ShapeError,
      message: 'conv1d: output channels: expected a multiple of 3 groups, got 4 (weight [3,1,4])',
    },
    {
      name: 'a weight without taps',
      weight: [0, 3, 4],
      kind: ShapeError,
      message: 'conv1d: weight: expected axes of at least 1, got [0,3,4]',
    },
    {
      name: 'kernel longer than the signal',
      weight: [12, 3, 4],
      options: { padding: [1, 0] },
      kind: ShapeError,
      message:
        'conv1d: width: expected at least 12 for a kernel of 12 with dilation 1, got 10 and 1 of padding',
    },
    {
      name: 'stride of 0',
      options: { stride: 0 },
      kind: RangeError,
      message: 'conv1d: stride: expected an integer of at least 1, got 0',
    },
    {
      name: 'stride of a picture',
      options: { stride: [1, 2] },
      kind: TypeError,
      message: 'conv1d: stride: expected an integer of at least 1, got [1, 2]',
    },
    {
      name: 'dilation of 1.5',
      options: { dilation: 1.5 },
      kind: RangeError,
      message: 'conv1d: dilation: expected an integer of at least 1, got 1.5',
    },
    {
      name: 'padding of -1',
      options: { padding: -1 },
      kind: RangeError,
      message: 'conv1d: padding: expected an integer of at least 0, got -1',
    },
    {
      name: 'padding of NaN on one side',
      options: { padding: [0, NaN] },
      kind: RangeError,
      message: 'conv1d: padding: expected an integer of at least 0, got NaN',
    },
    ...[[], [1], [1, 2, 3], [0, 1, 0, 1]].map((padding) => ({
      name: `padding with ${padding.length} sides`,
      options: { padding },
      kind: TypeError,
      message: `conv1d: padding: expected an integer, [left, right], 'same', 'valid' or 'causal', got [${padding.join(', ')}]`,
    })),
    {
      name: 'padding by an unknown name',
      options: { padding: 'full' },
      kind: TypeError,
      message: `conv1d: padding: expected an integer, [left, right], 'same', 'valid' or 'causal', got "full"`,
    },
  ])('$name', ({ input = [1, 10, 3], weight = [3, 3, 4], bias, options, kind, message }) =>
    scope(() => {
      const inputs = [ones(input), ones(weight), bias && ones(bias)] as [Tensor, Tensor, Tensor];
      expectError(() => conv1d(...inputs, options as Conv1dOptions), kind, message);
    }),
  );

  test("'causal' elsewhere", () =>
    scope(() => {
      const causal = { padding: 'causal' as never };
      const [x, w] = [ones([1, 5, 2]), ones([3, 1, 2])];
      const [picture, weight] = [ones([1, 5, 5, 2]), ones([3, 3, 2, 1])];
      const calls: [call: () => Tensor, expected: string][] = [
        [
          () => conv2d(picture, weight, undefined, causal),
          'conv2d: padding: expected an integer, [height, width], [top, left, bottom, right]',
        ],
        [
          () => convTranspose1d(x, w, undefined, causal),
          'convTranspose1d: padding: expected an integer, [left, right]',
        ],
        [() => maxPool1d(x, 2, causal), 'maxPool1d: padding: expected an integer, [left, right]'],
      ];
      for (const [call, expected] of calls) {
        expectError(call, TypeError, `${expected}, 'same' or 'valid', got "causal"`);
      }
    }));

  test('integers', () =>
    scope(() => {
      const [x, w] = [tensor(new Int32Array(30), [1, 10, 3]), ones([3, 3, 4])];
      const message = 'conv1d: input: expected dtype float32, got int32';
      expectError(() => conv1d(x, w), TypeError, message);
    }));
});

describe('a kernel far longer than its output', () => {
  test.each([
    { kernel: 3000, out: 5, stride: 1, dilation: 1, padding: [0, 0] },
    { kernel: 2500, out: 9, stride: 3, dilation: 1, padding: [700, 3] },
    { kernel: 1501, out: 4, stride: 2, dilation: 3, padding: [1, 900] },
    { kernel: 1200, out: 6, stride: 700, dilation: 2, padding: [2, 2] },
    { kernel: 2000, out: 3, stride: 4000, dilation: 1, padding: [0, 1999] },
  ])('$kernel taps: %j', ({ kernel, out, stride, dilation, padding }) => {
    scope(() => {
      const length = (kernel - 1) * dilation + 1 + (out - 1) * stride - padding[0]! - padding[1]!;
      const random = new Random(kernel);
      const [x, w] = [randomLeaf(random, [2, length, 3]), randomLeaf(random, [kernel, 3, 2])];
      const g = conv2dGeometry('test', [2, 1, length, 3], [1, kernel, 3, 2], {
        stride: [1, stride],
        dilation: [1, dilation],
        padding: [0, padding[0]!, 0, padding[1]!],
      });
      const y = conv1d(x, w, undefined, { stride, dilation, padding });
      expect(y.shape).toEqual([2, out, 2]);
      const dy = randomLeaf(random, y.shape);
      for (const times of [1, 2]) {
        y.backward(dy);
        const dx = reference.conv2dGradInput(dy.data(), w.data(), g).map((v) => times * v);
        const dw = reference.conv2dGradWeight(x.data(), dy.data(), g).map((v) => times * v);
        expectClose(x.grad!.data(), dx, { relative: 2e-6, label: 'dx' });
        expectClose(w.grad!.data(), dw, { relative: 2e-6, label: 'dw' });
      }
    });
  });

  test('the input gradient takes the time of its products, not of the padding', () =>
    scope(() => {
      const phases = planConv2dGradInput(
        conv2dGeometry('test', [1, 1, 100_010, 1], [1, 100_000, 1, 1], {}),
      );
      const products = phases.reduce((sum, phase) => sum + phase.multiplyAdds, 0);
      expect(products).toBeLessThan(1e5 * 11 * 30);
    }));
});

describe('sizes without bounds', () => {
  const call = (batch: number, dilation: number) => {
    const leaves = [zeros([batch, 10, 1]), ones([2, 1, 1])];
    for (const x of leaves) x.requiresGrad = true;
    const [x, w] = leaves as [Tensor, Tensor];
    return { w, y: conv1d(x, w, undefined, { dilation, padding: [dilation, 0] }) };
  };

  test('an empty batch asks for no memory', () =>
    scope(() => {
      const before = runtime().heap.bytes;
      const { w, y } = call(0, 2 ** 30);
      y.backward(zeros(y.shape));
      expect(y.shape).toEqual([0, 10, 1]);
      expect(w.grad!.toArray()).toEqual([[[0]], [[0]]]);
      y.backward(zeros(y.shape));
      expect(runtime().heap.bytes).toBe(before);
    }));

  test('padding beyond the memory is refused before anything is allocated', () =>
    scope(() => {
      const before = runtime().heap.bytes;
      expect(() => call(1, 2 ** 30)).toThrow(
        new ShapeError(
          'conv1d: padded input: [1,1073741834,1] has 1073741834 elements, the limit is 536870911 (2 GiB)',
        ),
      );
      expect(runtime().heap.bytes).toBe(before);
    }));
});
