import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { interpolate, type InterpolateOptions, ones, scope, tensor } from '../../src/index.js';
import { Random } from '../../src/random.js';
import { golden } from '../support/golden.js';
import { expectError, expectNothingLeft } from '../support/memory.js';
import { expectGolden, randomLeaf } from '../support/op.js';
import { ShapeError } from '../../src/errors.js';

test.each(golden('interpolate').interpolate)(
  'agrees with PyTorch: $name',
  ({ inputs, output, args }) =>
    expectGolden((x) => interpolate(x!, args[0] as InterpolateOptions), inputs, output),
);

test.each<InterpolateOptions>([
  { size: [5, 3], mode: 'bilinear', coordinateMode: 'half_pixel_symmetric' },
  { size: [2, 3], coordinateMode: 'tf_half_pixel_for_nn', nearestMode: 'ceil' },
  { scaleFactor: [1, 3], mode: 'bicubic', excludeOutside: true, cubicCoefficient: -0.5 },
  { scaleFactor: 1 },
])('gradient check, and nothing left: %j', (options) => {
  expectNothingLeft(() =>
    scope(() => {
      const x = randomLeaf(new Random(5), [2, 3, 4, 2]);
      checkGradients((given) => interpolate(given, options), [x]);
    }),
  );
});

test('nearest copies, and adds up what a value went to', () => {
  scope(() => {
    const x = tensor([-0, NaN, Infinity, 3], [1, 2, 2, 1], { requiresGrad: true });
    const y = interpolate(x, { scaleFactor: 2 });
    const rows = [
      [-0, -0, NaN, NaN],
      [Infinity, Infinity, 3, 3],
    ];
    expect([...y.data()]).toEqual([rows[0], rows[0], rows[1], rows[1]].flat());
    y.backward(ones([1, 4, 4, 1]));
    expect([...x.grad!.data()]).toEqual([4, 4, 4, 4]);
  });
});

test('no examples', () => {
  scope(() => expect(interpolate(ones([0, 2, 3]), { size: 4 }).shape).toEqual([0, 4, 3]));
});

describe('errors', () => {
  const either = 'interpolate: options: expected either size or scaleFactor, got';
  test.each<[number[], unknown, new (message: string) => Error, string]>([
    [[1, 2, 1], {}, TypeError, `${either} none`],
    [[1, 2, 1], { size: 1, scaleFactor: 1 }, TypeError, `${either} both`],
    [
      [1, 2, 2, 1],
      { size: [1] },
      TypeError,
      'interpolate: size: expected a number or 2 of them, got [1]',
    ],
    [
      [1, 2, 1],
      { size: 0 },
      RangeError,
      'interpolate: size: expected an integer of at least 1, got 0',
    ],
    [
      [1, 2, 1],
      { size: 1e9 },
      ShapeError,
      'interpolate: output: [1,1000000000,1] has 1000000000 elements, the limit is 536870911 (2 GiB)',
    ],
    [
      [1, 2, 1],
      { scaleFactor: 0.3 },
      RangeError,
      'interpolate: scaleFactor: expected an output of at least 1, got [0]',
    ],
    [
      [1, 2, 1],
      { size: 1, mode: 'cubic' },
      TypeError,
      'interpolate: mode: expected one of nearest, nearest-exact, area, linear, bilinear, bicubic, trilinear, got "cubic"',
    ],
    [
      [1, 2, 1],
      { size: 1, nearestMode: 'round' },
      TypeError,
      'interpolate: nearestMode: expected one of floor, ceil, round_prefer_floor, round_prefer_ceil, got "round"',
    ],
    [
      [1, 2, 1],
      { size: 1, align_corners: true },
      TypeError,
      'interpolate: options: expected size, scaleFactor, mode, alignCorners, antialias, coordinateMode, nearestMode, cubicCoefficient, excludeOutside, got align_corners, which is alignCorners here',
    ],
    [
      [1, 2, 1],
      { size: 1, mode: 'bilinear' },
      ShapeError,
      "interpolate: input: expected [N, 2 spatial axes, channels] for mode 'bilinear', got [1,2,1]",
    ],
    [
      [1, 0, 1],
      { size: 1 },
      ShapeError,
      "interpolate: input: expected [N, 1 to 3 spatial axes, channels] for mode 'nearest', got [1,0,1]",
    ],
  ])('%j %j', (shape, options, kind, message) =>
    scope(() => {
      const x = ones(shape);
      expectError(() => interpolate(x, options as InterpolateOptions), kind, message);
    }),
  );
});
