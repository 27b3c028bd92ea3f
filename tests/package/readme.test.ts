import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { transform } from 'esbuild';
import { expect, test } from 'vitest';

const [training, autograd] = [
  ...readFileSync('README.md', 'utf8').matchAll(/^```ts\n(.*?)^```/gms),
].map(([, code]) => code!);

/** Runs a program that imports the built library; what it logs or assigns to `globalThis.result` is the result. */
async function runProgram(code: string): Promise<unknown> {
  const library = pathToFileURL(resolve('dist/index.js')).href;
  const { code: plain } = await transform(
    code
      .replaceAll("'simdgrad'", `'${library}'`)
      .replace(/console\.log\(/, 'globalThis.result = ('),
    { loader: 'ts', format: 'esm' },
  );
  await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(plain)}`);
  return (globalThis as { result?: unknown }).result;
}

test('the training example of the README learns', async () => {
  const result = await runProgram(training!);
  expect(result).toMatchObject({ epoch: 3 });
  expect((result as { validationAccuracy: number }).validationAccuracy).toBeGreaterThan(0.97);
});

test('the autograd example of the README gives a gradient', async () => {
  const result = await runProgram(`
    import { conv2d, crossEntropy, flatten, init, linear, randn, relu, scope, tensor } from 'simdgrad';
    await init();
    const x = randn([2, 5, 5, 1]);
    const v = randn([100, 3]);
    const labels = tensor(new Int32Array([0, 2]));
    ${autograd!.replace('w.grad?.toArray();', 'globalThis.result = w.grad?.toArray();')}
  `);
  expect((result as number[][]).flat(3).some((value) => value !== 0)).toBe(true);
});
