import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { add, ones, pad, type PadMode, scope, zeros } from '../../src/index.js';
import { stridesOf } from '../../src/ops/copy/strided.js';
import { Random } from '../../src/random.js';
import { expectError } from '../support/memory.js';
import { randomLeaf } from '../support/op.js';
import { pick } from '../support/random.js';
import { bordered } from '../support/reference/copy.js';
import { floats } from '../support/tensors.js';

const MODES = ['reflect', 'replicate', 'circular'] as const;

describe.each(MODES)('%s', (mode) => {
  test.each(Array.from({ length: 24 }, (_, seed) => seed))(
    'random axes, forward and backward: %i',
    (seed) =>
      scope(() => {
        const random = new Random(seed);
        const shape = Array.from({ length: 1 + random.integer(4) }, () =>
          pick(random, [1, 2, 3, 4]),
        );
        const side = (size: number) =>
          random.integer(mode === 'reflect' ? size : mode === 'circular' ? size + 1 : 4);
        const padding = shape.map((size) => [side(size), side(size)] as [number, number]);
        const x = randomLeaf(random, shape);
        const y = pad(x, padding, { mode });
        const places = shape.map((size, axis) => bordered(size, padding[axis]!, mode));
        expect(y.shape).toEqual(places.map(({ length }) => length));
        const [strides, outStrides] = [stridesOf(shape), stridesOf(y.shape)];
        const taken = Array.from(y.data(), (_, i) =>
          places.reduce(
            (sum, axis, a) =>
              sum + strides[a]! * axis[Math.floor(i / outStrides[a]!) % axis.length]!,
            0,
          ),
        );
        expect([...y.data()]).toEqual(taken.map((from) => x.data()[from]));
        const dy = taken.map(() => random.integer(16));
        y.backward(floats(dy, y.shape));
        const dx = Array.from(x.data(), () => 0);
        taken.forEach((from, i) => (dx[from]! += dy[i]!));
        expect([...x.grad!.data()]).toEqual(dx);
      }),
  );

  test('gradients of two uses add up', () =>
    scope(() => {
      const x = randomLeaf(new Random(9), [3, 2]);
      const padding = [
        [1, 2],
        [0, 1],
      ] as const;
      checkGradients(
        (v) =>
          add(
            pad(pad(v!, padding, { mode }), padding, { mode }),
            pad(v!, [
              [2, 4],
              [0, 2],
            ]),
          ),
        [x],
      );
    }));
});

test.each<[number[], [number, number][], PadMode, string]>([
  [
    [3, 2],
    [
      [0, 0],
      [2, 0],
    ],
    'reflect',
    'padding[1]: expected at most 1 elements of a reflect border, got [2, 0]',
  ],
  [
    [3],
    [[1, 4]],
    'circular',
    'padding[0]: expected at most 3 elements of a circular border, got [1, 4]',
  ],
  [
    [0],
    [[1, 0]],
    'replicate',
    'padding[0]: expected at most 0 elements of a replicate border, got [1, 0]',
  ],
])('%j has no %j of mode %s', (shape, padding, mode, message) =>
  expectError(
    () => scope(() => pad(zeros(shape), padding, { mode })),
    RangeError,
    `pad: ${message}`,
  ),
);

test.each([
  ['edge', '"edge"'],
  ['toString', '"toString"'],
  [1, '1'],
])('refuses mode %j', (mode, got) =>
  expectError(
    () => scope(() => pad(ones([2]), [[1, 1]], { mode: mode as PadMode })),
    TypeError,
    `pad: mode: expected 'constant', 'reflect', 'replicate' or 'circular', got ${got}`,
  ),
);

test('an axis without elements stays empty', () =>
  scope(() => {
    const x = randomLeaf(new Random(1), [0, 2]);
    const y = pad(
      x,
      [
        [0, 0],
        [1, 1],
      ],
      { mode: 'reflect' },
    );
    expect(y.shape).toEqual([0, 4]);
    y.backward(zeros([0, 4]));
    expect(x.grad!.shape).toEqual([0, 2]);
  }));
