import { expect, test } from 'vitest';
import type { Adapter } from '../../bench/adapter.js';
import { compare, compareAdapters, median, relativeError } from '../../bench/harness.js';
import { plainJs } from '../../bench/js/adapter.js';
import { comparisonTable, imagesPerSecond, toMarkdown, toText } from '../../bench/table.js';
import { conv2dGeometry, flops, workloads } from '../../bench/workloads.js';

const quick = { rounds: 3, minSampleMs: 0, warmupMs: 0 };
const giving = (name: string, ...values: number[]) => ({
  name,
  run: () => {},
  output: () => Float32Array.from(values),
});

test('a wrong, a NaN or a failing implementation gets an error and no time', async () => {
  const failing = () => {
    throw new Error('not supported');
  };
  const timings = await compare(
    [
      giving('right', 1, 2),
      giving('wrong', 1, 2.1),
      giving('NaN', 1, NaN),
      giving('short', 1),
      { name: 'failing', run: failing, output: failing },
    ],
    quick,
  );
  expect(timings.map(({ name, msMin, error }) => [name, msMin === null, error])).toEqual([
    ['right', false, null],
    ['wrong', true, expect.stringMatching(/^wrong result: error 0\.0499\d+, allowed 0\.0001$/)],
    ['NaN', true, 'wrong result: error NaN, allowed 0.0001'],
    ['short', true, 'wrong result: error Infinity, allowed 0.0001'],
    ['failing', true, 'Error: not supported'],
  ]);
});

test('samples are taken in turns, after the warm-up', async () => {
  const log: string[] = [];
  const logging = (name: string) => ({ ...giving(name, 1), run: () => void log.push(name) });
  await compare([logging('a'), logging('b')], quick);
  expect(log.join('')).toBe('aaabbb' + 'ababab');
});

test('asynchronous implementations are awaited', async () => {
  const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
  const [timing] = await compare([{ ...giving('slow', 1), run: slow }], quick);
  expect(timing!.msMin).toBeGreaterThan(3);
});

test('errors are relative to the largest expected magnitude', () => {
  expect(relativeError(Float32Array.of(1, -8), Float32Array.of(2, -8))).toBe(1 / 8);
  expect(relativeError(Float32Array.of(0), Float32Array.of(0))).toBe(0);
  expect(relativeError(Float32Array.of(1), Float32Array.of(0))).toBe(Infinity);
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

test('adapters become rows, rows become tables', async () => {
  const dense = workloads.find(({ id }) => id === 'dense_b64_784_to256')!;
  const broken: Adapter = {
    name: 'broken',
    variant: 'x',
    threads: 2,
    prepare: () => {
      throw new Error('no | backend');
    },
  };
  const unable: Adapter = { ...broken, name: 'unable', prepare: () => null };
  const rows = await compareAdapters('ops', dense, 'forward', [plainJs, broken, unable], quick);
  const common = { suite: 'ops', id: dense.id, pass: 'forward' };
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
      ...{ ...common, impl: 'broken', variant: 'x', threads: 2, maxAbsError: null },
      ...{ msMin: null, msMedian: null, gflops: null, error: 'Error: no | backend' },
    },
  ]);
  expect(rows[0]!.gflops).toBeCloseTo(flops(dense) / rows[0]!.msMin! / 1e6);
  const timed = { ...rows[0]!, msMin: 2, msMedian: 3, gflops: 12.8456 };
  const faster = { ...timed, impl: 'fast', msMin: 0.5, msMedian: 0.5, gflops: null };
  const table = comparisonTable([timed, faster, rows[1]!], 'js');
  expect(table.rows).toEqual([
    [dense.id, 'forward', '2 / 3 (12.8 GFLOP/s)', '0.5 / 0.5, 4x', 'error: Error: no | backend'],
  ]);
  expect(toMarkdown(table)).toContain('| 0.5 / 0.5, 4x | error: Error: no \\| backend |');
  expect(toText(table).split('\n')).toHaveLength(2);
  const training = comparisonTable([timed, faster], 'js', imagesPerSecond(32));
  expect(training.rows[0]!.slice(2)).toEqual([
    '2 / 3 (16000 images/s)',
    '0.5 / 0.5 (64000 images/s), 4x',
  ]);
});

test.each(['forward', 'gradInput', 'gradWeight'] as const)(
  'a wrong %s is refused, whoever is right',
  async (pass) => {
    const g = conv2dGeometry(1, 6, 6, 3, 4, 3, 3, 1, 1);
    const small = { id: 'small', op: 'conv2d', passes: [pass], g } as const;
    const wrong: Adapter = {
      ...plainJs,
      name: 'wrong',
      // One value is off by 1 %.
      prepare: (...work) => {
        const run = plainJs.prepare(...work)!;
        const output = async () => (await run.output()).map((y, i) => (i === 5 ? y * 1.01 : y));
        return { ...run, output };
      },
    };
    const rows = await compareAdapters('ops', small, pass, [wrong, plainJs], quick);
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
