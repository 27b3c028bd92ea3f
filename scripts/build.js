// Bundles the library, the Node entry and the command into dist/, and puts the kernels beside them.
import { copyFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import pkg from '../package.json' with { type: 'json' };

/** The Node entry and the command share the library's one instance: they import it, they do not bundle it. */
const shareCore = {
  name: 'share-core',
  setup({ onResolve }) {
    onResolve({ filter: /\/index\.js$/ }, ({ path, resolveDir }) => {
      const target = new URL(path, `file://${resolveDir}/`).pathname;
      if (target.endsWith('/src/index.js')) return { path: './index.js', external: true };
      if (target.endsWith('/src/node/index.js')) return { path: './node.js', external: true };
      return undefined;
    });
  },
};

const common = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  outdir: 'dist',
  keepNames: true,
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  logLevel: 'warning',
};

await rm('dist', { recursive: true, force: true });
await Promise.all([
  build({
    ...common,
    entryPoints: {
      index: 'src/index.ts',
      worker: 'src/worker/index.ts',
      'model-worker': 'src/worker/model-worker.ts',
    },
    // What entries share is there once: a class is the same whichever of them it came from.
    splitting: true,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['node:fs/promises'],
  }),
  build({
    ...common,
    entryPoints: {
      node: 'src/node/index.ts',
      cli: 'src/cli/index.ts',
      'bench-worker': 'src/cli/bench/worker.ts',
    },
    platform: 'node',
    external: Object.keys(pkg.dependencies),
    plugins: [shareCore],
  }),
]);
await copyFile('build/release.wasm', 'dist/simdgrad.wasm');
await copyFile('build/relaxed.wasm', 'dist/simdgrad-relaxed.wasm');
