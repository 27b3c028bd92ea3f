import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { transform } from 'esbuild';
import { expect, test } from 'vitest';

const [training, inference, autograd, own] = [
  ...readFileSync('README.md', 'utf8').matchAll(/^```ts\n(.*?)^```/gms),
].map(([, code]) => code!);
const [, inWorker] = /^```js\n(.*?)^```/ms.exec(readFileSync('README.md', 'utf8'))!;

/** Runs a program that imports the built library; what it logs or assigns to `globalThis.result` is the result. */
async function runProgram(code: string): Promise<unknown> {
  const library = pathToFileURL(resolve('dist/index.js')).href;
  const infer = pathToFileURL(resolve('dist/infer.js')).href;
  const worker = pathToFileURL(resolve('dist/worker.js')).href;
  const { code: plain } = await transform(
    code
      .replaceAll("'simdgrad'", `'${library}'`)
      .replaceAll("'simdgrad/infer'", `'${infer}'`)
      .replaceAll("'simdgrad/worker'", `'${worker}'`)
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

/** A model that takes bright pictures for a 7 and dark ones for a 3, after the normalisation in its details. */
const SAVED = `
  import { capabilities, saveModel } from 'simdgrad';
  await init();
  const saved = new Sequential(new Flatten(), new Linear(784, 10));
  const [weight, bias] = saved.parameters();
  weight.assign(Float32Array.from({ length: 7840 }, (_, i) => (i % 10 === 7 ? 1 : 0)));
  bias.assign(Float32Array.from({ length: 10 }, (_, i) => (i === 3 ? 1 : 0)));
`;

test('the inference example of the README normalises as the saved model wants it', async () => {
  const result = await runProgram(`${SAVED}
    const { json, weights } = saveModel(saved, { mean: [0.5], std: [0.25] });
    const picture = new Float32Array(784).fill(0.6);
    ${inference!}
    globalThis.result = [globalThis.result, classify(new Float32Array(784).fill(0.4))];
  `);
  expect(result).toEqual([7, 3]);
});

test('the class of the README is saved and loaded', async () => {
  const result = await runProgram(`
    import { add, Conv2d, Flatten, init, loadModel, Module, relu, saveModel, Sequential } from 'simdgrad';
    await init();
    ${own!}`);
  expect(result).toMatchObject({
    layers: [{ type: 'Residual', channels: 8 }, { type: 'Flatten' }],
  });
});

test('the inference example of the README can be called for ever', async () => {
  const result = await runProgram(`${SAVED}
    const { json, weights } = saveModel(saved);
    const picture = new Float32Array(784).fill(0.6);
    ${inference!}
    const before = capabilities().memory;
    for (let i = 0; i < 10_000; i++) classify(picture);
    const after = capabilities().memory;
    globalThis.result = [globalThis.result, after.bytesInUse - before.bytesInUse, after.bytes - before.bytes];
  `);
  expect(result).toEqual([7, 0, 0]);
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

test('the worker example of the README trains and predicts', async () => {
  const result = await runProgram(`
    import { Flatten, init, Linear, saveModel, Sequential, strokes } from 'simdgrad';
    await init();
    const { json, weights } = saveModel(new Sequential(new Flatten(), new Linear(784, 10)));
    const count = 20;
    const digits = strokes({ count, seed: 1 });
    const pictures = new Uint8Array(count * 784);
    for (let i = 0; i < count; i++) pictures.set(digits.raw(i), 784 * i);
    const data = {
      inputs: pictures, inputShape: [28, 28, 1], labels: digits.labels, classNames: digits.classNames,
    };
    let reports = 0;
    const onProgress = () => reports++;
    const { signal } = new AbortController();
    ${inWorker}
    globalThis.result = { reports, shape, logits: logits.length, moved: pictures.length };
  `);
  expect(result).toEqual({ reports: expect.any(Number), shape: [20, 10], logits: 200, moved: 0 });
});
