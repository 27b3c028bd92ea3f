import { Dataset } from '../../src/data/index.js';

export const NAMES = ['a', 'b', 'c'];

/** Six samples [2, 2] (two places, two channels); sample i holds 10i … 10i + 3. */
export function bytes(): Dataset {
  const inputs = Uint8Array.from({ length: 24 }, (_, i) => 10 * Math.floor(i / 4) + (i % 4));
  return new Dataset({ inputs, inputShape: [2, 2], labels: [0, 1, 2, 0, 1, 2], classNames: NAMES });
}

export function floats(values: number[], inputShape = [1]): Dataset {
  const labels = new Int32Array(values.length / inputShape.reduce((a, b) => a * b));
  return new Dataset({ inputs: Float32Array.from(values), inputShape, labels, classNames: ['x'] });
}
