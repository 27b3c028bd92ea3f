/* global structuredClone */
// One training of plain data and a prediction, by simdgrad/worker or in the calling thread: both to the same bits.
import { sha256 } from './program.js';

const COUNT = 1280;
const TEST_COUNT = 100;
const SEED = 4;
const SAMPLE = [28, 28, 1];
const FIT = { epochs: 2, batchSize: 32, seed: SEED };
const ADAM = { lr: 0.003 };
const LENET = {
  type: 'Sequential',
  layers: [
    { type: 'Conv2d', inChannels: 1, outChannels: 8, kernelSize: 5, padding: 2 },
    { type: 'ReLU' },
    { type: 'MaxPool2d', kernelSize: 2 },
    { type: 'Conv2d', inChannels: 8, outChannels: 16, kernelSize: 5, padding: 2 },
    { type: 'ReLU' },
    { type: 'MaxPool2d', kernelSize: 2 },
    { type: 'Flatten' },
    { type: 'Dropout', p: 0.2 },
    { type: 'Linear', inFeatures: 784, outFeatures: 10 },
  ],
};

/** Digits as plain data: for training, and others. */
function digits(strokes) {
  const all = strokes({ count: COUNT + TEST_COUNT, seed: SEED });
  const normalise = all.statistics();
  return all.split(COUNT).map((part) => {
    const inputs = new Uint8Array(784 * part.length);
    for (let i = 0; i < part.length; i++) inputs.set(part.raw(i), 784 * i);
    const { labels, classNames } = part;
    return { inputs, inputShape: SAMPLE, labels, classNames, normalise };
  });
}

async function answer(history, predictions, { weights }, capabilities) {
  const { loss, validationAccuracy } = history.at(-1);
  return {
    weightsSha256: await sha256(weights),
    predictionsSha256: await sha256(predictions),
    loss,
    accuracy: validationAccuracy,
    capabilities,
  };
}

/** Calls with what cannot be sent: each rejects at once, names itself and its argument, and leaves the worker as it was. */
async function expectRefusals(worker, { inputs, inputShape, labels, classNames }) {
  const moved = inputs.slice();
  structuredClone(moved, { transfer: [moved.buffer] });
  const transfer = true;
  const fit = { epochs: 1, optimizer: { name: 'Adam' }, transfer };
  const data = { inputs: moved, inputShape, labels, classNames };
  const lr = () => 0.1;
  const whole = { ...data, inputs: inputs.slice() };
  const refused = {
    'predict: inputs: expected values, got a Uint8Array whose buffer was moved': () =>
      worker.predict(moved, [TEST_COUNT, ...SAMPLE], { transfer }),
    'fit: data.inputs: expected values, got a Uint8Array whose buffer was moved': () =>
      worker.fit(data, fit),
    'fit: optimizer.lr: expected plain data, which can be sent to a worker, got a function': () =>
      worker.fit(whole, { ...fit, optimizer: { name: 'Adam', lr } }),
  };
  for (const [message, call] of Object.entries(refused)) {
    const error = await call().catch((reason) => reason);
    if (error.name !== 'TypeError' || error.message !== message) {
      throw new Error(`expected ${message}, got ${error}`);
    }
  }
}

/**
 * In a worker: this thread needs no kernels.
 * @param options for the worker's `init`
 */
export async function trainInWorker({ createModelWorker }, { strokes }, { init }) {
  const [data, validation] = digits(strokes);
  const worker = await createModelWorker(LENET, { ...init, seed: SEED });
  const optimizer = { name: 'Adam', ...ADAM };
  const history = await worker.fit(data, { ...FIT, optimizer, validation });
  const { inputs, normalise } = validation;
  const predictions = await worker.predict(inputs, [TEST_COUNT, ...SAMPLE], { normalise });
  await expectRefusals(worker, validation);
  const saved = await worker.save();
  await worker.terminate();
  return answer(history, predictions.data, saved, worker.capabilities);
}

/** In the calling thread. */
export async function trainInThread(simdgrad) {
  await simdgrad.init();
  simdgrad.manualSeed(SEED);
  const [data, validation] = digits(simdgrad.strokes).map(({ normalise, ...part }) =>
    new simdgrad.Dataset(part).normalise(normalise),
  );
  const model = simdgrad.layerFromConfig(LENET);
  const optimizer = new simdgrad.Adam(model.parameters(), ADAM);
  const history = await simdgrad.fit(model, data, { ...FIT, optimizer, validation });
  const predictions = await simdgrad.predict(model, validation);
  const saved = simdgrad.saveModel(model);
  return answer(history, predictions.data, saved, simdgrad.capabilities());
}
