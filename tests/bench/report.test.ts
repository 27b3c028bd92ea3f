import { expect, test } from 'vitest';
import type { ResultRow } from '../../bench/harness.js';
import { chartPage } from '../../bench/report-page.js';

const ours: ResultRow = {
  ...{ suite: 'ops', id: 'dense', pass: 'forward', impl: 'simdgrad', variant: 'simd', threads: 1 },
  ...{ msMin: 1, msMedian: 1.5, gflops: 20, maxAbsError: 0, error: null },
};
const peer: ResultRow = { ...ours, impl: 'ort-web', msMin: 2, gflops: 10 };
const failed: ResultRow = { ...ours, impl: 'tfjs-wasm', msMin: null, gflops: null, error: 'a < b' };

test('the page has a chart with a bar for everyone, and refers to nothing outside', () => {
  const page = chartPage('ops', ['Node & more'], [ours, peer, failed], { simd: 40, relaxed: null });
  expect(page.match(/<svg /g)).toHaveLength(1);
  expect(page).toContain('<h2>dense, forward</h2>');
  expect(page).toContain('<li>Node &amp; more</li>');
  expect(page).toMatch(/<rect class="ours" [^>]*width="180"/);
  expect(page).toMatch(/<rect class="peer" [^>]*width="360"/);
  expect(page).toContain('1 ms · 2x · 20 GFLOP/s · 50 % of peak');
  expect(page).toContain('class="error">a &lt; b<');
  expect(page).not.toMatch(/src=|href=|url\(/);
});
