import { expect, test } from 'vitest';
import type { Adapter, Trainer } from '../../bench/adapter.js';
import { plainJs, tiledJs } from '../../bench/js/adapter.js';
import type { LeNet } from '../../bench/js/lenet.js';
import { LENET, type LeNetWeights } from '../../bench/lenet.js';
import { loadSimdgrad } from '../../bench/simdgrad.js';
import { compareTrainers } from '../../bench/train.js';
import { capabilities } from '../../src/index.js';

const quick = { rounds: 1, minSampleMs: 0, warmupMs: 0 };

/** js-tiled, but for a parameter that is not trained. */
function freezing(name: keyof LeNetWeights): Adapter {
  const trainLeNet = (start: LeNetWeights): Trainer => {
    const lenet = tiledJs.trainLeNet!(start) as LeNet;
    const step = (inputs: Float32Array, labels: Int32Array) => {
      const loss = lenet.step(inputs, labels);
      lenet.parameters[name].set(start[name]);
      return loss;
    };
    return { step };
  };
  return { ...tiledJs, name: `${name} frozen`, trainLeNet };
}

test('every implementation trains the same network', { timeout: 60_000 }, async () => {
  const simdgrad = await loadSimdgrad();
  const before = capabilities().memory.bytesInUse;
  const rows = await compareTrainers([simdgrad, tiledJs, plainJs], quick);
  expect(rows.map(({ id, pass, impl, error }) => [id, pass, impl, error])).toEqual([
    [LENET.id, 'train', 'simdgrad', null],
    [LENET.id, 'train', 'js-tiled', null],
    [LENET.id, 'train', 'js', null],
  ]);
  for (const { maxAbsError, msMin } of rows) {
    expect(maxAbsError).toBeLessThan(1e-5);
    expect(msMin).toBeGreaterThan(0);
  }
  expect(capabilities().memory.bytesInUse).toBe(before);
});

test(
  'wrong training is refused, and what cannot train is left out',
  { timeout: 60_000 },
  async () => {
    const failing: Adapter = {
      ...plainJs,
      name: 'failing',
      trainLeNet: () => Promise.reject(new Error('no backend')),
    };
    const unable: Adapter = { name: 'unable', variant: 'x', threads: 1, prepare: () => null };
    const rows = await compareTrainers(
      [freezing('conv1.bias'), freezing('linear.bias'), failing, unable],
      quick,
    );
    const wrong = expect.stringMatching(/^wrong result: error 0\.\d+, allowed 0\.0001$/);
    expect(rows.map(({ impl, msMin, error }) => [impl, msMin, error])).toEqual([
      ['conv1.bias frozen', null, wrong],
      ['linear.bias frozen', null, wrong],
      ['failing', null, 'Error: no backend'],
    ]);
  },
);
