import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

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
    .filter((path) => !path.startsWith('dist/types/'));
  expect(files.sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist/cli.js',
    'dist/cli.js.map',
    'dist/index.js',
    'dist/index.js.map',
    'dist/node.js',
    'dist/node.js.map',
    'dist/simdgrad.wasm',
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
