// What is transferred: each file compressed by itself.
import { readFileSync } from 'node:fs';

/** A file of dist/ and the chunks that it imports. */
function withChunks(file) {
  const imports = readFileSync(`dist/${file}`, 'utf8').matchAll(/from"\.\/(chunk-\w+\.js)"/g);
  return [`dist/${file}`, ...Array.from(imports, ([, chunk]) => withChunks(chunk)).flat()];
}

const kernels = 'dist/simdgrad.wasm';

export default [
  {
    name: 'simdgrad, threads included',
    path: [...withChunks('index.js'), 'dist/pool-worker.js', kernels],
    limit: '73 kB',
    gzip: true,
  },
  { name: 'simdgrad/ops', path: [...withChunks('ops.js'), kernels], limit: '52 kB', gzip: true },
  { name: 'kernels', path: kernels, limit: '40 kB', gzip: true },
];
