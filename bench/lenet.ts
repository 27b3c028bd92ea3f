// The network that every implementation trains: conv 5x5 (8) → relu → max pool 2 → conv 5x5 (16) → relu →
// max pool 2 → dense (10) → mean softmax cross entropy, by SGD with momentum. Convolutions keep the size.

import { strokes } from '../src/data/strokes.js';
import { Random } from '../src/random.js';

export const LENET = {
  id: 'lenet_b32',
  batch: 32,
  image: 28,
  classes: 10,
  lr: 0.01,
  momentum: 0.9,
} as const;

/** Convolution weights [KH, KW, IC, OC], dense weight [inFeatures, outFeatures], inputs in NHWC order. */
const SHAPES = {
  'conv1.weight': [5, 5, 1, 8],
  'conv1.bias': [8],
  'conv2.weight': [5, 5, 8, 16],
  'conv2.bias': [16],
  'linear.weight': [784, 10],
  'linear.bias': [10],
} as const;

export type LeNetWeights = Readonly<Record<keyof typeof SHAPES, Float32Array>>;

export interface LeNetBatch {
  /** [batch, 28, 28, 1] */
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
}

const SEED = 1;

/** The same start for every implementation: uniform within ±1/√fanIn, biases 0. */
export function lenetWeights(): LeNetWeights {
  const random = new Random(SEED);
  const entries = Object.entries(SHAPES).map(([name, shape]) => {
    const size = shape.reduce<number>((product, extent) => product * extent, 1);
    const bound = shape.length === 1 ? 0 : 1 / Math.sqrt(size / shape.at(-1)!);
    return [name, Float32Array.from({ length: size }, () => random.uniform(-bound, bound))];
  });
  return Object.fromEntries(entries) as LeNetWeights;
}

/** Drawn digits: branches on the data go as in real training. */
export function lenetBatches(count: number): LeNetBatch[] {
  const digits = strokes({ count: count * LENET.batch, seed: SEED });
  const positions = Array.from({ length: LENET.batch }, (_, i) => i);
  return Array.from({ length: count }, (_, b) =>
    digits.batch(positions.map((i) => b * LENET.batch + i)),
  );
}
