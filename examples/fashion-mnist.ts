// Trains a small network on Fashion-MNIST to more than 91.5 % in eight epochs.
//
//   npx tsx examples/fashion-mnist.ts [DIR with the four IDX files; without it they are downloaded]

import { readFileSync } from 'node:fs';
import {
  Adam,
  Conv2d,
  cosineSchedule,
  Dropout,
  fit,
  Flatten,
  init,
  Linear,
  manualSeed,
  MaxPool2d,
  type Random,
  ReLU,
  Sequential,
} from '../src/index.js';
import { loadDataset } from '../src/node/index.js';

const SIZE = 28;

/** Mirrors every other picture: a shirt is a shirt from both sides. */
function flip(picture: Float32Array, random: Random): void {
  if (random.integer(2) === 0) return;
  for (let row = 0; row < picture.length; row += SIZE) picture.subarray(row, row + SIZE).reverse();
}

await init({ source: readFileSync(new URL('../build/release.wasm', import.meta.url)) });
manualSeed(0);
const { train, test } = await loadDataset(process.argv[2] ?? 'fashion-mnist');
const statistics = train.statistics();

const model = new Sequential(
  new Conv2d(1, 32, 3, { padding: 1 }),
  new ReLU(),
  new MaxPool2d(2),
  new Conv2d(32, 64, 3, { padding: 1 }),
  new ReLU(),
  new MaxPool2d(2),
  new Conv2d(64, 64, 3, { padding: 1 }),
  new ReLU(),
  new Flatten(),
  new Dropout(0.3),
  new Linear(7 * 7 * 64, 128),
  new ReLU(),
  new Linear(128, 10),
);

await fit(model, train.normalise(statistics).map(flip), {
  optimizer: new Adam(model.parameters()),
  schedule: cosineSchedule(1e-3),
  epochs: 8,
  batchSize: 64,
  validation: test.normalise(statistics),
  callbacks: [{ onEpochEnd: (_run, epoch) => console.log(epoch) }],
});
