import { readFileSync } from 'node:fs';
import { instantiateSync } from '@assemblyscript/loader';
import { expect, test } from 'vitest';
import { runtime } from '../../src/runtime/runtime.js';

// The library instantiates its kernels without the loader, which would be a fifth of its code.
test("AssemblyScript's loader finds the same kernels in the module, and they compute", () => {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 16 });
  const wasm = readFileSync(`build/${process.env.SIMDGRAD_BUILD}.wasm`);
  const kernels = instantiateSync(wasm, { env: { memory } }).exports as Record<string, unknown>;
  expect(Object.keys(kernels)).toEqual(expect.arrayContaining(Object.keys(runtime().kernels)));

  const [a, b, y] = [1024, 2048, 4096];
  const values = new Float32Array(memory.buffer);
  values.set([1, -2, 3], a / 4);
  values.set([10, 20, 30], b / 4);
  (kernels['zipForward'] as ReturnType<typeof runtime>['kernels']['zipForward'])(
    ...([y, a, b, 0, 3, 0, 0] as const),
    0,
    3,
  );
  expect([...values.subarray(y / 4, y / 4 + 3)]).toEqual([11, 18, 33]);
});
