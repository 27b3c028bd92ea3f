// What it costs to share a kernel between threads: `npx tsx bench/dispatch.ts [THREADS]` after `npm run build`.
// An empty task, called again and again while the workers look for the next, and after they have gone to sleep.
import { readFileSync } from 'node:fs';
import { init, terminate, zeros } from '../src/index.js';
import { runtime } from '../src/runtime/runtime.js';

const CALLS = 20_000;
const SLEEPY_CALLS = 200;
const ASLEEP_MS = 5;

const threads = Number(process.argv[2] ?? 2);
const source = readFileSync(new URL('../build/release.wasm', import.meta.url));
const workerScript = new URL('../dist/pool-worker.js', import.meta.url);
await init({ source, workerScript, threads });
const { pool } = runtime();
if (!pool) throw new Error(`no pool: ${runtime().reasons.join('; ')}`);
const x = zeros([16]);

function dispatch(): number {
  const begin = performance.now();
  const values = [x.pointer, x.pointer, 0, 0, 0, 0, 0];
  pool!.run('mapForward', values, { tasks: 0, chunk: 1, scratch: undefined });
  return 1000 * (performance.now() - begin);
}

function print(label: string, times: number[]): void {
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))]!.toFixed(2);
  console.log(`${label}: min ${at(0)}, median ${at(0.5)}, 99 % below ${at(0.99)} µs`);
}

for (let i = 0; i < CALLS; i++) dispatch();
print(`${threads} threads, hot`, Array.from({ length: CALLS }, dispatch));
const asleep: number[] = [];
for (let i = 0; i < SLEEPY_CALLS; i++) {
  await new Promise((resolve) => setTimeout(resolve, ASLEEP_MS));
  asleep.push(dispatch());
}
print(`${threads} threads, asleep`, asleep);
await terminate();
