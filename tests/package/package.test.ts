import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);

interface Manifest {
  exports: Record<string, string | Record<string, string>>;
  scripts?: Record<string, string>;
  sideEffects: boolean;
}

let project: string;
let packed: { files: { path: string }[]; filename: string };
const installed = (path: string) => join(project, 'node_modules/simdgrad', path);
const readManifest = async () =>
  JSON.parse(await readFile(installed('package.json'), 'utf8')) as Manifest;

/** Runs a program of the project. @returns what it logs, from JSON */
async function runProgram(program: string, ...flags: string[]): Promise<unknown> {
  const argv = [...flags, '--input-type=module', '-e', program];
  return JSON.parse((await run('node', argv, { cwd: project })).stdout) as unknown;
}

/** A project that has installed the packed library. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'simdgrad-user-'));
  const options = ['--json', '--ignore-scripts', '--pack-destination', project];
  const { stdout } = await run('npm', ['pack', ...options]);
  [packed] = JSON.parse(stdout) as [typeof packed];
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  await run('npm', ['install', '--prefer-offline', '--no-audit', `./${packed.filename}`], {
    cwd: project,
  });
});

afterAll(() => rm(project, { recursive: true, force: true }));

describe('the package', () => {
  test('holds what it needs and no more', () => {
    const files = packed.files
      .map(({ path }) => path)
      .filter((path) => !/^dist\/(types\/.*\.d\.ts|chunk-\w+\.js)$/.test(path));
    expect(files.sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/bench-worker.js',
      'dist/cli.js',
      'dist/data.js',
      'dist/edge-light-ops.js',
      'dist/edge-light.js',
      'dist/index.js',
      'dist/inline.js',
      'dist/model-worker.js',
      'dist/node.js',
      'dist/ops.js',
      'dist/pool-worker.js',
      'dist/simdgrad-relaxed.wasm',
      'dist/simdgrad.wasm',
      'dist/worker.js',
      'dist/workerd-ops.js',
      'dist/workerd.js',
      'package.json',
    ]);
  });

  test('holds no source maps, which are as large as the rest, and names none', async () => {
    const names = packed.files.map(({ path }) => path);
    expect(names.filter((path) => path.endsWith('.map'))).toEqual([]);
    const code = names.filter((path) => /\.(js|d\.ts|wasm)$/.test(path));
    const naming = code.filter((path) =>
      readFileSync(installed(path)).includes('sourceMappingURL'),
    );
    expect(naming).toEqual([]);
  });

  test('does nothing when it is installed or imported', async () => {
    const { scripts = {}, sideEffects } = await readManifest();
    expect(Object.keys(scripts).filter((name) => /install|prepare/.test(name))).toEqual([]);
    expect(sideEffects).toBe(false);
  });

  test('says of every file where it is, types first and the default last', async () => {
    const { exports } = await readManifest();
    const present = packed.files.map(({ path }) => `./${path}`);
    for (const [subpath, target] of Object.entries(exports)) {
      const files = typeof target === 'string' ? [target] : Object.values(target);
      expect(present, subpath).toEqual(expect.arrayContaining(files));
      if (typeof target === 'string') continue;
      const conditions = Object.keys(target);
      expect([conditions[0], conditions.at(-1)], subpath).toEqual(['types', 'default']);
    }
    const conditions = 'types, workerd, edge-light, deno, bun, node, browser, default'.split(', ');
    for (const subpath of ['.', './ops']) {
      expect(Object.keys(exports[subpath]!)).toEqual(conditions);
    }
  });
});

test('its code evaluates no strings, awaits nothing on import, and is split flat', async () => {
  const files = (await readdir(installed('dist'))).filter((file) => file.endsWith('.js'));
  for (const file of files) {
    // The command and the benchmark's worker are programs, not modules to import.
    const isProgram = /^(cli|bench-worker)\.js$/.test(file);
    const problems = forbiddenCode(file, await readFile(installed(`dist/${file}`), 'utf8'));
    expect(
      problems.filter((what) => !isProgram || what !== 'await'),
      file,
    ).toEqual([]);
  }
});

/** Uses of `eval` and `Function` as functions, and `await` outside functions. */
function forbiddenCode(name: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node, inFunction: boolean): void => {
    const isCall = ts.isCallExpression(node) || ts.isNewExpression(node);
    if (isCall && /^(globalThis\.)?(eval|Function)$/.test(node.expression.getText())) {
      found.push(node.expression.getText());
    }
    const isAwait =
      ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined);
    if (isAwait && !inFunction) found.push('await');
    ts.forEachChild(node, (child) => visit(child, inFunction || ts.isFunctionLike(node)));
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true), false);
  return found;
}

test('the check for forbidden code finds it', () => {
  const code = 'eval("1"); new Function("1"); await 1; async () => { await 1 }';
  expect(forbiddenCode('x.js', code)).toEqual(['eval', 'Function', 'await']);
});

