import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { installPackage, packed, project, run } from './installed.js';

installPackage();

const PROGRAM = `
  import { Conv2d, fit, init, type ModuleSource, Sequential, SGD, strokes, type Tensor, tensor } from 'simdgrad';
  import { type Dataset, parseIdx } from 'simdgrad/data';
  import * as inline from 'simdgrad/inline';
  import kernels from 'simdgrad/kernels.wasm';
  import relaxed from 'simdgrad/kernels-relaxed.wasm';
  import forInference from 'simdgrad/kernels-infer.wasm';
  import * as infer from 'simdgrad/infer';
  import { loadDataset } from 'simdgrad/node';
  import * as ops from 'simdgrad/ops';
  import { createModelWorker, WorkerDataset } from 'simdgrad/worker';

  export async function program(url: URL, signal: AbortSignal): Promise<number> {
    const source: ModuleSource = url;
    await init({ maxMemoryBytes: 2 ** 28, source: { simd: kernels, relaxed } });
    const model = new Sequential(new Conv2d(1, 8, 5, { padding: 'same' }));
    const output: Tensor = model.predict(ops.tensor([1], [1, 1, 1, 1]));
    const data: Dataset = strokes({ count: 10, seed: 1 });
    await fit(model, data, { epochs: 1, optimizer: new SGD(model.parameters(), { lr: 0.1 }), signal });
    const worker = await createModelWorker(model.config(), { signal, source: url });
    await inline.init({ source });
    await infer.init({ source: forInference });
    const values = output.data();
    const words: string = values.reduce((text, value, i) => text + i + value, '');
    const largest = values.indexOf(Math.max(...values));
    const floats: Float32Array = Float32Array.from(values.map((value) => 2 * value));
    tensor(floats, [floats.length]);
    tensor(new Int32Array(2));
    tensor(values);
    // @ts-expect-error: threads are a number or 'auto'
    await init({ threads: 'all' });
    // @ts-expect-error: what is marked as internal has no types
    output.version;
    return values.reduce((sum, value) => sum + value) + words.length + largest;
  }
  export { loadDataset, parseIdx, WorkerDataset };
`;

const nodeTypes = { types: ['node'], typeRoots: [resolve('node_modules/@types')] };
const noTypes = { types: [] };
const bundler = { module: 'esnext', moduleResolution: 'bundler' };
const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' };

test.each([
  ['a page', { lib: ['es2022', 'dom'], ...noTypes, ...bundler }],
  ['Node', { lib: ['es2022'], ...nodeTypes, ...nodenext }],
  ['neither', { lib: ['es2022'], ...noTypes, ...bundler }],
  [
    'both and the newest language',
    { lib: ['esnext', 'dom', 'dom.iterable'], ...nodeTypes, ...nodenext },
  ],
])('the types pass without skipLibCheck in a program for %s', async (_, options) => {
  await writeFile(join(project, 'user.ts'), PROGRAM);
  const compilerOptions = {
    target: 'es2022',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    ...options,
  };
  const configuration = join(project, 'tsconfig.json');
  await writeFile(configuration, JSON.stringify({ compilerOptions, files: ['user.ts'] }));
  const compiler = resolve('node_modules/typescript/bin/tsc');
  const { stdout } = await run('node', [compiler, '-p', configuration]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe('');
});

test('the types show nothing that is marked as internal', async () => {
  const paths = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.d.ts'));
  expect(paths.length).toBeGreaterThan(50);
  for (const path of paths) {
    const text = await readFile(join(project, 'node_modules/simdgrad', path), 'utf8');
    expect(text, path).not.toContain('@internal');
  }
});
