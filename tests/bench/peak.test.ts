import { expect, test } from 'vitest';
import { PeakMeter } from '../../bench/peak.js';
import { measurePeak } from '../../src/cli/bench/peak.js';

test('the peak is more than one operation in ten cycles, and less than wasm can do', () => {
  const peak = measurePeak(false, 20);
  expect(peak).toBeGreaterThan(0.2);
  expect(peak).toBeLessThan(200);
});

test('the best of all measurements counts, with fused multiply-add where there is one', async () => {
  const meter = new PeakMeter();
  try {
    await meter.measure();
    const first = meter.best;
    await meter.measure();
    expect(meter.best.simd).toBeGreaterThanOrEqual(first.simd);
    expect(meter.best.relaxed).toBeGreaterThan(0.2);
  } finally {
    meter.end();
  }
});
