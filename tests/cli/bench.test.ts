import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { workloads } from '../../bench/workloads.js';
import { prepareJs, prepareSimdgrad } from '../../src/cli/bench/passes.js';
import { relativeError } from '../../src/cli/bench/relative-error.js';
import { BENCH_TASKS, type BenchTask, operations } from '../../src/cli/bench/workloads.js';
import { benchTable } from '../../src/cli/display.js';
import { init } from '../../src/index.js';

const SMALL: BenchTask['g'] = {
  ...{ batch: 2, inHeight: 6, inWidth: 5, inChannels: 3, outHeight: 6, outWidth: 5 },
  ...{ outChannels: 4, kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1 },
  ...{ dilationHeight: 1, dilationWidth: 1, padTop: 1, padLeft: 1, groups: 1 },
};

test.each(BENCH_TASKS)('$id $pass is a part of the benchmark in the repository', (task) => {
  const workload = workloads.find(({ id }) => id === task.id)!;
  expect(workload).toMatchObject({ op: 'conv2d', g: task.g });
  expect(workload.passes).toContain(task.pass);
});

test('operations count two per multiply-add', () => {
  expect(operations(SMALL)).toBe(2 * (2 * 6 * 5 * 4) * (3 * 3 * 3));
  expect(operations({ ...SMALL, inChannels: 4, groups: 4 })).toBe(2 * (2 * 6 * 5 * 4) * (3 * 3));
});

describe('passes', () => {
  beforeAll(() => init({ source: readFileSync('build/release.wasm') }));

  test.each(['forward', 'gradInput', 'gradWeight'] as const)(
    '%s: both have the same result, again and again',
    (pass) => {
      const task = { id: 'small', pass, g: SMALL };
      const prepared = [prepareJs(task), prepareSimdgrad(task)] as const;
      for (let runs = 0; runs < 3; runs++) prepared.forEach(({ run }) => run());
      const [js, simdgrad] = prepared.map(({ output }) => output());
      expect(js!.some((value) => value !== 0)).toBe(true);
      expect(relativeError(simdgrad!, js!)).toBeLessThan(1e-5);
    },
  );
});

test('the table has the share of the peak of each build', () => {
  const row = { id: 'conv', pass: 'forward', timesJs: 1 };
  const rows = [
    { ...row, implementation: 'js' as const, msMin: 10, gflops: 1 },
    { ...row, implementation: 'simd' as const, msMin: 0.5, gflops: 20, timesJs: 20 },
    { ...row, implementation: 'relaxed' as const, msMin: 0.4, gflops: 25, timesJs: 25 },
  ];
  const lines = benchTable(rows, { simd: 40, relaxed: 100 }, false).split('\n');
  expect(lines[2]!.split(/ {2,}/)).toEqual(['conv', 'forward', 'js', '10.00', '1.0', '1.0']);
  expect(lines[3]).toMatch(/simd +0\.50 +20\.0 +50 % +20\.0$/);
  expect(lines[4]).toMatch(/relaxed +0\.40 +25\.0 +25 % +25\.0$/);
  expect(lines.at(-1)).toContain('simd 40.0, relaxed 100.0');
});
