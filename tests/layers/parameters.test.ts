// The layers with parameters: their shapes, first values and errors.
import { describe, expect, test } from 'vitest';
import { manualSeed } from '../../src/generator.js';
import { Conv1d, Conv2d, Linear, type Module } from '../../src/layers/index.js';
import { scope } from '../../src/tensor.js';
import { expectError, expectNothingLeft } from '../support/memory.js';

const LAYERS: {
  name: string;
  make: () => Module;
  weight: number[];
  bias: number[];
  fanIn: number;
}[] = [
  {
    name: 'Conv2d',
    make: () => new Conv2d(8, 16, 3),
    weight: [3, 3, 8, 16],
    bias: [16],
    fanIn: 72,
  },
  {
    name: 'Conv2d with groups',
    make: () => new Conv2d(8, 64, [5, 2], { groups: 4 }),
    weight: [5, 2, 2, 64],
    bias: [64],
    fanIn: 20,
  },
  { name: 'Conv1d', make: () => new Conv1d(6, 32, 5), weight: [5, 6, 32], bias: [32], fanIn: 30 },
  {
    name: 'Conv1d with groups',
    make: () => new Conv1d(6, 96, 4, { groups: 3 }),
    weight: [4, 2, 96],
    bias: [96],
    fanIn: 8,
  },
  { name: 'Linear', make: () => new Linear(50, 40), weight: [50, 40], bias: [40], fanIn: 50 },
];

describe.each(LAYERS)('$name', ({ make, weight, bias, fanIn }) => {
  /** A copy of the parameters of a layer that is made now. */
  function fresh() {
    const layer = make();
    const state = layer.stateDict();
    layer.dispose();
    return state;
  }

  test('has a weight and a bias that require gradients', () => {
    const layer = make();
    const named = layer.namedParameters().map(([path, { shape }]) => [path, shape]);
    expect(named).toEqual([
      ['weight', weight],
      ['bias', bias],
    ]);
    expect(layer.parameters().every((p) => p.requiresGrad && p.dtype === 'float32')).toBe(true);
    layer.dispose();
  });

  test('starts uniform within ±1/√fanIn', () => {
    const seed = 81;
    manualSeed(seed);
    const bound = 1 / Math.sqrt(fanIn);
    const values = [...fresh().get('weight')!.data];
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((a, b) => a + b * b, 0) / values.length;
    expect(Math.max(...values.map(Math.abs)), `seed ${seed}`).toBeLessThanOrEqual(
      Math.fround(bound),
    );
    expect(Math.max(...values), `seed ${seed}`).toBeGreaterThan(0.97 * bound);
    expect(Math.min(...values), `seed ${seed}`).toBeLessThan(-0.97 * bound);
    expect(Math.abs(mean), `seed ${seed}`).toBeLessThan(0.1 * bound);
    expect(variance, `seed ${seed}`).toBeCloseTo(bound ** 2 / 3, 2);
    const biases = [...fresh().get('bias')!.data];
    expect(Math.max(...biases.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
    expect(Math.max(...biases.map(Math.abs))).toBeGreaterThan(0.5 * bound);
  });

  test('starts with the same bits for the same seed, and with others for another', () => {
    const states = [5, 5, 6].map((seed) => {
      manualSeed(seed);
      return fresh();
    });
    expect(states[1]).toEqual(states[0]);
    for (const path of ['weight', 'bias']) {
      expect(states[2]!.get(path)!.data).not.toEqual(states[0]!.get(path)!.data);
    }
    expect(fresh()).not.toEqual(states[2]);
  });

  test('lives beyond the scope that it is made in', () => {
    const layer = scope(make);
    expect(layer.parameters().some((p) => p.isDisposed)).toBe(false);
    layer.dispose();
    expect(layer.parameters().every((p) => p.isDisposed)).toBe(true);
  });
});

describe('errors', () => {
  const sizes = 'expected an integer of at least 1, got';
  test.each<[string, () => Module, new (message: string) => Error, string]>([
    ['Conv2d', () => new Conv2d(0, 1, 3), RangeError, `Conv2d: inChannels: ${sizes} 0`],
    ['Conv2d', () => new Conv2d(1, 1.5, 3), RangeError, `Conv2d: outChannels: ${sizes} 1.5`],
    ['Conv2d', () => new Conv2d(1, 1, [3, 0]), RangeError, `Conv2d: kernelSize: ${sizes} 0`],
    [
      'Conv2d',
      () => new Conv2d(1, 1, '3' as never),
      TypeError,
      'Conv2d: kernelSize: expected an integer or [height, width], got "3"',
    ],
    [
      'Conv2d',
      () => new Conv2d(4, 6, 3, { groups: 4 }),
      RangeError,
      'Conv2d: groups: expected a divisor of 4 input and 6 output channels, got 4',
    ],
    [
      'Conv2d',
      () => new Conv2d(2 ** 20, 2 ** 20, 3),
      RangeError,
      'parameter: shape: [3,3,1048576,1048576] has 9895604649984 elements, the limit is 536870911 (2 GiB)',
    ],
    ['Conv1d', () => new Conv1d(1, NaN, 3), RangeError, `Conv1d: outChannels: ${sizes} NaN`],
    ['Conv1d', () => new Conv1d(1, 1, [3] as never), TypeError, `Conv1d: kernelSize: ${sizes} [3]`],
    ['Conv1d', () => new Conv1d(1, 1, 3, { groups: 0 }), RangeError, `Conv1d: groups: ${sizes} 0`],
    ['Linear', () => new Linear(-1, 1), RangeError, `Linear: inFeatures: ${sizes} -1`],
    [
      'Linear',
      () => new Linear(1, undefined as never),
      TypeError,
      `Linear: outFeatures: ${sizes} undefined`,
    ],
  ])('%s %#', (_, make, kind, message) => {
    const named = message.startsWith('parameter') ? 'ShapeError' : kind.name;
    expectError(make, { name: named } as typeof kind, message);
  });
});

test('using disposes of a layer', () => {
  expectNothingLeft(() => {
    const layer = new Linear(2, 2);
    layer[Symbol.dispose]();
  });
});
