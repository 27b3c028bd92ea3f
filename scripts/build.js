// Bundles the package's entries into dist/, with what they share in chunks, and puts the kernels beside them.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { minify } from 'terser';
import pkg from '../package.json' with { type: 'json' };

const common = {
  bundle: true,
  minifySyntax: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  outdir: 'dist',
  external: ['node:*', '*.wasm', '*.wasm?module', ...Object.keys(pkg.dependencies)],
  logLevel: 'warning',
};

/**
 * For readable stacks (docs/decisions/0017): functions and classes keep their names, functions stay functions, and
 * lines are short, as Node prints that of an uncaught error.
 */
const names = { keep_classnames: true, keep_fnames: true, toplevel: true };
const minifier = {
  ecma: 2020,
  parse: { module: true },
  mangle: names,
  compress: { ...names, inline: false, reduce_funcs: false, passes: 2 },
  format: { max_line_len: 300 },
};

async function bundle(options) {
  const { outputFiles } = await build({ ...common, ...options, write: false });
  for (const { path, text } of outputFiles) {
    const { code } = await minify(withClassNames(text), minifier);
    await writeFile(path, code);
  }
}

/** esbuild turns `class A` into `A = class`, or `A = class _A` where it names itself: the name goes into the class. */
function withClassNames(code) {
  const own = new Set(Array.from(code.matchAll(/\b(\w+) = class _\1\b/g), ([, name]) => name));
  return code
    .replace(/\b_(\w+)\b/g, (word, name) => (own.has(name) ? name : word))
    .replace(/(?<![.\w])(\w+) = class(?= extends| \{)/g, '$1 = class $1');
}

const kernels = 'build/release.wasm';
await rm('dist', { recursive: true, force: true });
await mkdir('dist');
await Promise.all([
  bundle({
    splitting: true,
    // Flat: `new URL('./simdgrad.wasm', import.meta.url)` stands in a chunk.
    chunkNames: 'chunk-[hash]',
    entryPoints: {
      index: 'src/index.ts',
      ops: 'src/entries/ops.ts',
      data: 'src/data/index.ts',
      workerd: 'src/entries/workerd.ts',
      'workerd-ops': 'src/entries/workerd-ops.ts',
      'edge-light': 'src/entries/edge-light.ts',
      'edge-light-ops': 'src/entries/edge-light-ops.ts',
      worker: 'src/worker/index.ts',
      node: 'src/node/index.ts',
      cli: 'src/cli/index.ts',
      'bench-worker': 'src/cli/bench/worker.ts',
    },
  }),
  bundle({
    // One file each: bundlers copy the workers' as they are.
    entryPoints: {
      inline: 'src/entries/inline.ts',
      'pool-worker': 'src/runtime/pool-worker.ts',
      'model-worker': 'src/worker/model-worker.ts',
    },
    define: { KERNELS_BASE64: JSON.stringify(await readFile(kernels, 'base64')) },
  }),
]);
await copyFile(kernels, 'dist/simdgrad.wasm');
await copyFile('build/relaxed.wasm', 'dist/simdgrad-relaxed.wasm');
