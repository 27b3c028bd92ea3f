import { expect, test } from 'vitest';
import type { ResultRow } from '../../bench/harness.js';
import { comparisonTable, imagesPerSecond, toMarkdown, toText } from '../../bench/table.js';

const peak = { simd: 25.7, relaxed: null };
const timed: ResultRow = {
  ...{ suite: 'ops', id: 'dense', pass: 'forward', impl: 'js', variant: 'loops', threads: 1 },
  ...{ msMin: 2, msMedian: 3, gflops: 12.8456, maxAbsError: 0, error: null },
};
const faster: ResultRow = { ...timed, impl: 'fast', variant: 'simd', msMin: 0.5, msMedian: 0.5 };
const relaxed: ResultRow = { ...faster, variant: 'relaxed', gflops: null };
const peer: ResultRow = { ...timed, impl: 'ort-web', variant: 'simd', msMin: 1, msMedian: 1 };
const failed: ResultRow = {
  ...{ ...timed, impl: 'broken', variant: 'x', threads: 2, gflops: null },
  ...{ msMin: null, msMedian: null, maxAbsError: null, error: 'Error: no | backend\nat line 5' },
};

test('rows become tables', () => {
  const table = comparisonTable([timed, faster, relaxed, peer, failed], 'js', peak);
  expect(table.header.slice(5)).toEqual(['rate', 'of peak', 'x js', 'x wasm peer']);
  const rate = '12.8 GFLOP/s';
  expect(table.rows.map((row) => row.slice(2))).toEqual([
    ['js loops', '2', '3', rate, '', '1', '0.5'],
    ['fast simd', '0.5', '0.5', rate, '50 %', '4', '2'],
    ['fast relaxed', '0.5', '0.5', '', '', '4', '2'],
    ['ort-web simd', '1', '1', rate, '50 %', '2', '1'],
    ['broken x 2 threads', 'error: Error: no | backend', '', '', '', '', ''],
  ]);
  expect(toMarkdown(table)).toContain('| error: Error: no \\| backend |');
  expect(toText(table).split('\n')).toHaveLength(6);
});

test('workloads and passes are compared each on its own', () => {
  const other: ResultRow = { ...faster, pass: 'gradInput' };
  const { rows } = comparisonTable([timed, faster, other], 'js', peak);
  expect(rows.map((row) => row.slice(-2))).toEqual([
    ['1', ''],
    ['4', ''],
    ['', ''],
  ]);
});

test('a training step shows images per second', () => {
  const training = comparisonTable([timed, faster], 'js', peak, imagesPerSecond(32));
  expect(training.rows.map((row) => row[5])).toEqual(['16000 images/s', '64000 images/s']);
});
