import { Dataset } from '../../src/data/dataset.js';
import type { BatchSource } from '../../src/data/dataset-types.js';
import {
  Conv2d,
  Dropout,
  Flatten,
  Linear,
  MaxPool2d,
  ReLU,
  Sequential,
} from '../../src/layers/index.js';
import { Random } from '../../src/random.js';

/** 6x6 pictures of noise with a bright horizontal (class 0) or vertical (class 1) bar. */
export function bars(count: number, seed = 1): Dataset {
  const random = new Random(seed);
  const inputs = new Float32Array(count * 36);
  const labels = Int32Array.from({ length: count }, (_, n) => {
    const label = random.integer(2);
    const place = random.integer(6);
    for (let i = 0; i < 36; i++) {
      const onBar = (label === 0 ? Math.floor(i / 6) : i % 6) === place;
      inputs[n * 36 + i] = random.uniform(0, 0.5) + (onBar ? 0.6 : 0);
    }
    return label;
  });
  return new Dataset({ inputs, inputShape: [6, 6, 1], labels, classNames: ['across', 'down'] });
}

/** Half of the samples turned around, whenever a batch is made. */
export function flipped(data: Dataset): Dataset {
  return data.map((sample, random) => {
    if (random.integer(2)) sample.reverse();
  });
}

/** The same batches; `onBatch` is told how many have been taken in all. */
export function counted(data: Dataset, onBatch: (count: number) => void): BatchSource {
  let count = 0;
  return {
    length: data.length,
    inputShape: data.inputShape,
    augmented: data.augmented,
    *batchesOf(order, batchSize, seed) {
      for (const batch of data.batchesOf(order, batchSize, seed)) {
        onBatch(++count);
        yield batch;
      }
    },
  };
}

/** A small network with everything that training has state for. */
export function network(): Sequential {
  return new Sequential(
    new Conv2d(1, 4, 3, { padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Dropout(0.2),
    new Linear(36, 2),
  );
}
