import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);

let project: string;
let packed: { files: { path: string }[]; filename: string };

/** A project that has installed the packed library. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'simdgrad-user-'));
  const { stdout } = await run('npm', [
    'pack',
    '--json',
    '--ignore-scripts',
    '--pack-destination',
    project,
  ]);
  [packed] = JSON.parse(stdout) as [typeof packed];
  const target = join(project, 'node_modules/simdgrad');
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', join(project, packed.filename), '-C', target, '--strip-components=1']);
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
});

afterAll(() => rm(project, { recursive: true, force: true }));

test('the package holds what it needs and no more', () => {
  const files = packed.files
    .map(({ path }) => path)
    .filter((path) => !/^dist\/(types\/|chunk-)/.test(path));
  expect(files.sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist/bench-worker.js',
    'dist/bench-worker.js.map',
    'dist/cli.js',
    'dist/cli.js.map',
    'dist/index.js',
    'dist/index.js.map',
    'dist/model-worker.js',
    'dist/model-worker.js.map',
    'dist/node.js',
    'dist/node.js.map',
    'dist/simdgrad-relaxed.wasm',
    'dist/simdgrad.wasm',
    'dist/worker.js',
    'dist/worker.js.map',
    'package.json',
  ]);
});

test('a user computes with it', async () => {
  const program = `
    import { conv2d, init, tensor } from 'simdgrad';
    await init();
    const y = conv2d(tensor([[[[1], [2]], [[3], [4]]]]), tensor([[[[10]]]]));
    console.log(JSON.stringify(y.toArray()));
  `;
  const { stdout } = await run('node', ['--input-type=module', '-e', program], { cwd: project });
  expect(JSON.parse(stdout)).toEqual([
    [
      [[10], [20]],
      [[30], [40]],
    ],
  ]);
});

describe('the variant', () => {
  const program = (variant: string) => `
    import { capabilities, init, ones, linear } from 'simdgrad';
    await init({ variant: '${variant}' });
    const { variant, reasons } = capabilities();
    const [sum] = linear(ones([1, 5]), ones([5, 1])).data();
    console.log(JSON.stringify({ variant, reasons, sum }));
  `;
  const runVariant = async (variant: string, flags: string[]) => {
    const argv = [...flags, '--input-type=module', '-e', program(variant)];
    return JSON.parse((await run('node', argv, { cwd: project })).stdout) as unknown;
  };
  // Node 20 has it behind a flag, later versions have it without.
  const withRelaxed = process.version.startsWith('v20.')
    ? ['--experimental-wasm-relaxed-simd']
    : [];

  test('is the baseline unless another is asked for', async () => {
    const reasons = ["variant: init({ variant: 'auto' }) was not asked for"];
    expect(await runVariant('simd', withRelaxed)).toEqual({ variant: 'simd', reasons, sum: 5 });
  });

  test('is the relaxed one on request where the engine accepts it', async () => {
    const expected = { variant: 'relaxed', reasons: [], sum: 5 };
    expect(await runVariant('auto', withRelaxed)).toEqual(expected);
    expect(await runVariant('relaxed', withRelaxed)).toEqual(expected);
  });

  test.skipIf(withRelaxed.length === 0)(
    'falls back, or refuses, where the engine does not',
    async () => {
      const reasons = ['variant: this engine does not accept relaxed SIMD'];
      expect(await runVariant('auto', [])).toEqual({ variant: 'simd', reasons, sum: 5 });
      await expect(runVariant('relaxed', [])).rejects.toThrow(
        "init: variant: this engine does not accept relaxed SIMD; use 'auto' to fall back",
      );
    },
  );
});

test('its types compile under strict settings, declarations included', async () => {
  const source = `
    import { Conv2d, fit, init, Sequential, SGD, strokes, type Tensor } from 'simdgrad';
    import { loadDataset } from 'simdgrad/node';
    await init({ maxMemoryBytes: 2 ** 28 });
    const model = new Sequential(new Conv2d(1, 8, 5, { padding: 'same' }));
    const output: Tensor = model.predict(null as unknown as Tensor);
    await fit(model, strokes({ count: 10, seed: 1 }), { epochs: 1, optimizer: new SGD(model.parameters(), { lr: 0.1 }) });
    export { loadDataset, output };
  `;
  await writeFile(join(project, 'user.ts'), source);
  const compiler = resolve('node_modules/typescript/bin/tsc');
  const types = resolve('node_modules/@types');
  const options = [
    '--strict',
    '--noEmit',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom,dom.iterable,esnext.disposable',
  ];
  const files = ['--module', 'nodenext', '--types', 'node', '--typeRoots', types, 'user.ts'];
  const { stdout } = await run('node', [compiler, ...options, ...files], { cwd: project }).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe('');
});