describe('a user', () => {
  test.each(['simdgrad', 'simdgrad/ops', 'simdgrad/inline'])('computes with %s', async (name) => {
    const result = await runProgram(`
      import { conv2d, init, tensor } from '${name}';
      await init();
      const y = conv2d(tensor([[[[1], [2]], [[3], [4]]]]), tensor([[[[10]]]]));
      console.log(JSON.stringify(y.toArray()));
    `);
    expect(result).toEqual([
      [
        [[10], [20]],
        [[30], [40]],
      ],
    ]);
  });

  // Node takes these entries by a flag; a hook imports wasm as these platforms do.
  const hook = `
    export async function load(url, context, next) {
      const [file, query] = url.split('?');
      if (!file.endsWith('.wasm')) return next(url, context);
      const source = \`
        import { readFileSync } from 'node:fs';
        console.error('imported \${query}');
        export default new WebAssembly.Module(readFileSync(new URL('\${file}')));\`;
      return { format: 'module', source, shortCircuit: true };
    }`;
  const script = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(script(hook))});`;

  test.each([
    ['workerd', 'simdgrad', 'undefined'],
    ['workerd', 'simdgrad/ops', 'undefined'],
    ['edge-light', 'simdgrad', 'module'],
    ['edge-light', 'simdgrad/ops', 'module'],
  ])('on %s, computes with %s', async (condition, name, query) => {
    const program = `
      import { add, capabilities, init, tensor } from '${name}';
      await init({ variant: 'auto', threads: 2 });
      const { threads, reasons } = capabilities();
      console.log(JSON.stringify({ sum: add(tensor([1]), tensor([2])).toArray(), threads, reasons }));
    `;
    const argv = [
      '-C',
      condition,
      '--import',
      script(register),
      '--input-type=module',
      '-e',
      program,
    ];
    const { stdout, stderr } = await run('node', argv, { cwd: project });
    expect(stderr).toBe(`imported ${query}\n`);
    expect(JSON.parse(stdout)).toEqual({
      sum: [3],
      threads: 1,
      reasons: [
        'variant: the source holds no relaxed kernels',
        'threads: the module given as source is compiled without shared memory; give its bytes',
      ],
    });
  });

  test('finds the script of the worker threads by its subpath', async () => {
    const result = await runProgram(`
      import { capabilities, init } from 'simdgrad';
      const workerScript = new URL(import.meta.resolve('simdgrad/pool-worker.js'));
      await init({ threads: 2, workerScript });
      console.log(JSON.stringify({ file: workerScript.pathname, threads: capabilities().threads }));
    `);
    expect(result).toEqual({
      file: expect.stringMatching(/\/dist\/pool-worker\.js$/),
      threads: 2,
    });
  });

  test('gets the same objects from every entry', async () => {
    const result = await runProgram(`
      import * as all from 'simdgrad';
      import * as ops from 'simdgrad/ops';
      import * as data from 'simdgrad/data';
      import * as node from 'simdgrad/node';
      import * as inline from 'simdgrad/inline';
      const differing = (entry) => Object.keys(entry).filter((name) => entry[name] !== all[name]);
      const missing = Object.keys(all).filter((name) => !(name in inline));
      const parts = [ops, data].map((entry) => Object.keys(entry).length > 5 && differing(entry));
      console.log(JSON.stringify({ parts, missing, extra: 'fit' in ops || 'strokes' in ops, node: 'loadDataset' in node }));
    `);
    expect(result).toEqual({ parts: [[], []], missing: [], extra: false, node: true });
  });

  test('sees the names of errors and layers, though the code is minified', async () => {
    const result = await runProgram(`
      import { Conv2d, conv2d, init, ones, saveModel, Sequential, summary, zeros } from 'simdgrad';
      await init();
      const model = new Sequential(new Conv2d(1, 2, 3));
      const message = (f) => { try { f() } catch (error) { return String(error) } };
      console.log(JSON.stringify([
        message(() => zeros([-1])),
        message(() => conv2d(ones([1, 3, 3, 1]), ones([1, 1, 1, 1]), undefined, { stride: ones([1]) })),
        summary(model, [5, 5, 1]).layers[0].type,
        JSON.parse(saveModel(model).json).architecture.type,
      ]));
    `);
    expect(result).toEqual([
      expect.stringMatching(/^ShapeError: /),
      expect.stringMatching(/got Tensor$/),
      'Conv2d',
      'Sequential',
    ]);
  });
});

describe('the variant', () => {
  const runVariant = (variant: string, flags: string[]) =>
    runProgram(
      `
      import { capabilities, init, ones, linear } from 'simdgrad';
      await init({ variant: '${variant}' });
      const { variant, reasons } = capabilities();
      const [sum] = linear(ones([1, 5]), ones([5, 1])).data();
      console.log(JSON.stringify({ variant, reasons, sum }));
    `,
      ...flags,
    );
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

test.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('its types compile as %s modules with %s resolution', async (module, moduleResolution) => {
  const source = `
    import { Conv2d, fit, init, Sequential, SGD, strokes, type Tensor } from 'simdgrad';
    import * as ops from 'simdgrad/ops';
    import { type Dataset, parseIdx } from 'simdgrad/data';
    import * as inline from 'simdgrad/inline';
    import { loadDataset } from 'simdgrad/node';
    await init({ maxMemoryBytes: 2 ** 28, source: { simd: new URL('https://example.org/simdgrad.wasm') } });
    const model = new Sequential(new Conv2d(1, 8, 5, { padding: 'same' }));
    const output: Tensor = model.predict(null as unknown as ops.Tensor);
    const data: Dataset = strokes({ count: 10, seed: 1 });
    await fit(model, data, { epochs: 1, optimizer: new SGD(model.parameters(), { lr: 0.1 }) });
    export { inline, loadDataset, output, parseIdx };
  `;
  await writeFile(join(project, 'user.ts'), source);
  const compilerOptions = {
    module,
    moduleResolution,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'],
    types: ['node'],
    typeRoots: [resolve('node_modules/@types')],
    strict: true,
    noEmit: true,
  };
  const configuration = join(project, 'tsconfig.json');
  await writeFile(configuration, JSON.stringify({ compilerOptions, files: ['user.ts'] }));
  const compiler = resolve('node_modules/typescript/bin/tsc');
  const { stdout } = await run('node', [compiler, '-p', configuration]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe('');
});
