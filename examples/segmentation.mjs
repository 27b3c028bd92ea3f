// Finds the pixels of discs and squares in noise: targets are a class for each pixel, the score is intersection over union.
//
//   node examples/segmentation.mjs

import {
  Adam,
  Conv2d,
  Dataset,
  evaluate,
  f1Score,
  fit,
  init,
  iouScore,
  manualSeed,
  Random,
  ReLU,
  Sequential,
} from 'simdgrad';

await init();
manualSeed(1);

const [SAMPLES, SIDE] = [240, 20];
const CLASSES = ['background', 'disc', 'square'];
const random = new Random(3);
const inputs = new Float32Array(SAMPLES * SIDE * SIDE);
const targets = new Uint8Array(inputs.length);
for (let i = 0; i < SAMPLES; i++) {
  // A dark disc and a bright square, which may hide a part of it.
  for (const [label, brightness] of [
    [1, 0.4],
    [2, 0.9],
  ]) {
    const radius = random.uniform(2, 5);
    const [y, x] = [random.uniform(4, SIDE - 4), random.uniform(4, SIDE - 4)];
    for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
      const [dy, dx] = [Math.floor(pixel / SIDE) - y, (pixel % SIDE) - x];
      const distance = label === 1 ? Math.hypot(dy, dx) : Math.max(Math.abs(dy), Math.abs(dx));
      if (distance > radius) continue;
      inputs[i * SIDE * SIDE + pixel] = brightness;
      targets[i * SIDE * SIDE + pixel] = label;
    }
  }
}
for (let i = 0; i < inputs.length; i++) inputs[i] += random.uniform(-0.25, 0.25);

const data = new Dataset({
  inputs,
  inputShape: [SIDE, SIDE, 1],
  targets,
  targetShape: [SIDE, SIDE],
  classNames: CLASSES,
});
const [train, test] = data.split(200);

const model = new Sequential(
  new Conv2d(1, 12, 5, { padding: 2 }),
  new ReLU(),
  new Conv2d(12, 12, 5, { padding: 2 }),
  new ReLU(),
  new Conv2d(12, CLASSES.length, 1),
);
const metrics = { iou: iouScore(CLASSES.length), disc: f1Score(CLASSES.length, { average: 1 }) };
await fit(model, train, {
  optimizer: new Adam(model.parameters(), { lr: 0.01 }),
  epochs: 8,
  batchSize: 10,
  metrics,
  // Steps of 20 pictures, in the memory that 10 take.
  accumulate: 2,
  clipNorm: 5,
});
const { iou, disc } = await evaluate(model, test, { metrics });
console.log(`mean IoU ${iou.toFixed(3)}, F1 of discs ${disc.toFixed(3)}`);
