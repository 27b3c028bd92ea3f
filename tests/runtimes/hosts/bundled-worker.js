// Bundled into one classic script, where there is no import.meta.url: the address of the kernels is given.
import * as simdgrad from 'simdgrad';
import { trainAndPredict } from './program.js';

globalThis.onmessage = ({ data: { init, ...options } }) => {
  const source = new URL('/node_modules/simdgrad/dist/simdgrad.wasm', globalThis.location.href);
  trainAndPredict(simdgrad, { ...options, init: { ...init, source } }).then(
    (answer) => postMessage({ answer }),
    (error) => postMessage({ error: String(error) }),
  );
};
