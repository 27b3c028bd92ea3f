import * as simdgrad from '/node_modules/simdgrad/dist/index.js';
import { trainAndPredict } from './program.js';

globalThis.onmessage = ({ data: options }) =>
  trainAndPredict(simdgrad, options).then(
    (answer) => postMessage({ answer }),
    (error) => postMessage({ error: String(error) }),
  );
