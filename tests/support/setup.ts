import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { afterAll, beforeAll, expect } from 'vitest';
import { capabilities, init } from '../../src/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import { acceptsRelaxedSimd } from '../../src/runtime/variant.js';
import { buildPoolWorker } from './pool-worker.js';

const build = process.env.SIMDGRAD_BUILD ?? 'release';

// Node 20 has it behind a flag, later versions have it without.
if (build === 'relaxed' && !acceptsRelaxedSimd()) {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
}

const threads = Number(process.env.SIMDGRAD_THREADS ?? 1);

beforeAll(async () => {
  const options = threads === 1 ? {} : { threads, workerScript: await buildPoolWorker() };
  const source = readFileSync(`build/${build}.wasm`);
  await init({ source, debug: build === 'debug', ...options });
  const { threads: started, reasons } = capabilities();
  expect(started, reasons.join('\n')).toBe(threads);
});

afterAll(() => {
  runtime().heap.check();
  expect(runtime().heap.bytes).toBeLessThan(2 ** 31);
});
