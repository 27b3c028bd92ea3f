// What is transferred: each file compressed by itself.
import { readFileSync } from 'node:fs';

/** What a page loads with a file of dist/: the chunks that it imports. */
const AT_FIRST = /from"\.\/(chunk-\w+\.js)"/g;
/** And those that it may import later. */
const IN_ALL = /(?:from|import\()"\.\/(chunk-\w+\.js)"/g;

function withChunks(file, imports) {
  const chunks = readFileSync(`dist/${file}`, 'utf8').matchAll(imports);
  return [`dist/${file}`, ...Array.from(chunks, ([, chunk]) => withChunks(chunk, imports)).flat()];
}

const kernels = 'dist/simdgrad.wasm';
const threads = 'dist/pool-worker.js';

export default [
  {
    name: 'simdgrad, threads included',
    path: [...withChunks('index.js', AT_FIRST), threads, kernels],
    limit: '79 kB',
    gzip: true,
  },
  {
    name: 'simdgrad, with what is loaded on first use (reading of CSV and gzip)',
    path: [...withChunks('index.js', IN_ALL), threads, kernels],
    limit: '84 kB',
    gzip: true,
  },
  {
    name: 'simdgrad/ops',
    path: [...withChunks('ops.js', AT_FIRST), kernels],
    limit: '55 kB',
    gzip: true,
  },
  { name: 'kernels', path: kernels, limit: '40 kB', gzip: true },
];
