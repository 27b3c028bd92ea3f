import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { installPackage, packed, project } from './installed.js';

interface Manifest {
  exports: Record<string, string | Record<string, string>>;
  scripts?: Record<string, string>;
  sideEffects: boolean;
  repository: { url: string };
  homepage: string;
  bugs: string;
}

const installed = (path: string) => join(project, 'node_modules/simdgrad', path);
const readManifest = async () =>
  JSON.parse(await readFile(installed('package.json'), 'utf8')) as Manifest;

installPackage();

describe('the package', () => {
  test('holds what it needs and no more', () => {
    const files = packed.files
      .map(({ path }) => path)
      .filter((path) => !/^(dist\/types\/.*\.d\.ts|dist\/chunk-\w+\.js|docs\/.*\.md)$/.test(path));
    expect(files.sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'THIRD-PARTY-NOTICES.md',
      'dist/bench-worker.js',
      'dist/cli.js',
      'dist/data.js',
      'dist/edge-light-infer.js',
      'dist/edge-light-ops.js',
      'dist/edge-light.js',
      'dist/index.js',
      'dist/infer.js',
      'dist/inline.js',
      'dist/model-worker.js',
      'dist/node.js',
      'dist/onnx-worker.js',
      'dist/onnx.js',
      'dist/ops.js',
      'dist/pool-worker.js',
      'dist/simdgrad-infer-relaxed.wasm',
      'dist/simdgrad-infer.wasm',
      'dist/simdgrad-relaxed.wasm',
      'dist/simdgrad.wasm',
      'dist/tfjs-worker.js',
      'dist/tfjs.js',
      'dist/tflite-worker.js',
      'dist/tflite.js',
      'dist/worker.js',
      'dist/workerd-infer.js',
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

  test('says where it is developed and where faults are reported', async () => {
    const { repository, homepage, bugs } = await readManifest();
    expect(repository.url).toMatch(/^git\+https:\/\/.*\.git$/);
    const address = repository.url.slice('git+'.length, -'.git'.length);
    expect([homepage, bugs]).toEqual([`${address}#readme`, `${address}/issues`]);
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
