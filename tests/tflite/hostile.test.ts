// What public advisories say of TensorFlow Lite: each class is an error of ours, in time, with nothing left in memory.
import { describe, expect, test } from 'vitest';
import { ones } from '../../src/creation.js';
import { runtime } from '../../src/runtime/runtime.js';
import { loadTflite } from '../../src/tflite/index.js';
import { scope } from '../../src/tensor.js';
import { type Field, type TensorSpec, tfliteFile } from '../support/tflite-file.js';

const i8 = (value: number): Field => ({ i8: value });
const i32 = (value: number): Field => ({ i32: value });
const whole = (data: number[], shape: number[] = [data.length]): TensorSpec => ({
  shape,
  data,
  type: 'int32',
});
const real = (shape: number[], value = 1): TensorSpec => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => value),
});

interface Call {
  readonly code: number;
  /** The input of the model is its first operand, unless `place` says another. */
  readonly shape: number[];
  readonly place?: number;
  readonly others?: readonly TensorSpec[];
  readonly options?: readonly [union: number, fields: readonly Field[]];
}

/** What loading a model of one operator and running it ends with. */
function errorOf({ code, shape, place = 0, others = [], options }: Call): Error {
  const operands = [...others];
  operands.splice(place, 0, { shape });
  const result = operands.length;
  const inputs = operands.map((_, i) => i);
  const file = tfliteFile({
    tensors: [...operands, { shape: [] }],
    operators: [{ code, inputs, outputs: [result], ...(options && { options }) }],
    inputs: [place],
    outputs: [result],
  });
  const { bytes } = runtime().heap;
  const begin = process.cpuUsage();
  try {
    const model = loadTflite(file);
    try {
      scope(() => model.forward(ones(shape)));
    } finally {
      model.dispose();
    }
  } catch (error) {
    expect(process.cpuUsage(begin).user).toBeLessThan(1e6);
    expect(runtime().heap.bytes).toBe(bytes);
    return error as Error;
  }
  throw new Error('expected an error');
}

const PICTURE = [1, 4, 4, 2];
const conv = (strideW: number, strideH: number, dilation = 1): NonNullable<Call['options']> => [
  1,
  [i8(0), i32(strideW), i32(strideH), i8(0), i32(dilation), i32(dilation)],
];
const pool = (stride: number, size: number): NonNullable<Call['options']> => [
  5,
  [i8(0), i32(stride), i32(stride), i32(size), i32(size), i8(0)],
];

