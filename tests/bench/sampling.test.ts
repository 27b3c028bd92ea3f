import { expect, test } from 'vitest';
import { sample, warmUp } from '../../src/cli/bench/sampling.js';

const counting = () => {
  const counter = { runs: 0, run: () => void counter.runs++, output: () => new Float32Array(0) };
  return counter;
};
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test('a sample repeats the run', async () => {
  const counter = counting();
  await sample(counter, 7);
  expect(counter.runs).toBe(7);
});

test('the warm-up has three runs, and more until its time is over', async () => {
  const [short, long] = [counting(), counting()];
  await warmUp(short, 0);
  expect(short.runs).toBe(3);
  await warmUp({ ...long, run: () => wait(20).then(long.run) }, 200);
  expect(long.runs).toBeGreaterThan(3);
  expect(long.runs).toBeLessThan(12);
});

test('asynchronous runs are awaited, and the fastest is reported', async () => {
  const delays = [200, 5, 200];
  const run = () => wait(delays.shift()!);
  const fastest = await warmUp({ ...counting(), run }, 0);
  expect(fastest).toBeGreaterThan(3);
  expect(fastest).toBeLessThan(150);
  const mean = await sample({ ...counting(), run: () => wait(5) }, 2);
  expect(mean).toBeGreaterThan(3);
});
