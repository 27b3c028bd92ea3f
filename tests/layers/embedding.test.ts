import { describe, expect, test } from 'vitest';
import { tensor } from '../../src/creation.js';
import { loadModel } from '../../src/formats/every-layer.js';
import { saveModel } from '../../src/formats/model.js';
import { Embedding, Sequential } from '../../src/layers/index.js';
import { scope } from '../../src/tensor.js';
import { shufflingNet } from '../formats/nets.js';
import { expectError } from '../support/memory.js';

const words = () => tensor(Int32Array.of(0, 2, 1, 2), [2, 2]);

test('rows of its weight, with gradients for all but the padding', () =>
  scope(() => {
    const layer = new Embedding(3, 2, { paddingIdx: 1 });
    const [first, padding, last] = layer.weight.toArray() as number[][];
    expect(padding).toEqual([0, 0]);
    const y = layer.forward(words());
    expect(y.toArray()).toEqual([
      [first, last],
      [padding, last],
    ]);
    y.backward(tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]));
    expect(layer.weight.grad!.toArray()).toEqual([
      [1, 2],
      [0, 0],
      [10, 12],
    ]);
    layer.dispose();
  }));

test.each([() => new Sequential(new Embedding(5, 2)), shufflingNet])(
  'a model that begins with it is loaded again',
  (make) =>
    scope(() => {
      const model = make();
      const loaded = loadModel(saveModel(model)).model;
      const x = tensor(Int32Array.of(0, 4, 2, 2), [1, 2, 2]);
      expect(loaded.forward(x).toArray()).toEqual(model.forward(x).toArray());
      expect(loaded.config()).toEqual(model.config());
      model.dispose();
      loaded.dispose();
    }),
);

describe('errors', () => {
  test.each<[() => unknown, string]>([
    [
      () => new Embedding(0, 2),
      'Embedding: numEmbeddings: expected an integer of at least 1, got 0',
    ],
    [
      () => new Embedding(2, 2, { paddingIdx: 2 }),
      'Embedding: paddingIdx: expected an integer in [0, 2), got 2',
    ],
  ])('%#', (make, message) => expectError(() => scope(() => make() as never), RangeError, message));
});
