import { describe, expect, it } from 'vitest';
import { latencyOf, measureLatency } from '../../src/cli/latency.js';

describe('latency', () => {
  it('is told by nearest ranks', () => {
    const times = Array.from({ length: 200 }, (_, i) => 200 - i);
    expect(latencyOf(times)).toEqual({ runs: 200, min: 1, p50: 100, p90: 180, p99: 198, max: 200 });
    expect(latencyOf([3])).toEqual({ runs: 1, min: 3, p50: 3, p90: 3, p99: 3, max: 3 });
  });

  it('is measured after a warm-up, for a time and a number of runs', async () => {
    let [time, runs] = [0, 0];
    const run = () => {
      // The first three are slow.
      time += runs++ < 3 ? 1000 : 10;
    };
    const now = () => time;
    expect(await measureLatency(run, { seconds: 0.5, now })).toMatchObject({ runs: 50, max: 10 });
    runs = 0;
    expect(await measureLatency(run, { seconds: 0, minRuns: 4, now })).toMatchObject({ runs: 4 });
  });

  it('waits for what gives a promise', async () => {
    let running = 0;
    const run = async () => {
      expect(++running).toBe(1);
      await Promise.resolve();
      running--;
    };
    expect((await measureLatency(run, { seconds: 0 })).runs).toBe(10);
  });
});
