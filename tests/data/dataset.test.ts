import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Dataset, type DatasetSource } from '../../src/data/index.js';
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
      'Dataset: inputs: expected a typed array of numbers, got [1, 2]',
    ],
    [
      'big integers as inputs',
      { inputs: new BigInt64Array(8) },
      TypeError,
      'Dataset: inputs: expected a typed array of numbers, got a BigInt64Array of 8 values',
    ],
    [
      'an unknown field',
      { input_shape: [2, 2] },
      TypeError,
      'Dataset: source: expected inputs, inputShape, labels, targets, targetShape, classNames, got input_shape',
    ],
    [
      'the same name for two classes',
      { classNames: ['a', 'b', 'a'] },
      RangeError,
      'Dataset: classNames: expected each name once, got "a" twice',
    ],
    [
      'names that are no strings',
      { classNames: [0, 1] },
      TypeError,
      'Dataset: classNames: expected an array of strings, got [0, 1]',
    ],
    [
      'labels that are text',
      { labels: '01' },
      TypeError,
      'Dataset: labels: expected an array or a typed array of integers, got "01"',
    ],
    [
      'a big integer beyond the classes',
      { labels: new BigInt64Array([0n, 3n]) },
      RangeError,
      'Dataset: labels: expected integers in [0, 3), got 3n at index 1',
    ],
    [
      'a shape that is no array',
      { inputShape: 4 },
      TypeError,
      'Dataset: inputShape: expected an array, got 4',
    ],
    [
      'a shape beyond all memory',
      { inputShape: [2 ** 30, 2 ** 30] },
      ShapeError,
      'Dataset: inputShape: expected positive integers, got [1073741824,1073741824]',
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

describe('Dataset: kinds of arrays', () => {
  const make = (inputs: unknown, labels: unknown = [0, 1]) =>
    new Dataset({ inputs, inputShape: [2], labels, classNames: NAMES } as never);

  it('counts clamped bytes as bytes, and shares their memory', () => {
    const pixels = Uint8ClampedArray.of(0, 51, 102, 255);
    const dataset = make(pixels);
    expect(Array.from(dataset.sample(1).input)).toEqual([Math.fround(0.4), 1]);
    expect(dataset.raw(0).buffer).toBe(pixels.buffer);
  });

  it.each([Int8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float64Array])(
    'takes values of a %o as they are',
    (Kind) => {
      const dataset = make(Kind.of(1, 2, 3, 100));
      expect(Array.from(dataset.batch([0, 1]).inputs)).toEqual([1, 2, 3, 100]);
    },
  );

  it.each([Uint8Array, Int8Array, Int32Array, Float64Array])('takes labels in a %o', (Kind) => {
    expect(Array.from(make(new Uint8Array(4), Kind.of(2, 1)).labels)).toEqual([2, 1]);
  });

  it('takes labels that are big integers, as NumPy writes them', () => {
    expect(Array.from(make(new Uint8Array(4), BigInt64Array.of(2n, 0n)).labels)).toEqual([2, 0]);
  });

  it('takes arrays of another realm', () => {
    for (const kind of ['Float32Array', 'Uint8Array', 'Float64Array', 'Uint8ClampedArray']) {
      const foreign = runInNewContext(
        `({ inputs: ${kind}.of(0, 255, 0, 255), inputShape: [2], labels: [0, 1], classNames: ['a', 'b'] })`,
      ) as DatasetSource;
      expect(foreign.inputs instanceof Float32Array || foreign.inputs instanceof Uint8Array).toBe(
        false,
      );
      const dataset = new Dataset(foreign);
      expect(dataset.batch(runInNewContext('[1]') as number[]).inputs[1]).toBe(
        kind.startsWith('Uint8') ? 1 : 255,
      );
      expect(dataset.raw(0)).toBeInstanceOf(kind.startsWith('Uint8') ? Uint8Array : Float32Array);
    }
  });

  it('takes what a map returns of another realm', () => {
    const doubled = floats([3]).map(() => runInNewContext('Float32Array.of(6)') as Float32Array);
    expect(doubled.sample(0).input[0]).toBe(6);
  });

  it('refuses memory that was moved to another thread', () => {
    const inputs = new Float32Array(4);
    structuredClone(inputs, { transfer: [inputs.buffer] });
    expect(() => make(inputs)).toThrow(
      'Dataset: inputs: expected a typed array of numbers, got a Float32Array whose buffer was moved',
    );
  });

  it('shows by its statistics that there is a NaN', () => {
    expect(floats([1, NaN, 2]).statistics().mean).toEqual([NaN]);
    expect(floats([1, Infinity, 2]).statistics().std).toEqual([NaN]);
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
        'Dataset: map: the function’s result: expected undefined or a Float32Array of 1 values, got a Float32Array of 2 values',
      ),
    );
    expect(() => floats([0]).map(3 as never)).toThrow(TypeError);
  });
});
