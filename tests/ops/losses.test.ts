// What all losses share that are composed of other ops, and what sets each apart. That of labels alone and mse have
// files of their own.
import { describe, expect, test } from 'vitest';
import { tensor } from '../../src/creation.js';
import * as core from '../../src/entries/ops-core.js';
import { ShapeError } from '../../src/errors.js';
import { fromData, scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { golden, type LossName } from '../support/golden.js';
import { expectGolden, leaf } from '../support/op.js';
import { floats } from '../support/tensors.js';

const GOLDEN = golden('composed_losses');
const ints = (values: number[], shape: number[]) => tensor(values, shape, { dtype: 'int32' });
const LOSSES = core as unknown as Record<string, (...args: unknown[]) => Tensor>;

describe.each(Object.keys(GOLDEN) as LossName[])('%s', (name) => {
  const loss = LOSSES[name === 'crossEntropyOfProbabilities' ? 'crossEntropy' : name]!;
  test.each(GOLDEN[name])('agrees with PyTorch: $name', (c) => {
    scope(() => {
      const entries = Object.entries(c.constants).map(([key, { data, shape }]) => {
        const dtype = key === 'labels' ? 'int32' : 'float32';
        return [key, fromData('test', data, shape, dtype)] as const;
      });
      const isOption = (key: string) => key.toLowerCase().includes('weight');
      const operands = entries.filter(([key]) => !isOption(key)).map(([, x]) => x);
      const factors = Object.fromEntries(entries.filter(([key]) => isOption(key)));
      const options = { ...c.options, ...factors };
      expectGolden((...leaves) => loss(...leaves, ...operands, options), c.inputs, c.output);
    });
  });
});

test("bce at 0 and 1 is PyTorch's: at most 100, and its gradient at most 1e12", () => {
  scope(() => {
    const p = leaf([0, 1, 0, 1], [4]);
    const loss = core.bce(p, floats([0, 1, 1, 0]), { reduction: 'none' });
    expect(loss.toArray()).toEqual([0, 0, 100, 100]);
    loss.backward(floats([1, 1, 1, 1]));
    expectClose(p.grad!.data(), [0, 0, -1e12, 1e12], { relative: 1e-6, label: 'gradient' });
  });
});

type Loss = (x: Tensor, y: Tensor, z: never) => Tensor;

const AWKWARD: [string, Loss, ...number[][]][] = [
  ['bceWithLogits', core.bceWithLogits, [-1e30, 1e30, 0], [0, 1, 0.5]],
  ['focal', core.focal, [-1e30, 1e30, 0], [0, 1, 1]],
  ['focal', (x, t) => core.focal(x, t, { gamma: 0 }), [-1e30, 1e30, 0], [0, 1, 1]],
  ['klDiv', core.klDiv, [-1, -2], [0, 1]],
  ['dice', (p, t) => core.dice(p, t, { axes: 1 }), [0, 0], [0, 0]],
  ['l1', core.l1, [1], [1]],
  ['smoothL1', (x, t) => core.smoothL1(x, t, { beta: 0 }), [1, 1e30], [1, -1e30]],
  ['huber', core.huber, [1e30], [-1e30]],
  ['gaussianNll', core.gaussianNll, [1], [1], [0]],
  ['tripletMargin', core.tripletMargin, [1, 2], [1, 2], [1, 2]],
  ['cosineEmbedding', (a, b) => core.cosineEmbedding(a, b, floats([1])), [0, 0], [0, 0]],
  ['crossEntropy', core.crossEntropy, [1e30, -1e30], [1, 0]],
];

test.each(AWKWARD)(
  '%s: neither NaN nor infinite where a formula meets 0, a tie or a large number',
  (_, loss, ...x) => {
    scope(() => {
      const leaves = x.map((values) => leaf(values, [1, values.length]));
      const result = loss(...(leaves as [Tensor, Tensor, never]));
      expect(result.item()).toSatisfy(Number.isFinite);
      result.backward();
      for (const { grad } of leaves) expect(grad!.data().every(Number.isFinite)).toBe(true);
    });
  },
);

test('a mask of labels: [N, H, W, classes] with [N, H, W]', () => {
  scope(() => {
    const logits = leaf(
      Array.from({ length: 24 }, (_, i) => Math.sin(i)),
      [2, 2, 2, 3],
    );
    const labels = ints([0, 1, 2, -100, 1, 1, 0, 2], [2, 2, 2]);
    const options = { weight: [1, 2, 0.5] } as const;
    const rows = core.crossEntropy(
      core.reshape(logits, [8, 3]),
      core.reshape(labels, [8]),
      options,
    );
    expect(core.crossEntropy(logits, labels, options).item()).toBe(rows.item());
    const logSoftmax = core.log(core.softmax(logits));
    expectClose([core.nllLoss(logSoftmax, labels, options).item()], [rows.item()], {
      relative: 1e-6,
      label: 'nllLoss of logarithms',
    });
    expect(core.nllLoss(logSoftmax, labels, { reduction: 'none' }).shape).toEqual([2, 2, 2]);
  });
});

test('labels that are ignored, all of them: the mean is NaN, as in PyTorch', () => {
  scope(() => {
    const x = leaf([1, 2], [1, 2]);
    const loss = core.nllLoss(x, ints([7], [1]), { ignoreIndex: 7 });
    expect(loss.item()).toBeNaN();
    loss.backward();
    expect(x.grad!.toArray()).toEqual([[0, 0]]);
    expect(core.nllLoss(x, ints([7], [1]), { ignoreIndex: 7, reduction: 'sum' }).item()).toBe(0);
  });
});

test('errors', () => {
  scope(() => {
    const [x, labels] = [floats([1, 2, 3, 4], [2, 2]), ints([0, 1], [2])];
    const [column, one] = [floats([1, 2], [2, 1]), floats([1])];
    const call = LOSSES as Record<string, (...args: unknown[]) => unknown>;
    const cases: [string, unknown[], Error][] = [
      ['l1', [x, one], new ShapeError('l1: target: expected shape [2,2], got [1]')],
      ['l1', [x, x, { beta: 1 }], new TypeError('l1: options: expected reduction, got beta')],
      [
        'smoothL1',
        [x, x, { beta: -1 }],
        new RangeError('smoothL1: beta: expected a number in [0, Infinity], got -1'),
      ],
      [
        'huber',
        [x, x, { delta: 0 }],
        new RangeError('huber: delta: expected a finite number above 0, got 0'),
      ],
      [
        'gaussianNll',
        [x, x, floats([1, 1, -2, 1], [2, 2])],
        new RangeError('gaussianNll: variance: expected numbers ≥ 0, got -2'),
      ],
      [
        'bce',
        [x, x, { weight: floats([1, 2, 3]) }],
        new ShapeError('bce: weight: expected a shape that broadcasts to [2,2], got [3]'),
      ],
      [
        'bceWithLogits',
        [x, x, { posWeight: 2 }],
        new TypeError('bceWithLogits: posWeight: expected a Tensor, got 2'),
      ],
      [
        'focal',
        [x, x, { alpha: 2 }],
        new RangeError('focal: alpha: expected a number in [0, 1], got 2'),
      ],
      [
        'klDiv',
        [x, x, { reduction: 'batchmean' }],
        new RangeError(
          `klDiv: reduction: expected 'mean', 'sum', 'none' or 'batchMean', got "batchmean"`,
        ),
      ],
      [
        'dice',
        [x, x],
        new ShapeError('dice: prediction: expected [batch, …, classes], or axes, got [2,2]'),
      ],
      [
        'cosineEmbedding',
        [x, x, x],
        new ShapeError('cosineEmbedding: target: expected shape [2], got [2,2]'),
      ],
      [
        'cosineEmbedding',
        [core.sum(x), x, x],
        new ShapeError('cosineEmbedding: a: expected [..., features], got []'),
      ],
      [
        'tripletMargin',
        [x, x, column],
        new ShapeError('tripletMargin: negative: expected shape [2,2], got [2,1]'),
      ],
      [
        'tripletMargin',
        [x, x, x, { p: -1 }],
        new RangeError('tripletMargin: p: expected a finite number above 0, got -1'),
      ],
      [
        'nllLoss',
        [x, ints([0, 2], [2])],
        new RangeError(
          'nllLoss: labels: expected integers in [0, 2) or ignoreIndex -100, got 2 at index 1',
        ),
      ],
      [
        'nllLoss',
        [one, labels],
        new ShapeError(
          'nllLoss: logProbabilities: expected [..., classes] with at least two axes and one class, got [1]',
        ),
      ],
      [
        'multiMargin',
        [x, ints([0, 2], [2])],
        new RangeError('multiMargin: labels: expected integers in [0, 2), got 2 at index 1'),
      ],
      [
        'multiMargin',
        [x, labels, { p: 3 }],
        new RangeError('multiMargin: p: expected 1 or 2, got 3'),
      ],
      [
        'crossEntropy',
        [x, floats([0, 1])],
        new TypeError('crossEntropy: labels: expected dtype int32, got float32'),
      ],
      [
        'crossEntropy',
        [x, column],
        new ShapeError('crossEntropy: labels: expected shape [2,2], got [2,1]'),
      ],
    ];
    for (const [name, args, error] of cases) expect(() => call[name]!(...args)).toThrow(error);
  });
});
