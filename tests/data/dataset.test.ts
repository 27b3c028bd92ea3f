import { describe, expect, it } from 'vitest';
import { Dataset } from '../../src/data/index.js';
import { ShapeError } from '../../src/errors.js';
import { Random } from '../../src/random.js';
import { bytes, floats, NAMES } from './small.js';

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
