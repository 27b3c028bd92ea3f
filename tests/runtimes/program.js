// Trainings with everything that draws random numbers, and a prediction: the same source in every runtime.
import { NETS } from './nets.js';

const SIZE = 28;
const EPOCHS = 4;
const BATCH_SIZE = 32;
const STEPS = 200;

/** Moves a picture by up to two pixels each way and changes its contrast. */
export function augment(pixels, random) {
  const [dx, dy] = [random.integer(5) - 2, random.integer(5) - 2];
  const contrast = random.uniform(0.8, 1.2);
  return Float32Array.from(pixels, (_, i) => {
    const [x, y] = [(i % SIZE) - dx, Math.floor(i / SIZE) - dy];
    const inside = x >= 0 && x < SIZE && y >= 0 && y < SIZE;
    return inside ? contrast * pixels[SIZE * y + x] : 0;
  });
}

/** Digits for so many training steps, and 100 others. */
export function digits(strokes, steps = STEPS) {
  const count = (steps / EPOCHS) * BATCH_SIZE;
  const all = strokes({ count: count + 100, seed: 4 });
  return all.normalise(all.statistics()).split(count);
}

function lenet({ Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU, Sequential }) {
  return new Sequential(
    new Conv2d(1, 8, 5, { padding: 2 }),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(8, 16, 5, { padding: 2 }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Dropout(0.2),
    new Linear(784, 10),
  );
}

/** The SHA-256 of the bytes of a typed array. */
export async function sha256(values) {
  const digest = await crypto.subtle.digest('SHA-256', values);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const EVERY_LAYER_STEPS = 50;

function wordsOf({ tensor }, shape, words) {
  const length = shape.reduce((product, size) => product * size, 4);
  return tensor(
    Int32Array.from({ length }, (_, i) => (3 * i) % words),
    [4, ...shape],
  );
}

/** Loads saved nets that hold every layer and trains them, and their inputs: the SHA-256 of all that came of it. */
async function trainEveryLayer(simdgrad) {
  const results = NETS.flatMap(({ json, weights, shape, words }) => {
    const { model } = simdgrad.loadModel({ json, weights: Uint8Array.from(weights) });
    model.train(true);
    const x = words ? wordsOf(simdgrad, shape, words) : simdgrad.randn([4, ...shape]);
    x.requiresGrad = !words;
    const trained = words ? model.parameters() : [x, ...model.parameters()];
    const optimizer = new simdgrad.SGD(trained, { lr: 0.01, momentum: 0.9 });
    for (let step = 0; step < EVERY_LAYER_STEPS; step++) {
      simdgrad.scope(() => {
        const y = model.forward(x);
        optimizer.zeroGrad();
        simdgrad.mse(y, simdgrad.ones(y.shape)).backward();
        optimizer.step();
      });
    }
    const states = [...model.stateDict().values()].map(({ data }) => data);
    const values = [x.data(), ...states].flatMap((data) => [...data]);
    model.dispose();
    x.dispose();
    return values;
  });
  if (!results.every(Number.isFinite)) throw new Error('the training diverged');
  return sha256(Float32Array.from(results));
}

/**
 * Trains LeNet on strokes, augmented and with dropout, and runs it on pictures that it has not seen.
 * @param simdgrad the library
 * @param options for `init`, and the number of steps, a multiple of 4
 * @param batches the training data, if a worker prepares them
 */
export async function trainAndPredict(simdgrad, { init, steps = STEPS } = {}, batches) {
  await simdgrad.init(init);
  simdgrad.manualSeed(4);
  const [train, test] = digits(simdgrad.strokes, steps);
  const model = lenet(simdgrad);
  const history = await simdgrad.fit(model, batches ?? train.map(augment), {
    optimizer: new simdgrad.Adam(model.parameters(), { lr: 0.003 }),
    schedule: simdgrad.cosineSchedule(0.003, { warmupSteps: 10 }),
    epochs: EPOCHS,
    batchSize: BATCH_SIZE,
    validation: test,
  });
  const { loss, validationAccuracy } = history.at(-1);
  const { inputs } = test.batch([0, 1, 2, 3, 4]);
  const pictures = simdgrad.reshape(simdgrad.tensor(inputs), [5, SIZE, SIZE, 1]);
  const probabilities = simdgrad.softmax(model.predict(pictures));
  return {
    weightsSha256: await simdgrad.weightsSha256(model),
    predictionsSha256: await sha256(probabilities.data()),
    everyLayerSha256: await trainEveryLayer(simdgrad),
    loss,
    accuracy: validationAccuracy,
    capabilities: simdgrad.capabilities(),
  };
}

/** The same with the training data augmented in a worker. */
export async function trainOnWorkerData(simdgrad, { WorkerDataset }, options) {
  const batches = await WorkerDataset.open(new URL('./data-worker.js', import.meta.url));
  try {
    return await trainAndPredict(simdgrad, options, batches);
  } finally {
    await batches.terminate();
  }
}
