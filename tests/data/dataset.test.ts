import { describe, expect, it } from 'vitest';
import { type Batch, Dataset } from '../../src/data/index.js';
import { ShapeError } from '../../src/errors.js';
import { Random } from '../../src/random.js';

const NAMES = ['a', 'b', 'c'];

/** Six samples [2, 2] (two places, two channels); sample i holds 10i … 10i + 3. */
function bytes(): Dataset {
  const inputs = Uint8Array.from({ length: 24 }, (_, i) => 10 * Math.floor(i / 4) + (i % 4));
  return new Dataset({ inputs, inputShape: [2, 2], labels: [0, 1, 2, 0, 1, 2], classNames: NAMES });
}

function floats(values: number[], inputShape = [1]): Dataset {
  const labels = new Int32Array(values.length / inputShape.reduce((a, b) => a * b));
  return new Dataset({ inputs: Float32Array.from(values), inputShape, labels, classNames: ['x'] });
}

const firsts = (dataset: Dataset) =>
  Array.from({ length: dataset.length }, (_, i) => dataset.raw(i)[0]);

describe('Dataset: construction', () => {
  const good = { inputs: new Uint8Array(8), inputShape: [2, 2], labels: [0, 1], classNames: NAMES };

  it.each([
    [
      'inputs of another kind',
      { inputs: [1, 2] },
      TypeError,
      'Dataset: inputs: expected a Uint8Array or a Float32Array, got object',
    ],
    [
      'clamped bytes',
      { inputs: new Uint8ClampedArray(8) },
      TypeError,
      'Dataset: inputs: expected a Uint8Array or a Float32Array, got Uint8ClampedArray of 8 bytes',
    ],
    [
      'no samples',
      { inputs: new Uint8Array(0), labels: [] },
      RangeError,
      'Dataset: labels: expected at least one sample, got none',
    ],
    [
      'a count that does not fit',
      { inputs: new Uint8Array(7) },
      ShapeError,
      'Dataset: inputs: expected 8 values (labels × inputShape: [2,2,2]), got 7',
    ],
    [
      'an empty shape',
      { inputShape: [] },
      ShapeError,
      'Dataset: inputShape: expected positive integers, got []',
    ],
    [
      'a size of zero',
      { inputShape: [2, 0] },
      ShapeError,
      'Dataset: inputShape: expected positive integers, got [2,0]',
    ],
    [
      'a label too large',
      { labels: [0, 3] },
      RangeError,
      'Dataset: labels: expected integers in [0, 3), got 3 at index 1',
    ],
    [
      'a negative label',
      { labels: [-1, 0] },
      RangeError,
      'Dataset: labels: expected integers in [0, 3), got -1 at index 0',
    ],
    [
      'a fraction as label',
      { labels: [0, 0.5] },
      RangeError,
      'Dataset: labels: expected integers in [0, 3), got 0.5 at index 1',
    ],
  ])('refuses %s', (_, change, type, message) => {
    const make = () => new Dataset({ ...good, ...change } as never);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});

describe('Dataset: views', () => {
  it('keeps its labels when the array they came in changes', () => {
    const labels = [0, 1];
    const source = { inputs: new Uint8Array(2), inputShape: [1], labels, classNames: NAMES };
    const dataset = new Dataset(source);
    labels[0] = 99;
    expect(Array.from(dataset.select([0, 1]).labels)).toEqual([0, 1]);
  });

  it('selects, slices and splits without copying the inputs', () => {
    const dataset = bytes();
    expect(firsts(dataset.select([4, 0, 4]))).toEqual([40, 0, 40]);
    expect(Array.from(dataset.select([4, 0, 4]).labels)).toEqual([1, 0, 1]);
    expect(firsts(dataset.select([5, 3, 1]).slice(1))).toEqual([30, 10]);
    expect(dataset.slice(2, 4).raw(0).buffer).toBe(dataset.raw(0).buffer);
    expect(dataset.split(2).map((d) => d.length)).toEqual([2, 4]);
    expect(dataset.split(0.5).map(firsts)).toEqual([
      [0, 10, 20],
      [30, 40, 50],
    ]);
    expect(dataset.length).toBe(6);
  });

  it('shuffles into a view, the same for the same seed, labels with their samples', () => {
    const dataset = bytes();
    const shuffled = dataset.shuffle(new Random(3));
    expect(firsts(shuffled)).toEqual(firsts(dataset.shuffle(new Random(3))));
    expect(firsts(shuffled)).not.toEqual(firsts(dataset));
    expect(Array.from(shuffled.labels)).toEqual(firsts(shuffled).map((v) => (v! / 10) % 3));
  });

  it.each([
    [-1, 2],
    [0, 7],
    [2, 2],
    [0.5, 2],
    [NaN, 2],
  ])('refuses slice(%s, %s)', (begin, end) => {
    expect(() => bytes().slice(begin, end)).toThrow(
      `Dataset: slice: begin, end: expected integers 0 <= begin < end <= 6, got ${begin}, ${end}`,
    );
  });

  it.each([0, -1, 6, 1.5, 0.01, NaN])('refuses split(%s)', (count) => {
    expect(() => bytes().split(count)).toThrow(
      /^Dataset: split: countOrFraction: expected a count/,
    );
  });

  it('refuses positions outside', () => {
    expect(() => bytes().select([6])).toThrow(
      'Dataset: select: index: expected an integer in [0, 6), got 6',
    );
    expect(() => bytes().select([])).toThrow(
      'Dataset: select: indices: expected at least one, got none',
    );
    expect(() => bytes().sample(-1)).toThrow(RangeError);
    expect(() => bytes().raw(0.5)).toThrow(RangeError);
  });
});

describe('Dataset: normalisation', () => {
  it('divides bytes by 255', () => {
    const { input, label } = bytes().sample(5);
    expect(Array.from(input)).toEqual([50, 51, 52, 53].map((v) => Math.fround(v / 255)));
    expect(label).toBe(2);
  });

  it('leaves floats as they are', () => {
    expect(Array.from(floats([0.1, -3]).sample(1).input)).toEqual([-3]);
  });

  it('applies mean and std per channel', () => {
    const normal = floats([1, 10, 3, 20], [2]).normalise({ mean: [1, 10], std: [2, 5] });
    expect(Array.from(normal.batch([0, 1]).inputs)).toEqual([0, 0, 1, 2]);
    const uniform = floats([1, 10, 3, 20], [2]).normalise({ mean: 1, std: 2 });
    expect(Array.from(uniform.batch([0, 1]).inputs)).toEqual([0, 4.5, 1, 9.5]);
  });

  it('composes: the second applies to the result of the first', () => {
    const twice = floats([9]).normalise({ mean: 1, std: 2 }).normalise({ mean: 3, std: 0.5 });
    expect(Array.from(twice.sample(0).input)).toEqual([2]);
  });

  it('knows its statistics, and is standard after normalising by them', () => {
    expect(floats([1, 10, 3, 20], [2]).statistics()).toEqual({ mean: [2, 15], std: [1, 5] });
    const { mean, std } = bytes().normalise(bytes().statistics()).statistics();
    for (const m of mean) expect(m).toBeCloseTo(0, 6);
    for (const s of std) expect(s).toBeCloseTo(1, 6);
  });

  it('takes the statistics of the view, before maps', () => {
    const view = floats([1, 5, 100]).slice(0, 2);
    expect(view.map((sample) => void sample.fill(9)).statistics()).toEqual({ mean: [3], std: [2] });
  });

  it.each([
    [{ mean: [0], std: 1 }, ShapeError, 'Dataset: normalise: mean: expected 2 channels, got 1'],
    [
      { mean: 0, std: [1, 0] },
      RangeError,
      'Dataset: normalise: std: expected positive finite numbers, got 0 for channel 1',
    ],
    [
      { mean: NaN, std: 1 },
      RangeError,
      'Dataset: normalise: mean: expected finite numbers, got NaN for channel 0',
    ],
  ])('refuses %j', (statistics, type, message) => {
    expect(() => bytes().normalise(statistics)).toThrow(type);
    expect(() => bytes().normalise(statistics)).toThrow(message);
  });
});

describe('Dataset: maps', () => {
  it('run in order after normalisation, in place or by result', () => {
    const dataset = floats([3])
      .map((sample) => void (sample[0]! *= 10))
      .map((sample) => Float32Array.of(sample[0]! + 1))
      .normalise({ mean: 1, std: 1 });
    expect(Array.from(dataset.sample(0).input)).toEqual([21]);
    expect(Array.from(dataset.raw(0))).toEqual([3]);
  });

  it('draw from the given generator, from a fresh one without', () => {
    const noisy = floats([0]).map((sample, random) => void (sample[0] = random.uniform()));
    const random = new Random(4);
    const draws = [noisy.sample(0, random), noisy.sample(0, random)].map(({ input }) => input[0]);
    const again = new Random(4);
    expect(draws).toEqual([Math.fround(again.uniform()), Math.fround(again.uniform())]);
    expect(noisy.sample(0).input[0]).toBe(Math.fround(new Random(0).uniform()));
  });

  it('must keep the size', () => {
    const wrong = floats([0]).map(() => new Float32Array(2));
    expect(() => wrong.sample(0)).toThrow(
      new TypeError(
        'Dataset: map: the function’s result: expected undefined or a Float32Array of 1 values, got Float32Array of 8 bytes',
      ),
    );
    expect(() => floats([0]).map(3 as never)).toThrow(TypeError);
  });
});

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
    expect(() => bytes().batches(size)).toThrow(
      new RangeError(`Dataset: batches: batchSize: expected a positive integer, got ${size}`),
    );
  });
});
