import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { afterAll, beforeAll, expect } from 'vitest';
import { init } from '../../src/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import { acceptsRelaxedSimd } from '../../src/runtime/variant.js';

const build = process.env.SIMDGRAD_BUILD ?? 'release';

// Node 20 has it behind a flag, later versions have it without.
if (build === 'relaxed' && !acceptsRelaxedSimd()) {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
}

beforeAll(() => init({ source: readFileSync(`build/${build}.wasm`), debug: build === 'debug' }));

afterAll(() => {
  runtime().heap.check();
  expect(runtime().heap.bytes).toBeLessThan(2 ** 31);
});
