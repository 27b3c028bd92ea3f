// Makes the model that the servers beside this folder answer with: model.json and model.safetensors, 46 KB.
//
//   node train.mjs

import { fileURLToPath } from 'node:url';
import { writeModel } from 'simdgrad/node';
import {
  Adam,
  Conv2d,
  cosineSchedule,
  fit,
  Flatten,
  init,
  Linear,
  manualSeed,
  MaxPool2d,
  ReLU,
  Sequential,
  strokes,
} from 'simdgrad';

await init();
manualSeed(0);
const [train, test] = strokes({ count: 22_000, seed: 1 }).split(20_000);
const model = new Sequential(
  new Conv2d(1, 8, 5, { padding: 2 }),
  new ReLU(),
  new MaxPool2d(2),
  new Conv2d(8, 16, 5, { padding: 2 }),
  new ReLU(),
  new MaxPool2d(2),
  new Flatten(),
  new Linear(784, 10),
);
await fit(model, train, {
  optimizer: new Adam(model.parameters()),
  schedule: cosineSchedule(0.003),
  epochs: 3,
  validation: test,
  callbacks: [{ onEpochEnd: (_run, epoch) => console.log(epoch) }],
});
await writeModel(fileURLToPath(new URL('.', import.meta.url)), model);
