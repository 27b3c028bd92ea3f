// TFLite models as modules: parameters, gradients, sessions.
import { expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { tensor } from '../../src/creation.js';
import { compile } from '../../src/graph/compile.js';
import { SGD } from '../../src/optimizers/sgd.js';
import { mse } from '../../src/ops/losses/mse.js';
import { loadTflite } from '../../src/tflite/index.js';
import { scope } from '../../src/tensor.js';
import { tfliteFile } from '../support/tflite-file.js';

/** A convolution of float16 weights, and a dense layer of int8 ones. */
const FILE = tfliteFile({
  tensors: [
    { name: 'x', shape: [1, 2, 2, 1] },
    { name: 'conv/half', shape: [2, 1, 1, 1], type: 'float16', data: [0x3c00, 0xbc00] },
    { name: 'conv', shape: [2, 1, 1, 1] },
    { name: 'c', shape: [1, 2, 2, 2] },
    { name: 'dense', shape: [1, 8], type: 'int8', data: [1, 2, 3, 4, 5, 6, 7, 8], scales: [0.125] },
    { name: 'bias', shape: [1], data: [0.5] },
    { name: 'y', shape: [1, 1] },
  ],
  operators: [
    { code: 6, inputs: [1], outputs: [2] },
    {
      code: 3,
      inputs: [0, 2],
      outputs: [3],
      options: [1, [{ i8: 1 }, { i32: 1 }, { i32: 1 }, { i8: 1 }]],
    },
    { code: 9, inputs: [3, 4, 5], outputs: [6], options: [8, [{ i8: 0 }]] },
  ],
  inputs: [0],
  outputs: [6],
});
const X = [1, -2, 3, -4];

test('weights behind DEQUANTIZE, and quantised ones, are parameters with the names of the file', () => {
  const model = loadTflite(FILE, { trainable: true, freeze: [/^conv/] });
  const parameters = model.namedParameters();
  expect(parameters.map(([name]) => name)).toEqual(['conv/half', 'dense', 'bias']);
  expect(parameters.map(([, { requiresGrad }]) => requiresGrad)).toEqual([false, true, true]);
  // The layouts of the library: [height, width, in, out] and [in, out].
  expect(parameters.map(([, { shape }]) => shape)).toEqual([[1, 1, 1, 2], [8, 1], [1]]);
  model.dispose();
});

test('gradients are those of finite differences', () => {
  const model = loadTflite(FILE, { trainable: true });
  const parameters = model.parameters();
  scope(() => {
    const x = tensor(X, [1, 2, 2, 1]);
    checkGradients(() => model.forward(x), parameters);
  });
  model.dispose();
});

test('a step makes the loss smaller', () => {
  const model = loadTflite(FILE, { trainable: true });
  const optimizer = new SGD(model.parameters(), { lr: 0.001 });
  const losses = Array.from({ length: 5 }, () =>
    scope(() => {
      const loss = mse(model.forward(tensor(X, [1, 2, 2, 1])), tensor([[0]]));
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      return loss.item();
    }),
  );
  losses.slice(1).forEach((loss, i) => expect(loss).toBeLessThan(losses[i]!));
  optimizer.dispose();
  model.dispose();
});

test('a session gives the same, and says that weights were quantised', () => {
  const model = loadTflite(FILE);
  expect(model.notes).toEqual(['1 quantised weights are float32']);
  const session = compile(model, [1, 2, 2, 1]);
  expect(session.summary()).toMatch(/^1 quantised weights are float32\n/);
  scope(() => {
    const x = tensor(X, [1, 2, 2, 1]);
    const [got, expected] = [session.run(x), model.forward(x)] as [typeof x, typeof x];
    expect(got.toArray()).toEqual(expected.toArray());
  });
  session.dispose();
  model.dispose();
});
