// Trains on hand-drawn digits, saves the model, loads it again and classifies a digit that it has not seen.
//
//   node node.mjs [FOLDER for the model]

import { readModel, writeModel } from 'simdgrad/node';
import {
  Adam,
  argmaxRows,
  Conv2d,
  fit,
  Flatten,
  init,
  Linear,
  manualSeed,
  MaxPool2d,
  ReLU,
  scope,
  Sequential,
  strokes,
  tensor,
} from 'simdgrad';

const folder = process.argv[2] ?? 'digits-model';

await init();
manualSeed(0);
const [train, test] = strokes({ count: 5000, seed: 1 }).split(4000);
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
  epochs: 2,
  validation: test,
  callbacks: [{ onEpochEnd: (_run, epoch) => console.log(epoch) }],
});
await writeModel(folder, model, { classNames: test.classNames });

const { model: loaded, details } = await readModel(folder);
const { input, label } = test.sample(0);
const digit = scope(() => argmaxRows(loaded.predict(tensor(input, [1, 28, 28, 1])))[0]);
console.log(`a ${details.classNames[label]} is taken for a ${details.classNames[digit]}`);
