// Squeezes drawn digits into 24 numbers and draws them again, without their noise: the targets are the inputs themselves.
//
//   node examples/autoencoder.mjs

import {
  Adam,
  Dataset,
  evaluate,
  fit,
  Flatten,
  init,
  Linear,
  manualSeed,
  mse,
  ReLU,
  reshape,
  Sequential,
  Sigmoid,
  strokes,
} from 'simdgrad';

await init();
manualSeed(1);

const digits = strokes({ count: 1100, seed: 1 });
const pixels = digits.inputShape.reduce((a, b) => a * b);
const inputs = new Uint8Array(digits.length * pixels);
for (let i = 0; i < digits.length; i++) inputs.set(digits.raw(i), i * pixels);

// Maps change the inputs and not the targets: the network learns to take the noise away.
const clean = new Dataset({ inputs, inputShape: digits.inputShape, targets: 'inputs' });
const noisy = clean.map((sample, random) => {
  for (let i = 0; i < sample.length; i++) sample[i] += random.uniform(-0.6, 0.6);
});
const [train, test] = noisy.split(1000);

const model = new Sequential(
  new Flatten(),
  new Linear(pixels, 96),
  new ReLU(),
  new Linear(96, 24),
  new ReLU(),
  new Linear(24, 96),
  new ReLU(),
  new Linear(96, pixels),
  new Sigmoid(),
);
// The loss brings the output into the shape of the pictures.
const loss = (output, targets) => mse(reshape(output, targets.shape), targets);
// A third argument is what the network was given: how far it is from the pictures is the noise itself.
const noise = (_output, targets, given) => mse(given, targets);

await fit(model, train, {
  optimizer: new Adam(model.parameters(), { lr: 0.003 }),
  epochs: 30,
  loss,
});
const before = await evaluate(model, test, { loss: noise });
const after = await evaluate(model, test, { loss });
console.log(
  `squared error ${before.loss.toFixed(4)} with noise, ${after.loss.toFixed(4)} drawn again`,
);
