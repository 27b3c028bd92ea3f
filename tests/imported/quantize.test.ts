// Quantised numbers, and what is kept of boxes that overlap.
import { describe, expect, test } from 'vitest';
import { nonMaxSuppression } from '../../src/imported/ops/nms.js';
import {
  dequantizeLinear,
  dynamicQuantizeLinear,
  fakeQuantize,
  quantizeLinear,
} from '../../src/imported/ops/quantize.js';
import { channelsLast, type ElementType, sameOrder, Value } from '../../src/imported/value.js';
import { scope } from '../../src/tensor.js';

const host = (
  numbers: number[],
  shape: number[] = [numbers.length],
  dtype: ElementType = 'float32',
) => Value.host(numbers, shape, dtype);
const onTensor = (value: Value, order = sameOrder(value.rank)) =>
  Value.of(value.tensor(order), order, value.dtype);
const list = (value: Value) => Array.from(value.numbers());

describe('quantizeLinear', () => {
  // The example of ONNX's QuantizeLinear.
  test('rounds half to even and saturates', () => {
    scope(() => {
      const x = host([0, 2, 4, 1000, -254, -1000, 3, -5]);
      for (const value of [x, onTensor(x)]) {
        const y = quantizeLinear(value, host([2], []), host([128], [], 'uint8'), 'uint8');
        expect(list(y)).toEqual([128, 129, 130, 255, 1, 0, 130, 126]);
        expect(y.dtype).toBe('uint8');
        expect(list(quantizeLinear(value, host([4], [1]), undefined, 'int8'))).toEqual([
          0, 0, 1, 127, -64, -128, 1, -1,
        ]);
      }
    });
  });

  test('takes a scale for each place along an axis, in any order, and back', () => {
    scope(() => {
      const x = host([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [1, 3, 2, 2]);
      const [scale, zeroPoint] = [host([1, 2, 0.5]), host([0, 10, -3], [3], 'int8')];
      const expected = [1, 2, 3, 4, 12, 13, 14, 14, 15, 17, 19, 21];
      for (const value of [x, onTensor(x), onTensor(x, channelsLast(4))]) {
        const q = quantizeLinear(value, scale, zeroPoint, 'int8');
        expect(list(q)).toEqual(expected);
        const y = dequantizeLinear(q, onTensor(scale), zeroPoint);
        expect(y.dtype).toBe('float32');
        expect(list(y)).toEqual([1, 2, 3, 4, 4, 6, 8, 8, 9, 10, 11, 12]);
      }
      expect(list(quantizeLinear(x, host([1, 2]), undefined, 'int8', { axis: -1 }))).toEqual([
        1, 1, 3, 2, 5, 3, 7, 4, 9, 5, 11, 6,
      ]);
    });
  });

  test('blocks along an axis share a scale', () => {
    scope(() => {
      const x = host([4, 8, 12, 16, 20, 24, 28, 32], [2, 4]);
      const scale = host([1, 2, 4, 8], [2, 2]);
      const q = quantizeLinear(x, scale, undefined, 'int8', { axis: 1, blockSize: 2 });
      expect(list(q)).toEqual([4, 8, 6, 8, 5, 6, 4, 4]);
      const y = dequantizeLinear(q, scale, undefined, { axis: 1, blockSize: 2 });
      expect(list(y)).toEqual([4, 8, 12, 16, 20, 24, 32, 32]);
    });
  });

  test('scales that do not fit are an error', () => {
    const x = host([1, 2, 3, 4], [2, 2]);
    expect(() => quantizeLinear(x, host([1, 2, 3]), undefined, 'int8')).toThrow(
      'quantizeLinear: scale: expected shape [2] for axis 1 of [2,2], got [3]',
    );
    expect(() => dequantizeLinear(x, host([1, 2]), undefined, { axis: 2 })).toThrow(
      'dequantizeLinear: axis: expected an integer in [-2, 2), got 2',
    );
    expect(() =>
      dequantizeLinear(x, host([1, 2, 3, 4], [2, 2]), undefined, { axis: 1, blockSize: 2 }),
    ).toThrow('expected shape [2,1] for whole blocks of 2, got [2,2]');
  });

  // The examples of ONNX's DynamicQuantizeLinear.
  test.each([
    [[0, 2, -3, -2.5, 1.34, 0.5], 0.0196078438, 153, [153, 255, 0, 26, 221, 179]],
    [[-1, -2.1, -1.3, -2.5, -3.34, -4], 0.0156862754, 255, [191, 121, 172, 96, 42, 0]],
    [
      [1, 2.1, 1.3, 2.5, 3.34, 4, 1.5, 2.6, 3.9, 4, 3, 2.345],
      0.0156862754,
      0,
      [64, 134, 83, 159, 213, 255, 96, 166, 249, 255, 191, 149],
    ],
  ])('dynamicQuantizeLinear of %j', (numbers, scale, zeroPoint, expected) => {
    scope(() => {
      for (const x of [host(numbers), onTensor(host(numbers))]) {
        const got = dynamicQuantizeLinear(x);
        expect(list(got.scale)[0]).toBeCloseTo(scale, 9);
        expect(list(got.zeroPoint)).toEqual([zeroPoint]);
        expect(list(got.y)).toEqual(expected);
      }
    });
  });

  test('fakeQuantize moves its range so that 0 is exact', () => {
    scope(() => {
      const x = onTensor(host([-1, -0.1, 0, 0.1, 0.26, 7]));
      const y = fakeQuantize(x, { min: -0.3, max: 1.2, least: 0, largest: 15 });
      const rounded = list(y).map((value) => Math.round(10 * value) / 10);
      expect(rounded).toEqual([-0.3, -0.1, 0, 0.1, 0.3, 1.2]);
    });
  });
});

describe('nonMaxSuppression', () => {
  const boxes = [
    [0, 0, 1, 1],
    [0, 0.1, 1, 1.1],
    [0, -0.1, 1, 0.9],
    [0, 10, 1, 11],
    [0, 10.1, 1, 11.1],
    [0, 100, 1, 101],
  ].flat();
  const scores = [0.9, 0.75, 0.6, 0.95, 0.5, 0.3];
  const options = { maxOutputSize: 3, iouThreshold: 0.5, scoreThreshold: 0 };

  // The examples of ONNX's NonMaxSuppression.
  test('keeps the best of those that overlap', () => {
    expect(nonMaxSuppression(boxes, scores, options).indices).toEqual([3, 0, 5]);
    const strict = { ...options, scoreThreshold: 0.4 };
    expect(nonMaxSuppression(boxes, scores, strict).indices).toEqual([3, 0]);
    expect(nonMaxSuppression(boxes, scores, { ...options, maxOutputSize: 2 }).indices).toEqual([
      3, 0,
    ]);
    expect(nonMaxSuppression(boxes, scores, { ...options, maxOutputSize: 0 }).indices).toEqual([]);
  });

  test('takes corners in any order and boxes about their middle', () => {
    const flipped = [
      1, 1, 0, 0, 0, 0.1, 1, 1.1, 0, 0.9, 1, -0.1, 0, 10, 1, 11, 1, 10.1, 0, 11.1, 1, 101, 0, 100,
    ];
    expect(nonMaxSuppression(flipped, scores, options).indices).toEqual([3, 0, 5]);
    const centers = [0.5, 0.6, 0.4, 10.5, 10.6, 100.5].flatMap((y) => [0.5, y, 1, 1]);
    const centered = { ...options, isCentered: true };
    expect(nonMaxSuppression(centers, scores, centered).indices).toEqual([3, 0, 5]);
  });

  test('equal boxes and equal scores: the first', () => {
    const equal = Array.from({ length: 10 }, () => [0, 0, 1, 1]).flat();
    const same = Array.from({ length: 10 }, () => 0.9);
    expect(nonMaxSuppression(equal, same, options).indices).toEqual([0]);
  });

  // The example of tf.image.non_max_suppression_with_scores: tensorflow/core/kernels/image/non_max_suppression_op_test.cc.
  test('lowers scores where asked to', () => {
    const soft = { maxOutputSize: 6, iouThreshold: 1, scoreThreshold: 0, softNmsSigma: 0.5 };
    const kept = nonMaxSuppression(boxes, scores, soft);
    expect(kept.indices).toEqual([3, 0, 1, 5, 4, 2]);
    const expected = [0.95, 0.9, 0.384, 0.3, 0.256, 0.197];
    kept.scores.forEach((score, i) => expect(score).toBeCloseTo(expected[i]!, 2));
  });
});
