import { expect, test } from 'vitest';
import { compare, compareTask, type Implementation } from '../../bench/harness.js';
import { median } from '../../bench/statistics.js';
import { relativeError } from '../../src/cli/bench/relative-error.js';
import type { OpTask } from '../../bench/task.js';
import { conv2dGeometry, flops, workloads } from '../../bench/workloads.js';

const quick = { rounds: 3, minSampleMs: 0, warmupMs: 0 };
const registry = new URL('./implementations.ts', import.meta.url);
const dense = workloads.find(({ id }) => id === 'dense_b64_784_to256')!;
const denseForward: OpTask = { suite: 'ops', workload: dense, pass: 'forward' };

/** Takes 4, 3, 2, … ms. */
function giving(...values: number[]): Implementation {
  let ms = 5;
  return {
    start: async () => ({ runMs: 5, output: Float32Array.from(values) }),
    sample: async () => --ms,
  };
}

test('a wrong, a NaN or a failing implementation gets an error and no time', async () => {
  const fail = () => Promise.reject(new Error('not supported'));
  const timings = await compare(
    [
      giving(1, 2),
      giving(1, 2.1),
      giving(1, NaN),
      giving(1),
      { start: fail, sample: fail },
      { ...giving(1, 2), sample: fail },
      { start: async () => null, sample: fail },
    ],
    { expected: Float32Array.of(1, 2), tolerance: 1e-4 },
    quick,
  );
  const none = { msMin: null, msMedian: null, maxAbsError: null };
  expect(timings).toEqual([
    { msMin: 2, msMedian: 3, maxAbsError: 0, error: null },
    {
      ...none,
      maxAbsError: expect.closeTo(0.1),
      error: expect.stringMatching(/^wrong result: error 0\.0499\d+, allowed 0\.0001$/),
    },
    { ...none, maxAbsError: NaN, error: 'wrong result: error NaN, allowed 0.0001' },
    { ...none, maxAbsError: Infinity, error: 'wrong result: error Infinity, allowed 0.0001' },
    { ...none, error: 'not supported' },
    { ...none, maxAbsError: 0, error: 'not supported' },
    null,
  ]);
});

test('samples are taken in turns, after every warm-up', async () => {
  const log: string[] = [];
  const logging = (name: string): Implementation => ({
    start: async (warmupMs) => {
      log.push(`${name} starts, ${warmupMs} ms`);
      return { runMs: 8, output: Float32Array.of(1) };
    },
    sample: async (repetitions) => log.push(`${name} ${repetitions}`),
  });
  const answer = { expected: Float32Array.of(1), tolerance: 0 };
  await compare([logging('a'), logging('b')], answer, { rounds: 2, warmupMs: 7, minSampleMs: 20 });
  expect(log).toEqual([...['a starts, 7 ms', 'b starts, 7 ms'], ...['a 3', 'b 3', 'a 3', 'b 3']]);
});

test('errors are relative to the largest expected magnitude', () => {
  expect(relativeError(Float32Array.of(1, -8), Float32Array.of(2, -8))).toBe(1 / 8);
  expect(relativeError(Float32Array.of(0), Float32Array.of(0))).toBe(0);
  expect(relativeError(Float32Array.of(1), Float32Array.of(0))).toBe(Infinity);
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

test('every implementation has a process, and gets a row', async () => {
  const names = ['js', 'broken', 'unable', 'unloadable'];
  const rows = await compareTask(denseForward, names, quick, registry);
  const common = { suite: 'ops', id: dense.id, pass: 'forward' };
  const none = { msMin: null, msMedian: null, gflops: null, maxAbsError: null };
  expect(rows).toEqual([
    {
      ...{ ...common, impl: 'js', variant: 'loops', threads: 1, error: null },
      ...{
        maxAbsError: expect.any(Number),
        msMin: expect.any(Number),
        msMedian: expect.any(Number),
      },
      gflops: expect.any(Number),
    },
    {
      ...{ ...common, impl: 'broken', variant: 'x', threads: 2 },
      ...{ ...none, error: 'Error: no | backend' },
    },
    {
      ...{ ...common, impl: 'unloadable', variant: 'unknown', threads: 1 },
      ...{ ...none, error: 'Error: no library' },
    },
  ]);
  expect(rows[0]!.gflops).toBeCloseTo(flops(dense) / rows[0]!.msMin! / 1e6);
});

test('a process that ends is an error, and stops nobody else', async () => {
  const ending = ['exits on import', 'exits in the warm-up', 'exits in a sample'];
  const names = [...ending, 'throws in a sample', 'js'];
  const rows = await compareTask(denseForward, names, quick, registry);
  const ended = 'the process ended: exit code 3';
  expect(rows.map(({ impl, msMin, error }) => [impl, msMin !== null, error])).toEqual([
    ...ending.map((name) => [name, false, ended]),
    ['throws in a sample', false, 'Error: worn out'],
    ['js', true, null],
  ]);
});

test.each(['forward', 'gradInput', 'gradWeight'] as const)(
  'a wrong %s is refused, whoever is right',
  async (pass) => {
    const g = conv2dGeometry(1, 6, 6, 3, 4, 3, 3, 1, 1);
    const small = { id: 'small', op: 'conv2d', passes: [pass], g } as const;
    const task: OpTask = { suite: 'ops', workload: small, pass };
    const rows = await compareTask(task, ['wrong', 'js'], quick, registry);
    expect(rows.map(({ impl, msMin }) => [impl, msMin === null])).toEqual([
      ['wrong', true],
      ['js', false],
    ]);
    expect(rows[0]!.error).toMatch(/^wrong result: error 0\.00/);
  },
);

test('every workload counts the operations of its published shape', () => {
  const gflop = Object.fromEntries(workloads.map((w) => [w.id, flops(w) / 1e9]));
  expect(gflop['conv3x3_64x56']).toBeCloseTo(0.2312, 4);
  expect(gflop['dw3x3_512x14']).toBeCloseTo(0.001806, 6);
  expect(gflop['conv1d5_b16_32x1024_to64']).toBeCloseTo(0.3355, 4);
  expect(gflop['maxpool2_b32_32x56']).toBe(0);
});
