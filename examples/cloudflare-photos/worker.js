// Says what is in a posted photograph, on Cloudflare Workers, within the 128 MB that a worker may take. Beside this file
// belong a classifier of pictures as model.tflite (MobileNetV1 0.25 has 1.9 MB) and the names of its classes, one a line,
// as labels.txt; then `npx wrangler dev` and
//
//   curl --data-binary @photo.png http://localhost:8787

import { decode } from 'fast-png';
import { capabilities, init, preprocess, scope, tensor } from 'simdgrad/infer';
import { loadTflite } from 'simdgrad/tflite';
import labels from './labels.txt';
import bytes from './model.tflite';

const SIDE = 224;
const MAX_SIDE = 2048;
const TOP = 5;

const names = labels.trimEnd().split('\n');
let model;

/** The kernels are compiled ahead, the model is read once. */
async function start() {
  await init({ maxMemoryBytes: 96 * 2 ** 20 });
  return loadTflite(new Uint8Array(bytes));
}

export default {
  async fetch(request) {
    if (request.method !== 'POST') {
      const error = 'expected a POST with a PNG picture';
      return Response.json({ error }, { status: 405, headers: { allow: 'POST' } });
    }
    try {
      const photo = decodePhoto(new Uint8Array(await request.arrayBuffer()));
      model ??= start();
      return Response.json({ top: classify(await model, photo), memory: capabilities().memory });
    } catch (error) {
      return Response.json({ error: String(error?.message ?? error) }, { status: 400 });
    }
  },
};

/** The likeliest classes: MobileNets have learned values from -1 to 1. */
function classify(net, photo) {
  const options = { resize: SIDE, centerCrop: SIDE, mean: 0.5, std: 0.5 };
  const { data, shape } = preprocess(photo, options);
  const probabilities = scope(() => Array.from(net.predict(tensor(data, shape)).data()));
  return probabilities
    .map((probability, i) => ({ class: names[i] ?? String(i), probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, TOP);
}

/** The size stands in the header: a few bytes may claim gigabytes of pixels. */
function decodePhoto(png) {
  if (png.length < 24) throw new Error(`expected a PNG picture, got ${png.length} bytes`);
  const header = new DataView(png.buffer, png.byteOffset);
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  if (width > MAX_SIDE || height > MAX_SIDE) {
    throw new Error(
      `expected a PNG picture of at most ${MAX_SIDE}x${MAX_SIDE}, got ${width}x${height}`,
    );
  }
  const photo = decode(png);
  if (photo.depth !== 8) throw new Error(`expected a PNG of 8 bits a channel, got ${photo.depth}`);
  return photo;
}
