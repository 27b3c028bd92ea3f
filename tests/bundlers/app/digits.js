import {
  capabilities,
  Conv2d,
  fit,
  Flatten,
  init,
  Linear,
  manualSeed,
  MaxPool2d,
  predict,
  ReLU,
  Sequential,
  SGD,
  strokes,
  weightsSha256,
} from 'simdgrad';

/** Trains a small CNN for 40 steps and reads eight digits that it has not seen. */
export async function learnDigits(options) {
  await init(options);
  manualSeed(7);
  const [train, test] = strokes({ count: 1288, seed: 7 }).split(1280);
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
  const optimizer = new SGD(model.parameters(), { lr: 0.02, momentum: 0.9 });
  await fit(model, train, { optimizer, epochs: 1 });
  const scores = (await predict(model, test)).data;
  const guesses = Array.from({ length: test.length }, (_, i) => {
    const row = scores.subarray(10 * i, 10 * i + 10);
    return row.indexOf(Math.max(...row));
  });
  const images = guesses.map((_, i) => test.raw(i));
  return { guesses, images, weights: await weightsSha256(model), capabilities: capabilities() };
}