describe('attributes that divide by zero, or that are negative or huge', () => {
  test.each<[string, Call]>([
    ['stride 0', { code: 3, shape: PICTURE, others: [real([1, 2, 2, 2])], options: conv(0, 1) }],
    [
      'a negative stride',
      { code: 3, shape: PICTURE, others: [real([1, 2, 2, 2])], options: conv(1, -1) },
    ],
    [
      'dilation 0',
      { code: 3, shape: PICTURE, others: [real([1, 2, 2, 2])], options: conv(1, 1, 0) },
    ],
    ['no options', { code: 3, shape: PICTURE, others: [real([1, 2, 2, 2])] }],
    [
      'a filter without channels',
      { code: 3, shape: PICTURE, others: [real([1, 2, 2, 0])], options: conv(1, 1) },
    ],
    [
      'a filter of other channels',
      { code: 3, shape: PICTURE, others: [real([1, 2, 2, 3])], options: conv(1, 1) },
    ],
    [
      'a filter of other axes',
      { code: 3, shape: PICTURE, others: [real([4])], options: conv(1, 1) },
    ],
    [
      'a depthwise filter of other channels',
      {
        code: 4,
        shape: PICTURE,
        others: [real([1, 2, 2, 3])],
        options: [2, [i8(0), i32(1), i32(1)]],
      },
    ],
    [
      'a bias of another size',
      { code: 3, shape: PICTURE, others: [real([1, 2, 2, 2]), real([5])], options: conv(1, 1) },
    ],
    ['a pool of stride 0', { code: 1, shape: PICTURE, options: pool(0, 2) }],
    ['a pool of size 0', { code: 17, shape: PICTURE, options: pool(1, 0) }],
    [
      'a pool of a huge size',
      {
        code: 17,
        shape: PICTURE,
        options: [5, [i8(1), i32(1), i32(1), i32(2 ** 31 - 1), i32(2 ** 31 - 1)]],
      },
    ],
    ['SPACE_TO_DEPTH of block 0', { code: 26, shape: PICTURE, options: [19, [i32(0)]] }],
    ['DEPTH_TO_SPACE of block 0', { code: 5, shape: PICTURE, options: [94, [i32(0)]] }],
    [
      'SPACE_TO_BATCH_ND of block 0',
      { code: 38, shape: PICTURE, others: [whole([0, 2]), whole([0, 0, 0, 0], [2, 2])] },
    ],
    [
      'BATCH_TO_SPACE_ND of block 0',
      { code: 37, shape: PICTURE, others: [whole([0, 2]), whole([0, 0, 0, 0], [2, 2])] },
    ],
    [
      'SPLIT into none',
      { code: 49, shape: PICTURE, place: 1, others: [whole([1], [])], options: [35, [i32(0)]] },
    ],
    [
      'an activation that is not known',
      { code: 0, shape: PICTURE, others: [real([1])], options: [11, [i8(9)]] },
    ],
    ['a huge tile', { code: 69, shape: [4], others: [whole([2 ** 30])] }],
    ['a huge fill', { code: 94, shape: [], place: 1, others: [whole([2 ** 20, 2 ** 20])] }],
    ['a huge border', { code: 34, shape: [4], others: [whole([2 ** 30, 2 ** 30], [1, 2])] }],
    [
      'a huge picture',
      { code: 23, shape: PICTURE, others: [whole([2 ** 20, 2 ** 20])], options: [15, []] },
    ],
  ])('%s', (_, call) => {
    expect(errorOf(call).name).toMatch(/^(RangeError|ShapeError|FormatError|OutOfMemoryError)$/);
  });
});

describe('indices and axes that are out of range', () => {
  test.each<[string, Call]>([
    ['GATHER', { code: 36, shape: [4], others: [whole([4])] }],
    [
      'GATHER along an axis',
      { code: 36, shape: [4], others: [whole([0])], options: [23, [i32(3)]] },
    ],
    ['GATHER_ND', { code: 107, shape: [2, 2], others: [whole([1, 2], [1, 2])] }],
    ['EMBEDDING_LOOKUP', { code: 7, shape: [4, 2], place: 1, others: [whole([9])] }],
    ['SCATTER_ND', { code: 122, shape: [1], place: 1, others: [whole([7], [1, 1]), whole([3])] }],
    ['ARG_MAX', { code: 56, shape: [4], others: [whole([2], [])], options: [40, [i8(2)]] }],
    ['CONCATENATION', { code: 2, shape: [4], others: [real([4])], options: [10, [i32(1)]] }],
    ['MEAN', { code: 40, shape: [4], others: [whole([1])], options: [27, [i8(0)]] }],
    ['TRANSPOSE', { code: 39, shape: [2, 2], others: [whole([0, 0])] }],
    ['RESHAPE to another size', { code: 22, shape: [4], others: [whole([3])] }],
    ['RESHAPE to negative sizes', { code: 22, shape: [4], others: [whole([-2, -2])] }],
    [
      'SPLIT_V of sizes that do not add up',
      { code: 102, shape: [4], others: [whole([1, 9]), whole([0], [])] },
    ],
    ['EXPAND_DIMS', { code: 70, shape: [4], others: [whole([5], [])] }],
    [
      'ONE_HOT of a negative depth',
      {
        code: 85,
        shape: [],
        place: 2,
        others: [whole([0]), whole([-1], []), real([])],
        options: [61, [i32(-1)]],
      },
    ],
    ['TOPK_V2', { code: 48, shape: [4], others: [whole([5], [])] }],
    ['FULLY_CONNECTED', { code: 9, shape: [1, 4], others: [real([2, 3])], options: [8, [i8(0)]] }],
  ])('%s', (_, call) => {
    expect(errorOf(call).name).toMatch(/^(RangeError|ShapeError|FormatError)$/);
  });
});
