import { describe, expect, it } from 'vitest';
import { Dataset } from '../../src/data/index.js';
import { Random } from '../../src/random.js';
import { bytes, NAMES } from './small.js';

const source = { inputs: new Uint8Array(8), inputShape: [2, 2], labels: [0, 1], classNames: NAMES };
const ODD: readonly unknown[] = [
  undefined,
  null,
  5,
  NaN,
  'x',
  true,
  1n,
  {},
  [],
  [1, 'a'],
  [undefined],
  Symbol('s'),
  () => 1,
  Object.create(null),
  Float64Array.of(0.5, 1),
];
const calls: Readonly<Record<string, (odd: unknown) => unknown[]>> = {
  select: (odd) => [odd],
  shuffle: (odd) => [odd],
  slice: (odd) => [0, odd],
  split: (odd) => [odd],
  map: (odd) => [odd],
  normalise: (odd) => [odd],
  'normalise mean': (odd) => [{ mean: odd, std: 1 }],
  'normalise std': (odd) => [{ mean: 0, std: odd }],
  sample: (odd) => [odd],
  'sample random': (odd) => [0, odd],
  raw: (odd) => [odd],
  batch: (odd) => [odd],
  'batch random': (odd) => [[0], odd],
  'batch into': (odd) => [[0], new Random(1), odd],
  batches: (odd) => [odd],
  'batches options': (odd) => [1, odd],
  'batches random': (odd) => [1, { random: odd }],
  'batches dropLast': (odd) => [1, { dropLast: odd }],
  batchesOf: (odd) => [odd, 1],
  'batchesOf batchSize': (odd) => [Uint32Array.of(0), odd],
  'batchesOf seed': (odd) => [Uint32Array.of(0), 1, odd],
};

/** The message of what a call throws; none where it works. */
function messageOf(call: () => unknown): string | undefined {
  try {
    const result = call() as Partial<Iterator<unknown>> | undefined;
    if (typeof result?.next === 'function') result.next();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('arguments of every kind are taken or named in a sentence', () => {
  it.each(Object.entries(calls))('Dataset: %s', (name, argumentsFor) => {
    const method = name.split(' ')[0]!;
    const dataset = bytes() as unknown as Record<string, (...given: unknown[]) => unknown>;
    const messages = ODD.map((odd) => messageOf(() => dataset[method]!(...argumentsFor(odd))));
    const refused = messages.filter((message) => message !== undefined);
    expect(refused.length).toBeGreaterThan(8);
    for (const message of refused) {
      expect(message).toMatch(/^Dataset: \w+: .*expected .*, got .+/);
      expect(message.length).toBeLessThan(300);
    }
  });

  it.each(['source', 'inputs', 'inputShape', 'labels', 'classNames'])('new Dataset: %s', (name) => {
    const make = Dataset as unknown as new (given: unknown) => unknown;
    for (const odd of ODD) {
      const given = name === 'source' ? odd : { ...source, [name]: odd };
      expect(messageOf(() => new make(given))).toMatch(/^Dataset: \w+: expected .*, got .+/);
    }
  });

  it('more than a split takes, which would be lost', () => {
    expect(() => bytes().split(...([0.5, new Random(1)] as unknown as [number]))).toThrow(
      new TypeError('Dataset: split: arguments: expected at most 1 argument, got 2'),
    );
  });

  it('more than a source', () => {
    expect(() => new (Dataset as new (...given: unknown[]) => unknown)(source, {})).toThrow(
      new TypeError('Dataset: arguments: expected at most 1 argument, got 2'),
    );
  });

  it('names of options that other libraries have', () => {
    expect(() => bytes().batches(2, { drop_last: true } as never)).toThrow(
      'Dataset: batches: options: expected dropLast, random, got drop_last, which is dropLast here',
    );
    expect(() => bytes().normalise({ mean: 0, stdDev: 1 } as never)).toThrow(
      'Dataset: normalise: statistics: expected mean, std, got stdDev',
    );
  });
});
