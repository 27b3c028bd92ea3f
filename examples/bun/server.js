// Classifies a posted picture of a digit: `bun server.js`, then
//
//   curl --data-binary @digit.png http://localhost:3000

import { init, loadModel } from 'simdgrad';
import { createHandler } from '../digits/classify.js';

const file = (name) => Bun.file(new URL(`../digits/${name}`, import.meta.url));

await init();
const { model } = loadModel({
  json: await file('model.json').text(),
  weights: new Uint8Array(await file('model.safetensors').arrayBuffer()),
});
const { url } = Bun.serve({ port: Number(process.argv[2] ?? 3000), fetch: createHandler(model) });
console.log(`Listening on ${url}`);
