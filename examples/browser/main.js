// Trains in a worker and classifies what is drawn, also while it trains. `npm run build`, serve the repository, and
// open /examples/browser/.

import { strokes } from 'simdgrad/data';
import { createModelWorker } from 'simdgrad/worker';
import { listenToPad, SIZE } from './pad.js';

const ARCHITECTURE = {
  type: 'Sequential',
  layers: [
    { type: 'Conv2d', inChannels: 1, outChannels: 8, kernelSize: 5, padding: 2 },
    { type: 'ReLU' },
    { type: 'MaxPool2d', kernelSize: 2 },
    { type: 'Conv2d', inChannels: 8, outChannels: 16, kernelSize: 5, padding: 2 },
    { type: 'ReLU' },
    { type: 'MaxPool2d', kernelSize: 2 },
    { type: 'Flatten' },
    { type: 'Linear', inFeatures: 784, outFeatures: 10 },
  ],
};
const SAMPLES = 6000;
/** Drawn like the others; the model is tested with them and never learns from them. */
const HELD_OUT = 1000;
const EPOCHS = 2;

const element = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(1)} %`;

/** Draws digits a few at a time, so that the page is not held up. */
async function drawSamples(count, firstSeed, purpose) {
  const part = 200;
  const inputs = new Uint8Array(count * SIZE * SIZE);
  const labels = new Uint8Array(count);
  let classNames;
  for (let begin = 0; begin < count; begin += part) {
    const data = strokes({ count: part, seed: firstSeed + begin });
    for (let i = 0; i < part; i++) inputs.set(data.raw(i), (begin + i) * SIZE * SIZE);
    labels.set(data.labels, begin);
    ({ classNames } = data);
    element('status').textContent = `Drawing digits to ${purpose}: ${begin + part} of ${count}`;
    await new Promise((resolve) => setTimeout(resolve));
  }
  return { inputs, inputShape: [SIZE, SIZE, 1], labels, classNames };
}

function showProgress({ epoch, step, steps, means, samplesPerSecond }) {
  element('progress').value = (epoch - 1 + step / steps) / EPOCHS;
  element('status').textContent =
    `Epoch ${epoch} of ${EPOCHS}: accuracy in training ${percent(means.accuracy)}, loss ${means.loss.toFixed(3)}, ` +
    `${Math.round(samplesPerSecond)} digits/s`;
}

async function train(worker, signal) {
  const data = await drawSamples(SAMPLES, 0, 'learn from');
  const validation = await drawSamples(HELD_OUT, SAMPLES, 'be tested with');
  signal.throwIfAborted();
  const history = await worker.fit(data, {
    optimizer: { name: 'Adam', lr: 0.002 },
    epochs: EPOCHS,
    validation,
    transfer: true,
    onProgress: showProgress,
    signal,
  });
  element('status').textContent =
    `Learned: accuracy ${percent(history.at(-1).validationAccuracy)} on ${HELD_OUT} digits held out`;
}

/** Trains from the click on; the other button ends it. */
function connectButtons(worker) {
  const [start, stop] = [element('train'), element('stop')];
  let controller;
  const onStart = async () => {
    controller = new AbortController();
    [start.disabled, stop.disabled] = [true, false];
    try {
      await train(worker, controller.signal);
    } catch (error) {
      element('status').textContent = controller.signal.aborted ? 'Stopped.' : String(error);
    }
    [start.disabled, stop.disabled] = [false, true];
  };
  start.onclick = onStart;
  stop.onclick = () => controller.abort();
  return onStart();
}

/** Shows what the model takes a picture for; none for an empty pad. */
async function classify(worker, picture) {
  const shares = picture ? softmax(await logitsOf(worker, picture)) : new Array(10).fill(0);
  const best = shares.indexOf(Math.max(...shares));
  element('digit').textContent = picture ? String(best) : '–';
  for (const [i, { firstChild: bar }] of [...element('bars').children].entries()) {
    bar.style.setProperty('--share', shares[i]);
    bar.title = percent(shares[i]);
  }
}

async function logitsOf(worker, picture) {
  const { data } = await worker.predict(picture, [1, SIZE, SIZE, 1]);
  return Array.from(data);
}

function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = logits.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

async function main() {
  for (let i = 0; i < 10; i++) {
    const item = document.createElement('li');
    item.append(document.createElement('span'));
    element('bars').append(item);
  }
  const worker = await createModelWorker(ARCHITECTURE, { seed: 0 });
  const redraw = listenToPad(element('pad'), element('clear'), (picture) =>
    classify(worker, picture),
  );
  await connectButtons(worker);
  redraw();
}

main().catch((error) => {
  element('status').textContent = String(error);
});
