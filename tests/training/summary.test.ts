import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { summary, weightsSha256 } from '../../src/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import { network } from './problem.js';

test('summary lists every layer with its output and parameters and leaves nothing behind', () => {
  const model = network();
  summary(model, [6, 6, 1]); // packs the weights, which stay packed
  const before = runtime().heap.bytesInUse;
  const { layers, parameters } = summary(model, [6, 6, 1]);
  expect(
    layers.map(({ path, type, outputShape, parameters: own }) => [path, type, outputShape, own]),
  ).toEqual([
    ['0', 'Conv2d', [1, 6, 6, 4], 40],
    ['1', 'ReLU', [1, 6, 6, 4], 0],
    ['2', 'MaxPool2d', [1, 3, 3, 4], 0],
    ['3', 'Flatten', [1, 36], 0],
    ['4', 'Dropout', [1, 36], 0],
    ['5', 'Linear', [1, 2], 74],
  ]);
  expect(parameters).toBe(114);
  expect(runtime().heap.bytesInUse).toBe(before);
  expect(Object.hasOwn(model.layers[0]!, 'forward')).toBe(false);
});

test('weightsSha256 is the digest of the bytes of all parameters', async () => {
  const model = network();
  const hash = createHash('sha256');
  for (const parameter of model.parameters()) hash.update(new Uint8Array(parameter.data().buffer));
  expect(await weightsSha256(model)).toBe(hash.digest('hex'));
});
