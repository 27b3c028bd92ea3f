import { describe, test } from 'vitest';
import { ones, tensor } from '../../src/creation.js';
import { DisposedError, ShapeError } from '../../src/errors.js';
import { conv2d } from '../../src/ops/conv/conv.js';
import type { Conv2dOptions } from '../../src/ops/conv/options.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectError } from '../support/memory.js';

describe('errors', () => {
  const x = () => ones([1, 32, 32, 4]);
  const w = () => ones([3, 3, 4, 8]);
  const disposed = (shape: number[]) => {
    const t = ones(shape);
    t.dispose();
    return t;
  };
  const integers = (size: number, shape: number[]) => tensor(new Int32Array(size), shape);

  interface Case {
    name: string;
    input?: () => unknown;
    weight?: () => unknown;
    bias?: () => unknown;
    options?: unknown;
    kind: new (message: string) => Error;
    message: string;
  }

  const afterDispose = (shape: string) =>
    `a tensor of shape ${shape} was used after it was disposed; ` +
    'return it from its scope, or keep() it, to use it longer';

  function expectConvError({ input = x, weight = w, bias, options, kind, message }: Case) {
    scope(() => {
      const inputs = [input(), weight(), bias?.()] as [Tensor, Tensor, Tensor];
      expectError(() => conv2d(...inputs, options as Conv2dOptions), kind, message);
    });
  }

  test.each<Case>([
    {
      name: 'input channels',
      weight: () => ones([3, 3, 3, 8]),
      kind: ShapeError,
      message: 'conv2d: input channels: expected 3 (weight [3,3,3,8]), got 4 (input [1,32,32,4])',
    },
    {
      name: 'input channels with groups',
      options: { groups: 2 },
      kind: ShapeError,
      message:
        'conv2d: input channels: expected 8 (weight [3,3,4,8], 2 groups), got 4 (input [1,32,32,4])',
    },
    {
      name: 'groups that do not divide the outputs',
      weight: () => ones([3, 3, 1, 6]),
      options: { groups: 4 },
      kind: ShapeError,
      message: 'conv2d: output channels: expected a multiple of 4 groups, got 6 (weight [3,3,1,6])',
    },
    {
      name: 'input rank',
      input: () => ones([32, 32, 4]),
      kind: ShapeError,
      message: 'conv2d: input: expected 4 axes, got 3 (shape [32,32,4])',
    },
    {
      name: 'weight rank',
      weight: () => ones([3, 4, 8]),
      kind: ShapeError,
      message: 'conv2d: weight: expected 4 axes, got 3 (shape [3,4,8])',
    },
    {
      name: 'bias rank',
      bias: () => ones([1, 8]),
      kind: ShapeError,
      message: 'conv2d: bias: expected 1 axes, got 2 (shape [1,8])',
    },
    {
      name: 'bias length',
      bias: () => ones([4]),
      kind: ShapeError,
      message: 'conv2d: bias: expected shape [8], got [4]',
    },
    {
      name: 'no tensor',
      input: () => [1, 2],
      kind: TypeError,
      message: 'conv2d: input: expected a Tensor, got [1, 2]',
    },
    {
      name: 'a weight that is null',
      weight: () => null,
      kind: TypeError,
      message: 'conv2d: weight: expected a Tensor, got null',
    },
    {
      name: 'a bias that is null',
      bias: () => null,
      kind: TypeError,
      message: 'conv2d: bias: expected a Tensor, got null',
    },
    {
      name: 'options in the place of the bias',
      bias: () => ({ padding: 1 }),
      kind: TypeError,
      message: 'conv2d: bias: expected a Tensor, got an object',
    },
    {
      name: 'integers as input',
      input: () => integers(4, [1, 1, 1, 4]),
      kind: TypeError,
      message: 'conv2d: input: expected dtype float32, got int32',
    },
    {
      name: 'integers as weight',
      weight: () => integers(32, [1, 1, 4, 8]),
      kind: TypeError,
      message: 'conv2d: weight: expected dtype float32, got int32',
    },
    {
      name: 'integers as bias',
      bias: () => integers(8, [8]),
      kind: TypeError,
      message: 'conv2d: bias: expected dtype float32, got int32',
    },
    {
      name: 'a disposed input',
      input: () => disposed([1, 32, 32, 4]),
      kind: DisposedError,
      message: afterDispose('[1,32,32,4]'),
    },
    {
      name: 'a disposed weight',
      weight: () => disposed([3, 3, 4, 8]),
      kind: DisposedError,
      message: afterDispose('[3,3,4,8]'),
    },
    {
      name: 'a disposed bias',
      bias: () => disposed([8]),
      kind: DisposedError,
      message: afterDispose('[8]'),
    },
    {
      name: 'a weight without outputs',
      weight: () => ones([3, 3, 4, 0]),
      kind: ShapeError,
      message: 'conv2d: weight: expected axes of at least 1, got [3,3,4,0]',
    },
    {
      name: 'a weight without inputs',
      input: () => ones([1, 5, 5, 0]),
      weight: () => ones([3, 3, 0, 4]),
      kind: ShapeError,
      message: 'conv2d: weight: expected axes of at least 1, got [3,3,0,4]',
    },
    {
      name: 'a kernel higher than the padded input',
      weight: () => ones([35, 3, 4, 8]),
      options: { padding: 1 },
      kind: ShapeError,
      message:
        'conv2d: height: expected at least 35 for a kernel of 35 with dilation 1, got 32 and 2 of padding',
    },
    {
      name: 'a dilated kernel wider than the padded input',
      options: { dilation: [1, 20], padding: [0, 0, 0, 5] },
      kind: ShapeError,
      message:
        'conv2d: width: expected at least 41 for a kernel of 3 with dilation 20, got 32 and 5 of padding',
    },
    {
      name: 'an output beyond 2^31 bytes',
      options: { padding: 20_000 },
      kind: ShapeError,
      message:
        'conv2d: output: [1,40030,40030,8] has 12819207200 elements, the limit is 536870911 (2 GiB)',
    },
    {
      name: 'padding beyond 32-bit row numbers',
      options: { padding: [2 ** 31 - 1, 0, 2 ** 31 - 1, 0], stride: [2 ** 31 - 1, 1] },
      kind: ShapeError,
      message:
        'conv2d: height: expected at most 2147483647 with its padding, got 32 and 4294967294 of padding',
    },
  ])('$name', expectConvError);

  describe.each(['stride', 'dilation', 'padding'])('%s', (option) => {
    const least = option === 'padding' ? 0 : 1;
    test.each<[value: number, rest: string]>([
      [NaN, `of at least ${least}, got NaN`],
      [1.5, `of at least ${least}, got 1.5`],
      [-1, `of at least ${least}, got -1`],
      [-Infinity, `of at least ${least}, got -Infinity`],
      [2 ** 31, 'below 2^31, got 2147483648'],
      [Infinity, 'below 2^31, got Infinity'],
      ...(least === 1 ? ([[0, 'of at least 1, got 0']] as [number, string][]) : []),
    ])('%d', (value, rest) => {
      const message = `conv2d: ${option}: expected an integer ${rest}`;
      expectConvError({ name: '', options: { [option]: value }, kind: RangeError, message });
      expectConvError({ name: '', options: { [option]: [1, value] }, kind: RangeError, message });
    });

    test.each([['2'], [true], [[1, 2, 3]], [[]], [{}]])('%j', (value) => {
      const shown = Array.isArray(value) ? `[${value.join(', ')}]` : undefined;
      const got = shown ?? (value === '2' ? '"2"' : value === true ? 'true' : 'an object');
      const forms =
        option === 'padding'
          ? "an integer, [height, width], [top, left, bottom, right], 'same' or 'valid'"
          : 'an integer or [height, width]';
      const message = `conv2d: ${option}: expected ${forms}, got ${got}`;
      expectConvError({ name: '', options: { [option]: value }, kind: TypeError, message });
    });

    test("[1, '2']", () => {
      const message = `conv2d: ${option}: expected an integer of at least ${least}, got "2"`;
      expectConvError({ name: '', options: { [option]: [1, '2'] }, kind: TypeError, message });
    });
  });

  test.each([
    [0, RangeError, 'of at least 1, got 0'],
    [1.5, RangeError, 'of at least 1, got 1.5'],
    [NaN, RangeError, 'of at least 1, got NaN'],
    [2 ** 31, RangeError, 'below 2^31, got 2147483648'],
    ['2', TypeError, 'of at least 1, got "2"'],
  ])('groups %j', (groups, kind, rest) => {
    const message = `conv2d: groups: expected an integer ${rest}`;
    expectConvError({ name: '', options: { groups }, kind, message });
  });
});
