// Bundles the package's entries into dist/, with what they share in chunks, and puts the kernels beside them.
import { copyFile, readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import pkg from '../package.json' with { type: 'json' };

const common = {
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  outdir: 'dist',
  external: ['node:*', '*.wasm', '*.wasm?module', ...Object.keys(pkg.dependencies)],
  logLevel: 'warning',
};

const kernels = 'build/release.wasm';
await rm('dist', { recursive: true, force: true });
await Promise.all([
  build({
    ...common,
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
  build({
    ...common,
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
