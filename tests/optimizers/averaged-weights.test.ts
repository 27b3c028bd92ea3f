import { expect, test } from 'vitest';
import { AveragedWeights, DisposedError, scope, type Tensor } from '../../src/index.js';
import { expectClose } from '../support/compare.js';
import { floats } from '../support/tensors.js';
import { expectAllFreed } from './freed.js';

expectAllFreed();

const WEIGHTS = [
  [4, -2, 1],
  [0, 6, 2],
  [2, 2, 3],
  [1, 1, -7],
];

/** Weights of two tensors that take on these values, and an update for each. */
function follow(averages: AveragedWeights, params: readonly Tensor[], all = WEIGHTS): void {
  for (const [a, b, c] of all) {
    params[0]!.assign([a!, b!]);
    params[1]!.assign([c!]);
    averages.update();
  }
}

const zeros = () => [floats([0, 0]), floats([0])];

/** What the averages are: they are swapped in and out. */
function averageOf(averages: AveragedWeights): number[] {
  averages.swap();
  const values = averages.params.flatMap((p) => [...p.data()]);
  averages.swap();
  return values;
}

test('without a decay it is the mean of all updates (stochastic weight averaging)', () => {
  scope(() => {
    const params = zeros();
    using averages = new AveragedWeights(params);
    follow(averages, params);
    const mean = [0, 1, 2].map((i) => WEIGHTS.reduce((sum, row) => sum + row[i]!, 0) / 4);
    expectClose(averageOf(averages), mean, { relative: 1e-6, label: 'mean' });
    expect(averages.updates).toBe(4);
    expect(params[1]!.item()).toBe(-7);
  });
});

test('with a decay it is an exponential moving average, from the first update on', () => {
  scope(() => {
    const params = zeros();
    using averages = new AveragedWeights(params, { decay: 0.75 });
    follow(averages, params);
    const [first, ...rest] = WEIGHTS;
    const expected = first!.map((value, i) =>
      rest.reduce((average, row) => 0.75 * average + 0.25 * row[i]!, value),
    );
    expectClose(averageOf(averages), expected, { relative: 1e-6, label: 'average' });
  });
});

test('swap changes the weights in place, which the tape notices, and gives them back', () => {
  scope(() => {
    const params = zeros();
    using averages = new AveragedWeights(params);
    follow(averages, params, WEIGHTS.slice(0, 2));
    const { version } = params[0]!;
    averages.swap();
    expect(params[0]!.toArray()).toEqual([2, 2]);
    expect(params[0]!.version).toBeGreaterThan(version);
    expect(() => averages.update()).toThrow(
      'AveragedWeights: update: expected the weights themselves, got the averages: call swap()',
    );
    averages.swap();
    expect(params[0]!.toArray()).toEqual([0, 6]);
  });
});

test('goes on with the same bits from a saved state, also while swapped in', () => {
  scope(() => {
    const [params, others] = [zeros(), zeros()];
    using averages = new AveragedWeights(params, { decay: 0.9 });
    using resumed = new AveragedWeights(others, { decay: 0.9 });
    follow(averages, params, WEIGHTS.slice(0, 2));
    const state = averages.state();
    averages.swap();
    expect(averages.state()).toEqual(state);
    averages.swap();
    resumed.loadState(state);
    follow(averages, params, WEIGHTS.slice(2));
    follow(resumed, others, WEIGHTS.slice(2));
    expect(resumed.state()).toEqual(averages.state());
  });
});

test('errors', () => {
  scope(() => {
    const params = zeros();
    using averages = new AveragedWeights(params);
    expect(() => new AveragedWeights([3 as never])).toThrow(
      new TypeError('AveragedWeights: params[0]: expected a Tensor, got 3'),
    );
    expect(() => new AveragedWeights(params, { decay: 1 })).toThrow(
      new RangeError('AveragedWeights: decay: expected a number in [0, 1), got 1'),
    );
    const { tensors } = averages.state();
    expect(() => averages.loadState({ tensors, updates: -1 })).toThrow(
      new RangeError(
        'AveragedWeights: loadState: updates: expected an integer of at least 0, got -1',
      ),
    );
    const wrong = new Map([...tensors, ['1', { shape: [2], data: Float32Array.of(1, 2) }]]);
    expect(() => averages.loadState({ tensors: wrong, updates: 1 })).toThrow(
      'AveragedWeights: loadState: tensors: 1: expected',
    );
    averages.dispose();
    expect(() => averages.update()).toThrow(DisposedError);
  });
});
