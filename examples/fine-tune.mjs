// Teaches an ImageNet model of another library the ten classes of CIFAR-10: all but its last block stays as it is.
//
//   node examples/fine-tune.mjs squeezenet1.1.onnx cifar-10-batches-bin/data_batch_1.bin [threads]

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import {
  Adam,
  crossEntropy,
  init,
  Linear,
  manualSeed,
  mean,
  Module,
  preprocess,
  Random,
  scope,
  tensor,
} from 'simdgrad';
import { loadOnnx } from 'simdgrad/onnx';

const [PICTURES, BATCH, EPOCHS] = [200, 10, 3];
const PIXELS = 3 * 224 * 224;
/** Bytes, blue first, less what the mean picture has: as the model was trained in Caffe. */
const AS_TRAINED = {
  channels: 'BGR',
  scale: 1,
  mean: [104, 117, 123],
  resize: 224,
  layout: 'NCHW',
};

const [modelFile, pictureFile, threads = '1'] = process.argv.slice(2);
await init({ threads: Number(threads) });
manualSeed(1);

class Classifier extends Module {
  constructor(file) {
    super();
    this.features = loadOnnx(file, {
      outputs: ['fire9/concat_1'],
      trainable: true,
      freeze: [/^(conv1|fire[2-8])/],
    });
    this.head = new Linear(512, 10);
  }

  // The file has its channels first: its features are [N, 512, 13, 13].
  forward(x) {
    return this.head.forward(mean(this.features.forward(x), { axes: [2, 3] }));
  }
}

const model = new Classifier(new Uint8Array(await readFile(modelFile)));
const file = await readFile(pictureFile);
const bytes = pictureFile.endsWith('.gz') ? gunzipSync(file) : file;

/** Picture `i` as the model was trained to see it; CIFAR-10 has a byte of the class, then planes of 32x32 bytes. */
function inputOf(i) {
  const planes = bytes.subarray(i * 3073 + 1, (i + 1) * 3073);
  const data = Uint8Array.from(planes, (_, at) => planes[(at % 3) * 1024 + Math.floor(at / 3)]);
  return preprocess({ width: 32, height: 32, data }, AS_TRAINED).data;
}

const inputs = Array.from({ length: PICTURES }, (_, i) => inputOf(i));
const labels = Int32Array.from(inputs, (_, i) => bytes[i * 3073]);

/** SHA-256 of the weights that train, or of those that do not. */
function digest(trains) {
  const hash = createHash('sha256');
  for (const weight of model.parameters()) {
    if (weight.requiresGrad === trains) hash.update(weight.data());
  }
  return hash.digest('hex');
}

function step(optimizer, indices) {
  return scope(() => {
    const batch = new Float32Array(BATCH * PIXELS);
    indices.forEach((i, n) => batch.set(inputs[i], n * PIXELS));
    const x = tensor(batch, [BATCH, 3, 224, 224]);
    const y = tensor(Int32Array.from(indices, (i) => labels[i]));
    const loss = crossEntropy(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.item();
  });
}

const frozen = digest(false);
const optimizer = new Adam(model.parameters(), { lr: 0.0003 });
const random = new Random(1);
const order = Array.from(inputs, (_, i) => i);
for (let epoch = 1; epoch <= EPOCHS; epoch++) {
  random.shuffle(order);
  let sum = 0;
  for (let at = 0; at < PICTURES; at += BATCH) sum += step(optimizer, order.slice(at, at + BATCH));
  console.log(`epoch ${epoch}: loss ${((sum * BATCH) / PICTURES).toFixed(4)}`);
}
console.log(`frozen weights ${digest(false) === frozen ? 'as they were' : 'changed'}`);
console.log(`trained weights ${digest(true)}`);
