// What convolutions of volumes and transposes refuse; for those of signals and pictures see conv1d and conv2d-errors.
import { describe, test } from 'vitest';
import { ones } from '../../src/creation.js';
import { ShapeError } from '../../src/errors.js';
import { convTranspose2d } from '../../src/ops/conv/conv-transpose.js';
import { conv3d } from '../../src/ops/conv/conv.js';
import { CONV2D } from '../../src/ops/conv/op.js';
import type { ConvOptions, ConvTransposeOptions } from '../../src/ops/conv/options.js';
import { apply } from '../../src/ops/op.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectError } from '../support/memory.js';

type Options = ConvOptions & ConvTransposeOptions;
type Call = (x: Tensor, w: Tensor, b?: Tensor, options?: Options) => Tensor;

describe('errors', () => {
  const VOLUME = [1, 4, 5, 6, 2];
  const VOLUME_WEIGHT = [3, 3, 3, 2, 4];
  const PICTURE = [1, 5, 5, 4];
  const WEIGHT = [3, 3, 2, 4];

  interface Case {
    name: string;
    inputs?: number[][];
    options?: Options;
    kind?: new (message: string) => Error;
    message: string;
  }

  const expectConvError = (op: Call, shapes: number[][], c: Case) =>
    scope(() => {
      const [x, w, b] = shapes.map((shape) => ones(shape)) as [Tensor, Tensor, Tensor];
      expectError(() => op(x, w, b, c.options ?? {}), c.kind ?? ShapeError, c.message);
    });

  test.each<Case>([
    {
      name: 'a picture as a volume',
      inputs: [PICTURE, VOLUME_WEIGHT],
      message: 'conv3d: input: expected 5 axes, got 4 (shape [1,5,5,4])',
    },
    {
      name: 'the weight of a picture',
      inputs: [VOLUME, WEIGHT],
      message: 'conv3d: weight: expected 5 axes, got 4 (shape [3,3,2,4])',
    },
    {
      name: 'channels first',
      inputs: [[1, 2, 5, 5, 5], VOLUME_WEIGHT],
      message:
        'conv3d: input channels: expected 2 (weight [3,3,3,2,4]), got 5 (input [1,2,5,5,5]); ' +
        'channels are the last axis here: [N, depth, height, width, channels]',
    },
    {
      name: 'a kernel deeper than the volume',
      inputs: [VOLUME, [5, 1, 1, 2, 4]],
      message:
        'conv3d: depth: expected at least 5 for a kernel of 5 with dilation 1, got 4 and 0 of padding',
    },
    {
      name: 'two strides for three axes',
      options: { stride: [1, 2] },
      kind: TypeError,
      message: 'conv3d: stride: expected an integer or [depth, height, width], got [1, 2]',
    },
    {
      name: 'four sides of a volume',
      options: { padding: [1, 1, 1, 1] },
      kind: TypeError,
      message:
        'conv3d: padding: expected an integer, [depth, height, width], [front, top, left, back, bottom, right], ' +
        "'same' or 'valid', got [1, 1, 1, 1]",
    },
    {
      name: 'output padding of a convolution',
      options: { outputPadding: 1 },
      kind: TypeError,
      message:
        'conv3d: options: expected stride, padding, dilation, groups, activation, got outputPadding',
    },
  ])('conv3d: $name', (c) =>
    expectConvError(conv3d as Call, c.inputs ?? [VOLUME, VOLUME_WEIGHT], c),
  );

  test.each<Case>([
    {
      name: 'input channels',
      inputs: [[1, 5, 5, 3], WEIGHT],
      message:
        'convTranspose2d: input channels: expected 4 (weight [3,3,2,4]), got 3 (input [1,5,5,3])',
    },
    {
      name: 'input channels that the groups do not divide',
      options: { groups: 3 },
      message:
        'convTranspose2d: input channels: expected a multiple of 3 groups, got 4 (weight [3,3,2,4])',
    },
    {
      name: 'the bias of the convolution',
      inputs: [PICTURE, WEIGHT, [4]],
      message: 'convTranspose2d: bias: expected shape [2], got [4]',
    },
    {
      name: 'output padding of the stride',
      options: { stride: 2, outputPadding: 2 },
      kind: RangeError,
      message:
        'convTranspose2d: outputPadding: expected less than 2 for stride 2 and dilation 1, got 2',
    },
    {
      name: "output padding and 'same'",
      options: { stride: 2, padding: 'same', outputPadding: 1 },
      kind: RangeError,
      message: "convTranspose2d: outputPadding: expected less than 1 for padding 'same', got 1",
    },
    {
      name: 'output padding below 0',
      options: { outputPadding: [0, -1] },
      kind: RangeError,
      message: 'convTranspose2d: outputPadding: expected an integer of at least 0, got -1',
    },
    {
      name: 'padding that leaves nothing',
      options: { padding: [0, 4] },
      message: 'convTranspose2d: width: expected more than 8 to cut 4 and 4 of padding from, got 7',
    },
    {
      name: 'a picture without rows',
      inputs: [[1, 0, 5, 4], WEIGHT],
      message: 'convTranspose2d: height: expected at least 1, got 0',
    },
    {
      name: 'an output beyond 2^31 bytes',
      options: { stride: 10_000 },
      message:
        'convTranspose2d: output: [1,40003,40003,2] has 3200480018 elements, the limit is 536870911 (2 GiB)',
    },
  ])('convTranspose2d: $name', (c) =>
    expectConvError(convTranspose2d as Call, c.inputs ?? [PICTURE, WEIGHT], c),
  );

  test('a residual of another shape', () => {
    const withResidual: Call = (x, w, residual) => apply(CONV2D, [x, w, undefined, residual], {});
    expectConvError(withResidual, [[1, 5, 5, 2], WEIGHT, [1, 5, 5, 4]], {
      name: '',
      message: 'conv2d: residual: expected shape [1,3,3,4], got [1,5,5,4]',
    });
  });
});
