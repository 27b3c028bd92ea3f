// Trains off the main thread, which stays free meanwhile: the same in Node, Deno and Bun.
//
//   node worker.mjs          deno run --allow-read worker.mjs          bun worker.mjs

import { strokes } from 'simdgrad';
import { createModelWorker } from 'simdgrad/worker';

const data = strokes({ count: 3000, seed: 1 });
const inputs = new Uint8Array(data.length * 28 * 28);
for (let i = 0; i < data.length; i++) inputs.set(data.raw(i), i * 28 * 28);

const worker = await createModelWorker(
  {
    type: 'Sequential',
    layers: [
      { type: 'Conv2d', inChannels: 1, outChannels: 8, kernelSize: 5, padding: 2 },
      { type: 'ReLU' },
      { type: 'MaxPool2d', kernelSize: 4 },
      { type: 'Flatten' },
      { type: 'Linear', inFeatures: 8 * 7 * 7, outFeatures: 10 },
    ],
  },
  { seed: 0 },
);

let ticks = 0;
const timer = setInterval(() => ticks++, 10);
const history = await worker.fit(
  { inputs, inputShape: [28, 28, 1], labels: data.labels, classNames: data.classNames },
  {
    optimizer: { name: 'Adam', lr: 0.005 },
    epochs: 3,
    onProgress: ({ epoch, step, steps, means }) =>
      console.log(`epoch ${epoch}, step ${step} of ${steps}: loss ${means.loss.toFixed(2)}`),
  },
);
clearInterval(timer);
console.log(
  `accuracy in training ${history.at(-1).accuracy.toFixed(3)}; meanwhile the main thread ticked ${ticks} times`,
);

const one = inputs.subarray(0, 28 * 28);
const { data: logits } = await worker.predict(one, [1, 28, 28, 1]);
console.log(`a ${data.labels[0]} is taken for a ${logits.indexOf(Math.max(...logits))}`);
await worker.terminate();
