import { expect, test } from 'vitest';
import type { ResultRow } from '../../bench/harness.js';
import { comparisonTable, imagesPerSecond, toMarkdown, toText } from '../../bench/table.js';

const timed: ResultRow = {
  ...{ suite: 'ops', id: 'dense', pass: 'forward', impl: 'js', variant: 'loops', threads: 1 },
  ...{ msMin: 2, msMedian: 3, gflops: 12.8456, maxAbsError: 0, error: null },
};
const faster: ResultRow = { ...timed, impl: 'fast', msMin: 0.5, msMedian: 0.5, gflops: null };
const failed: ResultRow = {
  ...{ ...timed, impl: 'broken', variant: 'x', threads: 2, gflops: null },
  ...{ msMin: null, msMedian: null, maxAbsError: null, error: 'Error: no | backend\nat line 5' },
};

test('rows become tables', () => {
  const table = comparisonTable([timed, faster, failed], 'js');
  expect(table.header.at(-1)).toBe('broken x 2 threads, ms min / median');
  expect(table.rows).toEqual([
    ['dense', 'forward', '2 / 3 (12.8 GFLOP/s)', '0.5 / 0.5, 4x', 'error: Error: no | backend'],
  ]);
  expect(toMarkdown(table)).toContain('| 0.5 / 0.5, 4x | error: Error: no \\| backend |');
  expect(toText(table).split('\n')).toHaveLength(2);
});

test('a training step shows images per second', () => {
  const training = comparisonTable([timed, faster], 'js', imagesPerSecond(32));
  expect(training.rows[0]!.slice(2)).toEqual([
    '2 / 3 (16000 images/s)',
    '0.5 / 0.5 (64000 images/s), 4x',
  ]);
});
