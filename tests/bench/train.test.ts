import { expect, test } from 'vitest';
import { compareTask } from '../../bench/harness.js';
import { LENET } from '../../bench/lenet.js';

const quick = { rounds: 1, minSampleMs: 0, warmupMs: 0 };

test('every implementation trains the same network', async () => {
  const rows = await compareTask({ suite: 'train' }, ['simdgrad', 'js-tiled', 'js'], quick);
  expect(rows.map(({ id, pass, impl, error }) => [id, pass, impl, error])).toEqual([
    [LENET.id, 'train', 'simdgrad', null],
    [LENET.id, 'train', 'js-tiled', null],
    [LENET.id, 'train', 'js', null],
  ]);
  for (const { maxAbsError, msMin } of rows) {
    expect(maxAbsError).toBeLessThan(1e-5);
    expect(msMin).toBeGreaterThan(0);
  }
});

test('wrong training is refused, and what cannot train is left out', async () => {
  const registry = new URL('./implementations.ts', import.meta.url);
  const names = ['freezes conv1.bias', 'freezes linear.bias', 'broken', 'unable'];
  const rows = await compareTask({ suite: 'train' }, names, quick, registry);
  const wrong = expect.stringMatching(/^wrong result: error 0\.\d+, allowed 0\.0001$/);
  expect(rows.map(({ impl, msMin, error }) => [impl, msMin, error])).toEqual([
    ['freezes conv1.bias', null, wrong],
    ['freezes linear.bias', null, wrong],
    ['broken', null, 'Error: no backend'],
  ]);
});
