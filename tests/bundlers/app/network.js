import { Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential } from 'simdgrad';

/** A small CNN for digits. */
export const network = () =>
  new Sequential(
    new Conv2d(1, 8, 5, { padding: 2 }),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(8, 16, 5, { padding: 2 }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(784, 10),
  );

/** The most likely class of each row of scores. */
export function guessesOf(scores) {
  return Array.from({ length: scores.length / 10 }, (_, i) => {
    const row = scores.subarray(10 * i, 10 * i + 10);
    return row.indexOf(Math.max(...row));
  });
}
