import { describe, expect, it } from 'vitest';
import type { Batch, Dataset } from '../../src/data/index.js';
import { ShapeError } from '../../src/errors.js';
import { Random } from '../../src/random.js';
import { bytes, floats } from './small.js';

describe('Dataset: batches', () => {
  const indices = (dataset: Dataset, size: number, options = {}) =>
    Array.from(dataset.batches(size, options), (batch) => Array.from(batch.indices));

  it('goes through the samples in order, the last batch smaller', () => {
    expect(indices(bytes(), 4)).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ]);
    expect(indices(bytes(), 4, { dropLast: true })).toEqual([[0, 1, 2, 3]]);
    expect(indices(bytes(), 3)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(indices(bytes(), 100)).toEqual([[0, 1, 2, 3, 4, 5]]);
    expect(indices(bytes(), 100, { dropLast: true })).toEqual([]);
  });

  it('gives inputs, shape and labels', () => {
    const shapes: number[][] = [];
    for (const batch of bytes().batches(4)) {
      shapes.push([...batch.inputShape]);
      expect(batch.inputs).toHaveLength(batch.inputShape.reduce((a, b) => a * b));
      Array.from(batch.indices).forEach((at, i) => {
        expect(batch.inputs[i * 4]).toBe(Math.fround((10 * at) / 255));
        expect(batch.labels[i]).toBe(at % 3);
      });
    }
    expect(shapes).toEqual([
      [4, 2, 2],
      [2, 2, 2],
    ]);
  });

  it('reuses one memory', () => {
    const all = Array.from(bytes().batches(4));
    expect(new Set(all.map(({ inputs }) => inputs.buffer)).size).toBe(1);
    const even = Array.from(bytes().batches(2));
    expect(new Set(even).size).toBe(1);
  });

  it('shuffles by the generator', () => {
    const order = indices(bytes(), 6, { random: new Random(1) })[0]!;
    expect(order).toEqual(Array.from(new Random(1).permutation(6)));
  });

  it('fills a batch in the order of a training loop, into memory of its own', () => {
    const dataset = bytes();
    const order = Uint32Array.of(5, 0, 3);
    const batch = dataset.batch(order);
    expect(Array.from(batch.labels)).toEqual([2, 0, 0]);
    const again = dataset.batch([1, 1, 2], undefined, batch);
    expect(again).toBe(batch);
    expect(Array.from(batch.labels)).toEqual([1, 1, 2]);
    expect(Array.from(batch.indices)).toEqual([1, 1, 2]);
    expect(() => dataset.batch([1], undefined, batch)).toThrow(
      new ShapeError('Dataset: batch: into: expected [1,2,2], got [3,2,2]'),
    );
  });

  it('augments each batch by a generator of its own, so that any can be prepared alone', () => {
    const noisy = floats([0, 0, 0, 0, 0]).map(
      (sample, random) => void sample.fill(random.uniform()),
    );
    const order = Uint32Array.of(4, 0, 2, 1, 3);
    const values = (batches: Iterable<Batch>) =>
      Array.from(batches, ({ inputs }) => Array.from(inputs));
    const all = values(noisy.batchesOf(order, 2, 7));
    expect(new Set(all.flat()).size).toBe(5);
    expect(values(noisy.batchesOf(order.subarray(2), 2, 8))).toEqual(all.slice(1));
    expect(Array.from(noisy.batch(order.subarray(4), new Random(9)).inputs)).toEqual(all[2]);
    const random = new Random(3);
    const shuffled = values(noisy.batches(2, { random }));
    const again = new Random(3);
    const sameOrder = again.permutation(5);
    expect(values(noisy.batchesOf(sameOrder, 2, again.seed()))).toEqual(shuffled);
    expect(random.state()).toEqual(again.state());
  });

  it('draws nothing but the order without maps', () => {
    const [random, again] = [new Random(3), new Random(3)];
    expect([bytes().augmented, bytes().map(() => undefined).augmented]).toEqual([false, true]);
    bytes().batches(2, { random });
    again.permutation(6);
    expect(random.state()).toEqual(again.state());
  });

  it.each([0, -1, 1.5, NaN, Infinity])('refuses batchSize %s', (size) => {
    expect(() => bytes().batches(size)).toThrow(RangeError);
    expect(() => bytes().batches(size)).toThrow(
      /^Dataset: batches: batchSize: expected an integer (of at least 1|below 2\^31), got /,
    );
  });

  it('takes an order in any array, and refuses one that leads outside before the first batch', () => {
    const batches = Array.from(bytes().batchesOf([4, 1] as never, 1), ({ indices }) => indices[0]);
    expect(batches).toEqual([4, 1]);
    for (const order of [[0.5], [-1], [6], [NaN]]) {
      expect(() => bytes().batchesOf(order as never, 1)).toThrow(
        `Dataset: batchesOf: index: expected an integer in [0, 6), got ${order[0]}`,
      );
    }
    expect(Array.from(bytes().batchesOf(new Uint32Array(0), 1))).toEqual([]);
  });
});
