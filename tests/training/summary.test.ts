import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  buffer,
  Conv2d,
  ConvTranspose2d,
  flatten,
  generator,
  Linear,
  matmul,
  Module,
  ones,
  parameter,
  ReLU,
  Sequential,
  summary,
  type Tensor,
  weightsSha256,
} from '../../src/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import { Centred } from '../layers/running.js';
import { network } from './problem.js';

const rows = (model: Module, inputShape: number[]) =>
  summary(model, inputShape).layers.map(({ path, type, outputShape, parameters }) => [
    path,
    type,
    outputShape,
    parameters,
  ]);

describe('summary', () => {
  test('lists every layer with its output and parameters and leaves nothing behind', () => {
    const model = network();
    summary(model, [6, 6, 1]); // packs the weights, which stay packed
    const before = runtime().heap.bytesInUse;
    expect(rows(model, [6, 6, 1])).toEqual([
      ['0', 'Conv2d', [1, 6, 6, 4], 40],
      ['1', 'ReLU', [1, 6, 6, 4], 0],
      ['2', 'MaxPool2d', [1, 3, 3, 4], 0],
      ['3', 'Flatten', [1, 36], 0],
      ['4', 'Dropout', [1, 36], 0],
      ['5', 'Linear', [1, 2], 74],
    ]);
    expect(summary(model, [6, 6, 1]).parameters).toBe(114);
    expect(runtime().heap.bytesInUse).toBe(before);
    expect(Object.hasOwn(model.layers[0]!, 'forward')).toBe(false);
  });

  test('draws nothing and changes no statistic, in training mode too', () => {
    const model = new Sequential(network(), new Centred(2));
    const before = [generator().state(), model.stateDict()];
    summary(model, [6, 6, 1]);
    expect([generator().state(), model.stateDict()]).toEqual(before);
    expect(model.training).toBe(true);
  });

  test('shows what layers hold themselves, and what is shared once', () => {
    class Block extends Module {
      readonly seen = buffer([1], 0);
      readonly inner = new Linear(2, 2);
      readonly again = this.inner;
      readonly scale = parameter([3], (weight) => weight.assign([1, 2, 3]));
      override forward(x: Tensor): Tensor {
        return this.again.forward(this.inner.forward(x));
      }
    }
    const block = new Block();
    const model = new Sequential(block, new ReLU(), block);
    expect(rows(model, [2])).toEqual([
      ['0.inner', 'Linear', [1, 2], 6],
      ['0.inner', 'Linear', [1, 2], 0],
      ['0', 'Block', [1, 2], 3],
      ['1', 'ReLU', [1, 2], 0],
      ['0.inner', 'Linear', [1, 2], 0],
      ['0.inner', 'Linear', [1, 2], 0],
      ['0', 'Block', [1, 2], 0],
    ]);
    expect(summary(model, [2]).parameters).toBe(9);
    model.dispose();
  });

  test('counts products and bytes, also those of no layer', () => {
    class Doubled extends Module {
      readonly up = new ConvTranspose2d(2, 3, 2, { stride: 2, bias: false });
      readonly whole = new Linear(24, 5);
      override forward(x: Tensor): Tensor {
        const y = flatten(this.up.forward(x));
        return matmul(this.whole.forward(y), ones([5, 7]));
      }
    }
    const model = new Sequential(new Conv2d(1, 2, 3, { padding: 1 }), new Doubled());
    const result = summary(model, [2, 1, 1]);
    expect(result.layers.map(({ path, multiplyAdds }) => [path, multiplyAdds])).toEqual([
      ['0', 2 * 9 * 2],
      ['1.up', 2 * 4 * 2 * 3],
      ['1.whole', 24 * 5],
    ]);
    expect(result.multiplyAdds).toBe(36 + 48 + 120 + 35);
    expect(result.parameterBytes).toBe(4 * (18 + 2 + 24 + 120 + 5));
    expect(result.activationBytes).toBe(4 * (4 + 24 + 5 + 7));
    model.dispose();
  });

  test('puts back a forward that a layer has as a property', () => {
    class Arrow extends Module {
      override forward = (x: Tensor): Tensor => x;
    }
    const arrow = new Arrow();
    const { forward } = arrow;
    expect(rows(new Sequential(arrow), [2])).toEqual([['0', 'Arrow', [1, 2], 0]]);
    expect(arrow.forward).toBe(forward);
  });
});

test('weightsSha256 is the digest of the bytes of all parameters', async () => {
  const model = network();
  const hash = createHash('sha256');
  for (const parameter of model.parameters()) hash.update(new Uint8Array(parameter.data().buffer));
  expect(await weightsSha256(model)).toBe(hash.digest('hex'));
});
