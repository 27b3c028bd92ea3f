// Classifies a posted picture of a digit on Cloudflare Workers: `npx wrangler dev`, then
//
//   curl --data-binary @digit.png http://localhost:8787

import { init, loadModel } from 'simdgrad';
import kernels from 'simdgrad/kernels.wasm';
import { createHandler } from '../digits/classify.js';
import architecture from '../digits/model.json';
import weights from '../digits/model.safetensors';

let handler;

async function start() {
  await init({ source: kernels });
  const json = JSON.stringify(architecture);
  return createHandler(loadModel({ json, weights: new Uint8Array(weights) }).model);
}

export default {
  async fetch(request) {
    handler ??= start();
    return (await handler)(request);
  },
};
