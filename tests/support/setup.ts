import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect } from 'vitest';
import { init } from '../../src/index.js';
import { runtime } from '../../src/runtime/runtime.js';

const build = process.env.SIMDGRAD_BUILD ?? 'release';

beforeAll(() => init({ source: readFileSync(`build/${build}.wasm`), debug: build === 'debug' }));

afterAll(() => {
  runtime().heap.check();
  expect(runtime().heap.bytes).toBeLessThan(2 ** 31);
});
