// All normalizations but that of batches: layer, RMS, group, instance, Lp and local response.
import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import * as library from '../../src/index.js';
import {
  groupNorm,
  instanceNorm,
  layerNorm,
  ones,
  rmsNorm,
  scope,
  tensor,
} from '../../src/index.js';
import { Random } from '../../src/random.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { expectNothingLeft } from '../support/memory.js';
import { expectGolden, leaf, randomLeaf } from '../support/op.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/batch-norm.js';
import { layerNormForward } from '../support/reference/layer-norm.js';

type Name = keyof ReturnType<typeof filesOf>;
const filesOf = () => golden('norms');
const call = (name: Name, args: readonly unknown[]) =>
  (library[name] as unknown as (...args: unknown[]) => library.Tensor)(...args);

/** Tensors that may be left out, between x and the other arguments or behind the first of these. */
const argumentsOf = (name: Name, tensors: library.Tensor[], args: readonly unknown[]) => {
  const [x, weight, bias] = tensors;
  const options = args.at(-1);
  if (name === 'instanceNorm') return [x, weight, bias, options];
  if (name === 'groupNorm' || name === 'layerNorm') return [x, args[0], weight, bias, options];
  return name === 'rmsNorm' ? [x, args[0], weight, options] : [x, ...args];
};

describe.each(Object.keys(filesOf()) as Name[])('%s', (name) => {
  test.each(filesOf()[name])('agrees with PyTorch: $name', ({ inputs, output, args }) =>
    expectGolden((...tensors) => call(name, argumentsOf(name, tensors, args)), inputs, output),
  );

  test('leaves nothing, and checks its gradients', () => {
    const random = new Random(7);
    const [{ inputs, args }] = filesOf()[name] as [ReturnType<typeof filesOf>[Name][number]];
    expectNothingLeft(() =>
      scope(() => {
        const leaves = inputs.map(({ shape }) => randomLeaf(random, shape));
        checkGradients((...tensors) => call(name, argumentsOf(name, tensors, args)), leaves);
      }),
    );
  });
});

describe('against slow references, far from 0', () => {
  test.each([
    [2, 300, 6, 3],
    [3, 2, 8, 1],
    [2, 1, 6, 2],
    [1, 520, 5, 5],
  ] as const)(
    'groups: %i examples, %i rows, %i channels in %i groups',
    (outer, rows, channels, groups) => {
      scope(() => {
        const random = new Random(rows);
        const shape = [outer, rows, channels] as const;
        const x = randomValues(outer * rows * channels, random).map((v) => v + 300);
        const [w, b] = [randomValues(channels, random), randomValues(channels, random)];
        const y = groupNorm(tensor(x, shape), groups, tensor(w), tensor(b), { eps: 0.5 });
        const expected = reference.groupNorm(x, shape, groups, w, b, 0.5);
        expectClose(y.data(), expected, { relative: 2e-5, label: 'y' });
        if (groups !== channels) return;
        const same = instanceNorm(tensor(x, shape), tensor(w), tensor(b), { eps: 0.5 });
        expect(same.data()).toEqual(y.data());
      });
    },
  );

  test('rows of several axes', () => {
    scope(() => {
      const x = randomValues(4 * 120, new Random(3)).map((v) => v + 300);
      const [w, b] = [new Float64Array(120).fill(1), new Float64Array(120)];
      const options = { size: 120, eps: 1e-5, isCentred: true };
      const y = layerNorm(tensor(x, [4, 10, 12]), [10, 12]);
      expectClose(y.data(), layerNormForward(x, w, b, options), { relative: 2e-5, label: 'y' });
    });
  });
});

test('gradients of one input alone, and twice of the same values', () => {
  scope(() => {
    const x = tensor([1, 2, 4, 8, 3, 5], [2, 3]);
    const w = leaf([1, 2, 3], [3]);
    const first = layerNorm(x, 3, w);
    layerNorm(first, 3, w).backward(ones([2, 3]));
    expect(w.grad!.shape).toEqual([3]);
  });
});

