// What is to be learnt of each sample: classes, numbers, masks, the inputs themselves.
import { describe, expect, test } from 'vitest';
import {
  Dataset,
  type DatasetSource,
  JoinedDataset,
  type NumberArray,
} from '../../src/data/index.js';
import { Random } from '../../src/random.js';

const inputs = Float32Array.from({ length: 12 }, (_, i) => i);
const make = (source: object) =>
  new Dataset({ inputs, inputShape: [2, 1], ...source } as DatasetSource<NumberArray>);

describe('targets', () => {
  test('are numbers, as they are, bytes too, in the order of the samples', () => {
    const data = make({ targets: Uint8Array.from({ length: 12 }, (_, i) => 20 * i) });
    expect(data.targetShape).toEqual([2]);
    expect([data.labels.length, data.classNames.length]).toEqual([0, 0]);
    const [first, second] = [...data.slice(1, 4).batches(2)].map(({ targets, targetShape }) => [
      [...targets],
      targetShape,
    ]);
    // The arrays of a batch are those of the next one.
    expect(first![1]).toEqual([2, 2]);
    expect(second).toEqual([
      [120, 140],
      [1, 2],
    ]);
    const batch = data.batch([5, 0]);
    expect(batch.targets).toEqual(Float32Array.of(200, 220, 0, 20));
    expect(batch.labels).toHaveLength(0);
    expect(data.sample(2)).toEqual({
      input: Float32Array.of(4, 5),
      label: NaN,
      target: Float32Array.of(80, 100),
    });
  });

  test('of a shape with class names are classes of pixels; −100 counts for nothing', () => {
    const targets = BigInt64Array.from({ length: 24 }, (_, i) => BigInt(i === 5 ? -100 : i % 3));
    const source = { targets: Array.from(targets, Number), classNames: ['a', 'b', 'c'] };
    const data = make({ ...source, targets: Int8Array.from(source.targets), targetShape: [2, 2] });
    const { targets: got, targetShape, labels } = data.batch([1, 0]);
    expect(targetShape).toEqual([2, 2, 2]);
    expect(got).toEqual(Int32Array.of(1, -100, 0, 1, 0, 1, 2, 0));
    expect(labels).toBe(got);
  });

  test('"inputs" are the prepared inputs, before any map', () => {
    const data = make({ targets: 'inputs' }).normalise({ mean: 2, std: 2 });
    const { inputs: given, targets } = data.batch([3, 2]);
    expect(targets).toBe(given);
    expect([...data.batches(4)].map((batch) => batch.targetShape)).toEqual([
      [4, 2, 1],
      [2, 2, 1],
    ]);
    const noisy = data.map((sample) => sample.fill(9));
    const batch = noisy.batch([3], new Random(1));
    expect(batch.inputs).toEqual(Float32Array.of(9, 9));
    expect(batch.targets).toEqual(Float32Array.of(2, 2.5));
  });

  test('are the same from the source that is sent to a worker', () => {
    for (const source of [
      { targets: 'inputs' },
      { targets: Float32Array.from(inputs, (value) => value / 3), targetShape: [1, 2] },
      { targets: Uint8Array.from(inputs, (value) => value % 2), classNames: ['a', 'b'] },
      { labels: [0, 1, 0, 1, 0, 1], classNames: ['a', 'b'] },
    ]) {
      const data = make(source).normalise({ mean: 0.3, std: 1.7 }).select([5, 1, 2]);
      const { normalise, ...sent } = data.toSource();
      const other = new Dataset(sent).normalise(normalise);
      expect(other.batch([0, 1, 2])).toEqual(data.batch([0, 1, 2]));
      expect(other.classNames).toEqual(data.classNames);
    }
  });

  test.each<[string, object, string, string]>([
    ['none', {}, 'TypeError', 'classNames: expected an array of strings, got undefined'],
    [
      'of another number',
      { targets: new Float32Array(11) },
      'ShapeError',
      'targetShape: expected positive integers, got [1.8333333333333333]',
    ],
    [
      'of another shape',
      { targets: new Float32Array(12), targetShape: [3] },
      'ShapeError',
      'targets: expected 18 values (samples × targetShape: [6,3]), got 12',
    ],
    [
      'text',
      { targets: 'labels' },
      'TypeError',
      'targets: expected "inputs" or a typed array of numbers, got "labels"',
    ],
    [
      'beside labels',
      { targets: 'inputs', labels: [0] },
      'ShapeError',
      'inputs: expected 2 values (samples × inputShape: [1,2,1]), got 12',
    ],
    [
      'that are no class',
      { targets: Int8Array.from(inputs), classNames: ['a', 'b'] },
      'RangeError',
      'targets: expected integers in [0, 2), got 2 at index 2',
    ],
    [
      'a shape beside labels',
      { labels: [0, 0, 0, 0, 0, 0], classNames: ['a'], targetShape: [1] },
      'TypeError',
      'targetShape: expected targets beside it, got [0, 0, 0, 0, … (6 in all)]',
    ],
  ])('%s: a sentence', (_, source, name, message) => {
    const named = expect.objectContaining({ name, message: `Dataset: ${message}` }) as Error;
    expect(() => make(source)).toThrow(named);
  });
});

describe('several inputs', () => {
  const first = make({ targets: new Float32Array(6) });
  const second = new Dataset({
    inputs: Float32Array.of(1, 2, 3, 4, 5, 6),
    inputShape: [1],
    targets: 'inputs',
  });

  test('come together, each from a data set of its own', () => {
    const joined = new JoinedDataset(first, second.normalise({ mean: 1, std: 2 }));
    expect([joined.length, joined.inputShape, joined.augmented]).toEqual([6, [2, 1], false]);
    const [batch] = joined.batchesOf(Uint32Array.of(4, 0), 2);
    expect(batch!.inputs).toEqual(Float32Array.of(8, 9, 0, 1));
    expect(batch!.others).toEqual([{ inputs: Float32Array.of(2, 0), inputShape: [2, 1] }]);
  });

  test('of another length, or of anything else, are refused', () => {
    const message = 'JoinedDataset: others[0]: expected 6 samples, got 2';
    expect(() => new JoinedDataset(first, second.slice(0, 2))).toThrow(new RangeError(message));
    const other = 'JoinedDataset: others[1]: expected a Dataset, got 3';
    const third = 3 as never;
    expect(() => new JoinedDataset(first, second, third)).toThrow(new TypeError(other));
  });
});
