import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import pkg from '../../package.json' with { type: 'json' };

const notices = readFileSync('THIRD-PARTY-NOTICES.md', 'utf8');

/** The packages whose code would be in the bundles. */
async function bundledPackages(entryPoints: string[], external: string[]): Promise<string[]> {
  const { metafile } = await build({
    entryPoints,
    external: ['node:*', '*.wasm', '*.wasm?module', ...external],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    outdir: 'dist',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const names = Object.keys(metafile.inputs).map(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1],
  );
  return [...new Set(names.filter((name) => name !== undefined))];
}

const ENTRIES = [
  'src/index.ts',
  'src/node/index.ts',
  'src/worker/index.ts',
  'src/onnx/index.ts',
  'src/tfjs/index.ts',
  'src/tflite/index.ts',
  'src/worker/model-worker.ts',
  'src/worker/onnx-worker.ts',
  'src/worker/tfjs-worker.ts',
  'src/worker/tflite-worker.ts',
  'src/runtime/pool-worker.ts',
  'src/cli/index.ts',
  'src/cli/bench/worker.ts',
];

test('the bundles hold no package that the notices do not list', async () => {
  const bundled = await bundledPackages(ENTRIES, Object.keys(pkg.dependencies));
  expect(bundled.filter((name) => !notices.toLowerCase().includes(`## ${name}`))).toEqual([]);
});

test('the check finds a package that is bundled', async () => {
  expect(await bundledPackages(['src/cli/report/pictures.ts'], [])).toContain('fast-png');
});

test('the notices hold the licence of what the reports hold', () => {
  expect(notices).toContain(readFileSync('node_modules/uplot/LICENSE', 'utf8').trim());
});

test("the kernels hold none of AssemblyScript's library", () => {
  const functions = readFileSync('build/release.wat', 'utf8').matchAll(/\(func \$(\S+)/g);
  const names = Array.from(functions, ([, name]) => name!);
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name) => name.startsWith('~lib/'))).toEqual([]);
});