test('zeros have the slope of a constant divisor', () => {
  scope(() => {
    for (const p of [1, 2, 3, Infinity]) {
      const x = leaf([0, 0], [1, 2]);
      library.normalize(x, { p, eps: 0.5 }).backward(ones([1, 2]));
      expect([...x.grad!.data()], `p ${p}`).toEqual([2, 2]);
    }
  });
});

test('nothing is normalised to nothing', () => {
  scope(() => {
    expect(layerNorm(ones([0, 3]), 3).shape).toEqual([0, 3]);
    expect(rmsNorm(ones([0, 3]), 3).shape).toEqual([0, 3]);
  });
});

describe('errors', () => {
  const x = () => ones([2, 3, 4]);
  test.each<[() => unknown[], Name, string]>([
    [() => [1, 2], 'groupNorm', 'TypeError: groupNorm: input: expected a Tensor, got 1'],
    [
      () => [ones([4]), 2],
      'groupNorm',
      'ShapeError: groupNorm: input: expected [..., channels] of at least two axes and one element, got [4]',
    ],
    [
      () => [x(), 3],
      'groupNorm',
      'RangeError: groupNorm: numGroups: expected a divisor of the 4 channels, got 3',
    ],
    [
      () => [x(), 0],
      'groupNorm',
      'RangeError: groupNorm: numGroups: expected an integer of at least 1, got 0',
    ],
    [
      () => [x(), 2, ones([3])],
      'groupNorm',
      'ShapeError: groupNorm: weight: expected shape [4], got [3]',
    ],
    [
      () => [x(), 2, undefined, ones([1, 4])],
      'groupNorm',
      'ShapeError: groupNorm: bias: expected 1 axes, got 2 (shape [1,4])',
    ],
    [
      () => [ones([2, 1, 4])],
      'instanceNorm',
      'ShapeError: instanceNorm: input: expected more than one value per channel, got [2,1,4]',
    ],
    [
      () => [x(), undefined, undefined, { eps: -1 }],
      'instanceNorm',
      'RangeError: instanceNorm: eps: expected a number in [0, Infinity], got -1',
    ],
    [
      () => [x(), [4, 4]],
      'layerNorm',
      'ShapeError: layerNorm: input: expected shape [...,4,4], got [2,3,4]',
    ],
    [
      () => [x(), []],
      'layerNorm',
      'TypeError: layerNorm: normalizedShape: expected a size or an array of sizes, got []',
    ],
    [
      () => [x(), '4'],
      'layerNorm',
      'TypeError: layerNorm: normalizedShape: expected an integer of at least 1, got "4"',
    ],
    [
      () => [x(), [3, 4], ones([4])],
      'layerNorm',
      'ShapeError: layerNorm: weight: expected shape [3,4], got [4]',
    ],
    [
      () => [x(), 4, undefined, undefined, { momentum: 1 }],
      'layerNorm',
      'TypeError: layerNorm: options: expected eps, got momentum',
    ],
    [
      () => [x(), 4, ones([3])],
      'rmsNorm',
      'ShapeError: rmsNorm: weight: expected shape [4], got [3]',
    ],
    [
      () => [x(), { p: 0 }],
      'normalize',
      'RangeError: normalize: p: expected a positive number, got 0',
    ],
    [
      () => [x(), { axis: 3 }],
      'normalize',
      'RangeError: normalize: axis: expected an integer in [-3, 3), got 3',
    ],
    [
      () => [x(), 0],
      'localResponseNorm',
      'RangeError: localResponseNorm: size: expected an integer of at least 1, got 0',
    ],
    [
      () => [x(), 2, { alpha: NaN }],
      'localResponseNorm',
      'RangeError: localResponseNorm: alpha: expected a finite number, got NaN',
    ],
    [
      () => [ones([3]), 2],
      'localResponseNorm',
      'ShapeError: localResponseNorm: input: expected [..., channels] of at least two axes and one element, got [3]',
    ],
  ])('%#', (args, name, message) => {
    scope(() => {
      const given = args();
      const [kind, text] = message.split(/: (.*)/s);
      let error: unknown;
      expectNothingLeft(() => {
        try {
          call(name, given);
        } catch (caught) {
          error = caught;
        }
      });
      expect(error).toMatchObject({ name: kind, message: text });
    });
  });
});
