import {
  capabilities,
  fit,
  init,
  manualSeed,
  predict,
  SGD,
  strokes,
  weightsSha256,
} from 'simdgrad';
import { guessesOf, network } from './network.js';

/** Trains a small CNN for 40 steps and reads eight digits that it has not seen. */
export async function learnDigits(options) {
  await init(options);
  manualSeed(7);
  const [train, test] = strokes({ count: 1288, seed: 7 }).split(1280);
  const model = network();
  const optimizer = new SGD(model.parameters(), { lr: 0.02, momentum: 0.9 });
  await fit(model, train, { optimizer, epochs: 1 });
  const guesses = guessesOf((await predict(model, test)).data);
  const images = guesses.map((_, i) => test.raw(i));
  return { guesses, images, weights: await weightsSha256(model), capabilities: capabilities() };
}
