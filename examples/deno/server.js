// Classifies a posted picture of a digit: `deno run --allow-net --allow-read server.js`, then
//
//   curl --data-binary @digit.png http://localhost:8000

import { init, loadModel } from 'simdgrad';
import { createHandler } from '../digits/classify.js';

const file = (name) => new URL(`../digits/${name}`, import.meta.url);

await init();
const { model } = loadModel({
  json: await Deno.readTextFile(file('model.json')),
  weights: await Deno.readFile(file('model.safetensors')),
});
Deno.serve({ port: Number(Deno.args[0] ?? 8000) }, createHandler(model));
