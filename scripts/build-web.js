// Builds the page set of web/ into dist-web/: files for any static host, under any path. Needs the kernels
// (`npm run build:wasm`).
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const OUT = 'dist-web';

const common = {
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
};

/** `@import 'simdgrad:palette'` is the palette of the command's reports: pages and reports look alike. */
const palette = {
  name: 'palette',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^simdgrad:palette$/ }, () => ({ path: 'palette', namespace: 'palette' }));
    onLoad({ filter: /./, namespace: 'palette' }, async () => {
      const { outputFiles } = await build({
        ...common,
        entryPoints: ['src/cli/report/palette.ts'],
        write: false,
      });
      const source = `data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`;
      const { PALETTE } = await import(source);
      return { contents: PALETTE, loader: 'css' };
    });
  },
};

/** What is copied as it is: the page, the kernels, and the network that it reads digits with. */
const COPIES = {
  'index.html': 'web/index.html',
  'icon.svg': 'web/icon.svg',
  'simdgrad.wasm': 'build/release.wasm',
  'simdgrad-relaxed.wasm': 'build/relaxed.wasm',
  'digits.json': 'examples/digits/model.json',
  'digits.safetensors': 'examples/digits/model.safetensors',
};

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT);
await build({
  ...common,
  outdir: OUT,
  splitting: true,
  plugins: [palette],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  // Flat: the library looks for its kernels and scripts beside its own chunk.
  chunkNames: 'chunk-[hash]',
  entryPoints: {
    main: 'web/main.tsx',
    style: 'web/style/index.css',
    'train-worker': 'web/train/worker.ts',
    'bench-worker': 'web/bench/worker.ts',
    'pool-worker': 'src/runtime/pool-worker.ts',
  },
});
for (const [to, from] of Object.entries(COPIES)) await copyFile(from, join(OUT, to));

const files = (await readdir(OUT)).sort();
const hash = createHash('sha256');
for (const file of files) hash.update(file).update(await readFile(join(OUT, file)));
const { outputFiles } = await build({
  ...common,
  format: 'iife',
  entryPoints: ['web/service-worker.js'],
  write: false,
  define: {
    FILES: JSON.stringify(files),
    VERSION: JSON.stringify(hash.digest('hex').slice(0, 16)),
  },
});
await writeFile(join(OUT, 'service-worker.js'), outputFiles[0].text);
