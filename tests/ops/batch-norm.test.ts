import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import {
  batchNorm,
  type BatchNormOptions,
  noGrad,
  ones,
  scope,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index.js';
import { Random } from '../../src/random.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { expectNothingLeft } from '../support/memory.js';
import { leaf, randomLeaf } from '../support/op.js';

const TRAINING = { training: true };

test.each(golden('batch-norm').batchNorm)('agrees with PyTorch, step by step: $name', (c) => {
  scope(() => {
    const channels = c.shape.at(-1)!;
    const [mean, variance] = [zeros([channels]), ones([channels])];
    const weight = c.weight ? leaf(c.weight, [channels]) : undefined;
    const bias = c.bias ? leaf(c.bias, [channels]) : undefined;
    const { momentum, eps } = c;
    c.steps.forEach((step, i) => {
      const x = leaf(step.x, c.shape);
      const { training } = step;
      const y = batchNorm(x, mean, variance, weight, bias, { training, momentum, eps });
      y.backward(tensor(step.dy, c.shape));
      const close = (got: Tensor, expected: number[], label: string) =>
        expectClose(got.data(), expected, {
          relative: 3e-6,
          absolute: 3e-6,
          label: `${label} ${i}`,
        });
      close(y, step.y, 'y');
      close(x.grad!, step.dx, 'dx');
      if (weight) close(weight.grad!, step.dw!, 'dw');
      if (bias) close(bias.grad!, step.db!, 'db');
      close(mean, step.runningMean, 'running mean');
      close(variance, step.runningVar, 'running variance');
      for (const parameter of [weight, bias]) if (parameter) parameter.grad = undefined;
    });
  });
});

test.each([[TRAINING], [{ training: false, eps: 0.1 }]])('gradient check with %j', (options) => {
  scope(() => {
    const random = new Random(1);
    const inputs = [[3, 2, 3], [3], [3]].map((shape) => randomLeaf(random, shape));
    const [mean, variance] = [tensor([0.5, -1, 0]), tensor([2, 0.5, 1])];
    const run = (x: Tensor, weight: Tensor, bias: Tensor) =>
      // Twice, so that the gradient of one is not constant for the other.
      batchNorm(
        batchNorm(x, mean, variance, weight, bias, options),
        mean,
        variance,
        weight,
        bias,
        options,
      );
    checkGradients(run as (...inputs: Tensor[]) => Tensor, inputs);
  });
});

describe('in training', () => {
  test('takes the statistics of the input alone, and leaves the running ones out', () => {
    scope(() => {
      const x = tensor([1, 10, 3, 30], [2, 2]);
      const y = batchNorm(x, undefined, undefined, undefined, undefined, {
        training: true,
        eps: 0,
      });
      expect(y.toArray()).toEqual([
        [-1, -1],
        [1, 1],
      ]);
    });
  });

  test('is exact far from 0', () => {
    scope(() => {
      const x = tensor(
        Float32Array.from({ length: 512 }, (_, i) => 4096 + (i % 2)),
        [512, 1],
      );
      const y = batchNorm(x, undefined, undefined, undefined, undefined, {
        training: true,
        eps: 0,
      });
      expect([...y.data().slice(0, 2)]).toEqual([-1, 1]);
    });
  });

  test('changes the running statistics once per call, under noGrad too, and leads back through earlier calls', () => {
    expectNothingLeft(() =>
      scope(() => {
        const x = leaf([1, 3], [2, 1]);
        const [mean, variance] = [zeros([1]), ones([1])];
        const momentum = 0.5;
        const run = () =>
          batchNorm(x, mean, variance, undefined, undefined, { ...TRAINING, momentum });
        const first = run();
        noGrad(run);
        expect([mean.item(), variance.item()]).toEqual([1.5, 1.75]);
        first.backward(tensor([1, 0], [2, 1]));
        expect(x.grad!.shape).toEqual([2, 1]);
      }),
    );
  });

  test('in evaluation the running statistics are not to change before backward', () => {
    scope(() => {
      const [mean, variance] = [zeros([1]), ones([1])];
      const x = leaf([1, 3], [2, 1]);
      const y = batchNorm(x, mean, variance);
      batchNorm(x, mean, variance, undefined, undefined, TRAINING);
      expect(() => y.backward(tensor([1, 0], [2, 1]))).toThrow('changed in place');
    });
  });
});

describe('errors, before anything is changed', () => {
  const two = () => ones([2]);
  const x = () => ones([3, 2]);
  type Args = [Tensor, Tensor?, Tensor?, Tensor?, Tensor?, BatchNormOptions?];
  test.each<[string, () => unknown[], string]>([
    ['no tensor', () => [1, two(), two()], 'TypeError: batchNorm: input: expected a Tensor, got 1'],
    [
      'one axis',
      () => [two(), two(), two()],
      'ShapeError: batchNorm: input: expected [..., channels] of at least two axes and one element, got [2]',
    ],
    [
      'nothing',
      () => [ones([0, 2]), two(), two()],
      'ShapeError: batchNorm: input: expected [..., channels] of at least two axes and one element, got [0,2]',
    ],
    [
      'no mean',
      () => [x(), undefined, two()],
      'TypeError: batchNorm: runningMean: expected a Tensor, got undefined',
    ],
    [
      'no variance',
      () => [x(), two()],
      'TypeError: batchNorm: runningVar: expected a Tensor, got undefined',
    ],
    [
      'another mean',
      () => [x(), ones([3]), two()],
      'ShapeError: batchNorm: runningMean: expected shape [2], got [3]',
    ],
    [
      'another weight',
      () => [x(), two(), two(), ones([3]), undefined, TRAINING],
      'ShapeError: batchNorm: weight: expected shape [2], got [3]',
    ],
    [
      'another bias',
      () => [x(), two(), two(), two(), ones([1, 2]), TRAINING],
      'ShapeError: batchNorm: bias: expected 1 axes, got 2 (shape [1,2])',
    ],
    [
      'one row',
      () => [ones([1, 2]), two(), two(), two(), two(), TRAINING],
      'ShapeError: batchNorm: input: expected more than one value per channel in training, got [1,2]',
    ],
    [
      'momentum',
      () => [x(), two(), two(), two(), two(), { momentum: 2 }],
      'RangeError: batchNorm: momentum: expected a number in [0, 1], got 2',
    ],
    [
      'eps',
      () => [x(), two(), two(), two(), two(), { eps: -1 }],
      'RangeError: batchNorm: eps: expected a number in [0, Infinity], got -1',
    ],
    [
      'training',
      () => [x(), two(), two(), two(), two(), { training: 1 }],
      'TypeError: batchNorm: training: expected true or false, got 1',
    ],
  ])('%s', (_, args, message) => {
    scope(() => {
      const given = args();
      const before = given.slice(1, 3).map((t) => (t as Tensor | undefined)?.data());
      const [name, text] = message.split(/: (.*)/s);
      let error: unknown;
      try {
        batchNorm(...(given as Args));
      } catch (caught) {
        error = caught;
      }
      expect(error).toMatchObject({ name, message: text });
      expect(given.slice(1, 3).map((t) => (t as Tensor | undefined)?.data())).toEqual(before);
    });
  });
});
