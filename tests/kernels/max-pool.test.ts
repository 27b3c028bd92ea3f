import { describe, expect, test } from 'vitest';
import {
  inputRows,
  outputRows,
  poolBlock,
  type PoolGeometry,
} from '../../src/ops/pool/geometry.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, Tensor } from '../../src/tensor.js';
import { poolGeometry, randomPool } from '../support/pool-geometry.js';
import { pick, randomValues } from '../support/random.js';
import * as reference from '../support/reference/pool2d.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

/** Values and sums are exact in float32: kernel and reference must agree in every bit. */
function checkAll(g: PoolGeometry, x: Float32Array, random: Random, label: string) {
  const { kernels } = runtime();
  const size = outputRows(g) * g.outWidth * g.channels;
  const dy = randomValues(size, random);
  const parts = pick(random, [1, 1, 2, 5]);
  const expected = reference.maxPool2dForward(x, g);
  const dx = reference.maxPool2dGradInput(dy, expected.argmax, g);
  const before = randomValues(x.length, random);
  scope(() => {
    const [tx, tdy, y, argmax] = [floats(x), floats(dy), unwritten(size), unwritten(size)];
    const inferred = unwritten(size);
    const [fresh, sum] = [unwritten(x.length), floats(before)];
    const geometry = poolBlock(g);
    for (const [begin, end] of ranges(outputRows(g), parts)) {
      kernels.maxPoolForward(inferred.pointer, tx.pointer, geometry, begin, end);
      kernels.maxPoolForwardArgmax(y.pointer, argmax.pointer, tx.pointer, geometry, begin, end);
    }
    for (const [begin, end] of ranges(inputRows(g), parts)) {
      const gradient = (to: Tensor, accumulate: boolean) =>
        kernels.maxPoolGradInput(
          to.pointer,
          tdy.pointer,
          argmax.pointer,
          geometry,
          accumulate,
          begin,
          end,
        );
      gradient(fresh, false);
      gradient(sum, true);
    }
    const indices = new Int32Array(argmax.data().buffer);
    expect(Array.from(y.data()), `y ${label}`).toEqual(Array.from(expected.y));
    expect(Array.from(inferred.data()), `y without argmax ${label}`).toEqual(
      Array.from(expected.y),
    );
    const bits = (t: Tensor) => Array.from(new Uint32Array(t.data().buffer));
    expect(bits(inferred), `bits without argmax ${label}`).toEqual(bits(y));
    expect(Array.from(indices), `argmax ${label}`).toEqual(Array.from(expected.argmax));
    expect(Array.from(fresh.data(), positiveZero), `dx ${label}`).toEqual(Array.from(dx));
    const added = Array.from(before, (value, i) => positiveZero(value + dx[i]!));
    expect(Array.from(sum.data(), positiveZero), `dx + ${label}`).toEqual(added);
  });
}

function positiveZero(value: number): number {
  return value + 0;
}

/** Few different values: many ties. The specials are rare enough that most windows have none. */
function awkwardValues(count: number, random: Random): Float32Array {
  const specials = [NaN, Infinity, -Infinity, 0, -0, -Infinity];
  const rate = pick(random, [2, 20, 1000]);
  const values = pick(random, [2, 128]);
  const result = Float32Array.from({ length: count }, () =>
    random.integer(rate) === 0 ? pick(random, specials) : (random.integer(values) - 64) / 64,
  );
  // NaNs of other bits: an engine may store one pattern for all.
  const bits = new Uint32Array(result.buffer);
  for (let i = 0; i < count; i++) {
    if (Number.isNaN(result[i])) bits[i] = pick(random, [0x7fc00000, 0xffc00000, 0x7fc12345]);
  }
  return result;
}

const CHANNELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 21, 32, 35];

describe('max pooling agrees with the reference', () => {
  test('on random awkward geometries', () => {
    const seed = 20_262;
    const random = new Random(seed);
    for (let done = 0; done < 400; done++) {
      const [g, text] = randomPool(random, CHANNELS);
      const x = awkwardValues(inputRows(g) * g.inWidth * g.channels, random);
      checkAll(g, x, random, `seed ${seed} case ${done} ${text}`);
    }
  });

  test.each([
    { name: '2x2', x: [2, 8, 8, 32], kernel: 2, options: {} },
    { name: 'stride beyond the kernel', x: [1, 11, 13, 3], kernel: 2, options: { stride: 5 } },
    { name: '1x1 image, kernel larger', x: [3, 1, 1, 5], kernel: 3, options: { padding: 1 } },
    { name: 'whole image', x: [2, 7, 5, 19], kernel: [7, 5], options: {} },
    { name: 'overlap', x: [1, 9, 9, 20], kernel: 5, options: { stride: 1, padding: 2 } },
    { name: 'empty batch', x: [0, 5, 5, 2], kernel: 2, options: {} },
    {
      name: 'windows without a pixel',
      x: [1, 1, 1, 18],
      kernel: 2,
      options: { dilation: 2, padding: 1, stride: 1 },
    },
  ])('$name', ({ x, kernel, options }) => {
    const g = poolGeometry(x, { kernelSize: kernel, ...options });
    const random = new Random(7);
    const values = awkwardValues(inputRows(g) * g.inWidth * g.channels, random);
    checkAll(g, values, random, JSON.stringify({ x, kernel, options }));
  });
});

describe('order of the maxima', () => {
  const argmaxOf = (values: number[]) => {
    const g = poolGeometry([1, 2, 2, 1], { kernelSize: 2 });
    return scope(() => {
      const [y, argmax] = [unwritten(1), Tensor.allocate([1], 'int32')];
      const inferred = unwritten(1);
      const x = floats(values);
      const { kernels } = runtime();
      const geometry = poolBlock(g);
      kernels.maxPoolForwardArgmax(y.pointer, argmax.pointer, x.pointer, geometry, 0, 1);
      kernels.maxPoolForward(inferred.pointer, x.pointer, geometry, 0, 1);
      expect(inferred.item()).toBe(y.item());
      return [y.item(), argmax.item()];
    });
  };

  test.each([
    { name: 'the first of equal values', x: [1, 3, 3, 3], expected: [3, 1] },
    { name: '-0 and 0 are equal', x: [-0, 0, 0, -0], expected: [-0, 0] },
    { name: 'the first NaN', x: [1, NaN, Infinity, NaN], expected: [NaN, 1] },
    { name: 'NaN first', x: [NaN, 1, NaN, 2], expected: [NaN, 0] },
    { name: 'only -Infinity', x: Array(4).fill(-Infinity) as number[], expected: [-Infinity, 0] },
    { name: 'NaN after -Infinity', x: [-Infinity, -Infinity, NaN, 0], expected: [NaN, 2] },
  ])('$name', ({ x, expected }) => expect(argmaxOf(x)).toEqual(expected));
});
