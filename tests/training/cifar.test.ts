// A small net learns CIFAR-10 for 100 steps as in PyTorch, from the weights that PyTorch draws.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  Adam,
  cifar10Dataset,
  Conv2d,
  crossEntropy,
  Flatten,
  Linear,
  loadTorchStateDict,
  MaxPool2d,
  ReLU,
  scope,
  Sequential,
  SGD,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { describeWithData, readData } from '../data/support.js';
import { Mt19937 } from '../support/mt19937.js';

const BATCH = 32;
const SEED = 7;
/** The debug build takes minutes for all. */
const STEPS = process.env.SIMDGRAD_BUILD === 'release' ? 100 : 5;

const OPTIMIZERS = {
  SGD: (parameters: Tensor[]) => new SGD(parameters, { lr: 0.01, momentum: 0.9 }),
  Adam: (parameters: Tensor[]) => new Adam(parameters, { lr: 1e-3 }),
};

const golden = JSON.parse(
  readFileSync(new URL('../golden/cifar_training.json', import.meta.url), 'utf8'),
) as {
  weights: { name: string; shape: number[]; first: number[] }[];
  /** The losses in float64, and how far those in float32 are from them, relative. */
  runs: { optimizer: keyof typeof OPTIMIZERS; losses: number[]; drift: number[] }[];
};

const network = () =>
  new Sequential(
    ...[3, 32, 64].flatMap((inputs, i) => [
      new Conv2d(inputs, [32, 64, 128][i]!, 3, { padding: 1 }),
      new ReLU(),
      new MaxPool2d(2),
    ]),
    new Flatten(),
    new Linear(2048, 128),
    new ReLU(),
    new Linear(128, 10),
  );

/** As the constructors of torch.nn draw them: uniform within 1/√inputs, weight and bias in turns. */
function initialWeights() {
  const random = new Mt19937(SEED);
  let bound = 0;
  return new Map(
    golden.weights.map(({ name, shape, first }) => {
      const size = shape.reduce((a, b) => a * b);
      if (shape.length > 1) bound = 1 / Math.sqrt(size / shape[0]!);
      const data = new Float32Array(size).map(() => random.uniform(-bound, bound));
      first.forEach((value, i) => expect(data[i], name).toBeCloseTo(value, 7));
      return [name, { shape, data }];
    }),
  );
}

describeWithData('cifar10', () => {
  test.each(golden.runs)('each loss of $optimizer is that of PyTorch', async (run) => {
    const file = gunzipSync(readData('cifar10/train-000000-003999-lossless.bin.gz'));
    const data = await cifar10Dataset([file]);
    using model = network();
    loadTorchStateDict(model, initialWeights(), { flattened: { '10': [128, 4, 4] } });
    const optimizer = OPTIMIZERS[run.optimizer](model.parameters());
    let drift = 0;
    for (let step = 0; step < STEPS; step++) {
      const first = (step * BATCH) % data.length;
      const { inputs, labels } = data.batch(
        Uint32Array.from({ length: BATCH }, (_, i) => first + i),
      );
      const loss = scope(() => {
        const x = tensor(inputs, [BATCH, 32, 32, 3]);
        const value = crossEntropy(model.forward(x), tensor(labels, [BATCH], { dtype: 'int32' }));
        optimizer.zeroGrad();
        value.backward();
        optimizer.step();
        return value.item();
      });
      // Rounding grows from step to step, in PyTorch's float32 too.
      drift = Math.max(drift, run.drift[step]!);
      const error = Math.abs(loss / run.losses[step]! - 1);
      expect(error, `step ${step}`).toBeLessThan(Math.max(1e-3, 5 * drift));
    }
  });
});
