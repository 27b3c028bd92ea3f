import { expect, test } from 'vitest';
import { compareTask } from '../../bench/harness.js';
import type { NetTask } from '../../bench/task.js';

const quick = { rounds: 1, minSampleMs: 0, warmupMs: 0 };
const lenet: NetTask = { suite: 'train', id: 'train_lenet_sgdm_b32' };

test('every implementation trains the same network', async () => {
  const rows = await compareTask(lenet, ['simdgrad', 'js-tiled', 'js'], quick);
  expect(rows.map(({ id, pass, impl, error }) => [id, pass, impl, error])).toEqual([
    [lenet.id, 'train', 'simdgrad', null],
    [lenet.id, 'train', 'js-tiled', null],
    [lenet.id, 'train', 'js', null],
  ]);
  for (const { maxAbsError, msMin } of rows) {
    expect(maxAbsError).toBeLessThan(1e-5);
    expect(msMin).toBeGreaterThan(0);
  }
});

test.each(['train_cifar_adam_b32', 'train_convnetjs_demo_adadelta_b20'])(
  'simdgrad has the losses of %s in float64',
  async (id) => {
    const rows = await compareTask({ suite: 'train', id }, ['simdgrad', 'js'], quick);
    expect(rows.map(({ impl, error }) => [impl, error])).toEqual([['simdgrad', null]]);
    expect(rows[0]!.maxAbsError).toBeLessThan(2e-5);
  },
);

test('wrong training is refused, and what cannot train is left out', async () => {
  const registry = new URL('./implementations.ts', import.meta.url);
  const names = ['freezes conv1.bias', 'freezes linear.bias', 'broken', 'unable'];
  const rows = await compareTask(lenet, names, quick, registry);
  const wrong = expect.stringMatching(/^wrong result: error 0\.\d+, allowed 0\.0001$/);
  expect(rows.map(({ impl, msMin, error }) => [impl, msMin, error])).toEqual([
    ['freezes conv1.bias', null, wrong],
    ['freezes linear.bias', null, wrong],
    ['broken', null, 'Error: no backend'],
  ]);
});

test('inference of a network has the output of float64', async () => {
  const task: NetTask = { suite: 'nets', id: 'lenet' };
  const rows = await compareTask(task, ['simdgrad', 'js'], quick);
  expect(rows.map(({ impl, pass, error }) => [impl, pass, error])).toEqual([
    ['simdgrad', 'infer', null],
    ['js', 'infer', null],
  ]);
  for (const { maxAbsError, gflops } of rows) {
    expect(maxAbsError).toBeLessThan(1e-5);
    expect(gflops).toBeGreaterThan(0);
  }
});
