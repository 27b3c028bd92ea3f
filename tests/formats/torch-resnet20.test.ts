// A ResNet-20 trained with PyTorch: its weights are read by name, give its logits, and train on as there.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  cifar10Dataset,
  crossEntropy,
  loadTorchStateDict,
  readSafetensors,
  scope,
  SGD,
  tensor,
  torchStateDict,
} from '../../src/index.js';
import { describeWithData, readData } from '../data/support.js';
import { ResNet20 } from '../support/resnet20.js';

const MODEL = 'models/cifar-resnet20/';
const STATISTICS = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const BATCH = 16;

interface Change {
  name: string;
  first: number[];
  norm: number;
  /** Of PyTorch's float32, relative to the norm. */
  error: number;
}

const golden = JSON.parse(
  readFileSync(new URL('../golden/resnet20.json', import.meta.url), 'utf8'),
) as { step: Change[] };

describeWithData('models/cifar-resnet20', () => {
  const trained = () =>
    readSafetensors(readData(`${MODEL}resnet20-cifar10.safetensors`), 'resnet20').tensors;

  async function images() {
    const file = gunzipSync(readData('cifar10/train-000000-003999-lossless.bin.gz'));
    const data = (await cifar10Dataset([file.subarray(0, BATCH * 3073)])).normalise(STATISTICS);
    const { inputs, labels } = data.batch(Uint32Array.from({ length: BATCH }, (_, i) => i));
    return { x: tensor(inputs, [BATCH, 32, 32, 3]), labels };
  }

  test('gives its logits, and its file is written again', async () => {
    using model = new ResNet20();
    const state = trained();
    expect(state.size).toBe(97);
    loadTorchStateDict(model, state);
    const { x } = await images();
    const logits = model.predict(x).toArray() as number[][];
    const expected = JSON.parse(new TextDecoder().decode(readData(`${MODEL}expected.json`))) as {
      logits: number[][];
    };
    logits.flat().forEach((logit, i) => {
      expect(Math.abs(logit - expected.logits.flat()[i]!)).toBeLessThan(1e-4);
    });
    const written = torchStateDict(model);
    expect([...written.keys()].sort()).toEqual([...state.keys()].sort());
    for (const [name, { shape, data }] of written) {
      expect(shape).toEqual(state.get(name)!.shape);
      expect(data).toEqual(state.get(name)!.data);
    }
  });

  test('makes the training step that PyTorch makes', async () => {
    using model = new ResNet20();
    loadTorchStateDict(model, trained());
    const before = torchStateDict(model);
    const { x, labels } = await images();
    const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9, weightDecay: 1e-4 });
    // Wrong labels, as in the script: with its own the trained net has gradients near 0.
    const others = tensor(
      labels.map((label) => (label + 1) % 10),
      [BATCH],
      { dtype: 'int32' },
    );
    const loss = scope(() => {
      const value = crossEntropy(model.forward(x), others);
      value.backward();
      optimizer.step();
      return value.item();
    });
    expect(Math.abs(loss / golden.step[0]!.norm - 1)).toBeLessThan(1e-5);
    const after = torchStateDict(model);
    for (const { name, norm, first, error } of golden.step.slice(1)) {
      const bound = norm * (5 * error + 1e-5);
      const change = after.get(name)!.data.map((value, i) => value - before.get(name)!.data[i]!);
      expect(Math.abs(Math.hypot(...change) - norm), name).toBeLessThan(bound);
      first.forEach((expected, i) => {
        expect(Math.abs(change[i]! - expected), name).toBeLessThan(bound);
      });
    }
  });
});
