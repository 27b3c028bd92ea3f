// ONNX Runtime accepts what `saveOnnx` writes, and computes the same.
import { describe, expect, test } from 'vitest';
import { loadOnnx, saveOnnx, type SaveOnnxOptions } from '../../src/onnx/index.js';
import { noGrad } from '../../src/autograd.js';
import { tensor } from '../../src/creation.js';
import { manualSeed } from '../../src/generator.js';
import {
  Conv2d,
  Flatten,
  Linear,
  MaxPool2d,
  type Module,
  ReLU,
  Sequential,
} from '../../src/layers/index.js';
import { Random } from '../../src/random.js';
import { type Shape, sizeOf } from '../../src/shape.js';
import type { Tensor } from '../../src/tensor.js';
import { describeWithData, readData } from '../data/support.js';
import { NETS } from '../formats/nets.js';
import { randomValues } from '../support/random.js';
import { ResNet18 } from '../support/resnet18.js';
import { runOnnx } from './runtimes.js';

const RUNTIMES = ['onnxruntime-node', 'onnxruntime-web'] as const;

/** Pictures, or as many words of `words`. */
function inputOf(shape: Shape, words?: number): Tensor {
  const random = new Random(1);
  if (words === undefined) return tensor(randomValues(sizeOf(shape), random), shape);
  return tensor(
    Int32Array.from({ length: sizeOf(shape) }, () => random.integer(words)),
    shape,
  );
}

async function expectSame(
  model: Module,
  x: Tensor,
  options: SaveOnnxOptions,
  batch = x.shape[0]!,
): Promise<void> {
  const file = saveOnnx(model, { shape: [batch, ...x.shape.slice(1)], dtype: x.dtype }, options);
  const expected = noGrad(() => model.eval().forward(x));
  for (const runtime of RUNTIMES) {
    const [output] = await runOnnx(runtime, file, [x]);
    expect(output!.dims, runtime).toEqual(expected.shape);
    const values = expected.data();
    const most = Math.max(...values.map((value, i) => Math.abs(value - output!.data[i]!)));
    const largest = Math.max(1, ...values.map(Math.abs));
    expect(most, `largest difference of ${runtime}`).toBeLessThanOrEqual(1e-4 * largest);
  }
}

describe('every layer', () => {
  test.each(
    NETS.map(([make, shape, words], i) => ({ name: make.name || `net ${i}`, make, shape, words })),
  )('$name', async ({ make, shape, words }) => {
    manualSeed(3);
    using x = inputOf(shape, words);
    await expectSame(make(), x, { layout: 'NHWC' });
  });
});

const lenet = () =>
  new Sequential(
    new Conv2d(1, 6, 5, { padding: 2 }),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(6, 16, 5),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(400, 10),
  );

test.each([17, 18, 19, 20, 21])('LeNet of opset %i, in batches of any size', async (opset) => {
  manualSeed(4);
  using x = inputOf([3, 28, 28, 1]);
  await expectSame(lenet(), x, { layout: 'NHWC', opset, dynamicBatch: true }, 1);
});

test('LeNet with channels first', async () => {
  manualSeed(4);
  const model = lenet();
  using x = inputOf([2, 28, 28, 1]);
  const file = saveOnnx(model, [2, 28, 28, 1]);
  const expected = noGrad(() => model.forward(x)).data();
  // One channel: the values lie alike.
  using channelsFirst = tensor(x.data(), [2, 1, 28, 28]);
  for (const runtime of RUNTIMES) {
    const [output] = await runOnnx(runtime, file, [channelsFirst]);
    expected.forEach((value, i) => expect(output!.data[i]).toBeCloseTo(value, 4));
  }
});

test('LeNet with weights of float16', async () => {
  manualSeed(4);
  const model = lenet();
  using x = inputOf([2, 28, 28, 1]);
  const file = saveOnnx(model, [2, 28, 28, 1], { float16: true, layout: 'NHWC' });
  const expected = noGrad(() => model.forward(x)).data();
  const [output] = await runOnnx('onnxruntime-node', file, [x]);
  expected.forEach((value, i) => expect(output!.data[i]).toBeCloseTo(value, 2));
});

test('ResNet-18', async () => {
  manualSeed(5);
  using x = inputOf([1, 224, 224, 3]);
  await expectSame(new ResNet18(), x, { layout: 'NHWC' });
});

describeWithData('models', () => {
  test('an imported SqueezeNet', async () => {
    const model = loadOnnx(readData('models/squeezenet1.1/model_fp32.onnx'));
    using x = inputOf([1, 3, 224, 224]);
    await expectSame(model, x, {});
  });
});
