// A Sequential runs an activation together with the layer before it. Nobody can tell from the results.
import { describe, expect, test } from 'vitest';
import { summary } from '../../src/training/summary.js';
import {
  Conv1d,
  Conv2d,
  Flatten,
  Linear,
  MaxPool2d,
  Module,
  ReLU,
  Sequential,
  Sigmoid,
} from '../../src/layers/index.js';
import { add } from '../../src/ops/zip/functions.js';
import type { Activation } from '../../src/ops/activation.js';
import { Random } from '../../src/random.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { randomLeaf } from '../support/op.js';

class Doubling extends ReLU {
  override forward(x: Tensor): Tensor {
    return super.forward(super.forward(x));
  }
}

class Counting extends Conv2d {
  calls = 0;
  override forward(x: Tensor): Tensor {
    this.calls++;
    return super.forward(x);
  }
}

/** A layer of a user's own that ends with an activation, and one below it that does not. */
class Scaling extends Module {
  static readonly takesActivation = true;
  readonly linear = new Linear(3, 4);
  override forward(x: Tensor, activation?: Activation): Tensor {
    return this.linear.forward(x, activation);
  }
}
class ScalingTwice extends Scaling {
  override forward(x: Tensor): Tensor {
    return add(super.forward(x), super.forward(x));
  }
}

/** Names of the ops that led to a tensor, the last first. */
function opsOf(y: Tensor): string[] {
  const node = y.node as { op: string; inputs: Tensor[] } | undefined;
  return node ? [node.op, ...opsOf(node.inputs[0]!)] : [];
}

describe.each<{ name: string; make: () => Module[]; input: number[]; ops: string[] }>([
  {
    name: 'pictures',
    make: () => [
      new Conv2d(2, 3, 3),
      new ReLU(),
      new MaxPool2d(2),
      new Conv2d(3, 4, 2, { bias: false }),
      new Sigmoid(),
      new ReLU(),
      new Flatten(),
      new Linear(16, 5),
      new ReLU(),
      new Linear(5, 2),
    ],
    input: [2, 8, 8, 2],
    ops: ['linear', 'linear', 'flatten', 'relu', 'conv2d', 'maxPool2d', 'conv2d'],
  },
  {
    name: 'signals',
    make: () => [new Conv1d(2, 3, 3), new Sigmoid()],
    input: [2, 9, 2],
    ops: ['conv1d'],
  },
  {
    name: "a user's activation",
    make: () => [new Linear(3, 4), new Doubling()],
    input: [2, 3],
    ops: ['relu', 'relu', 'linear'],
  },
  {
    name: "a user's layer",
    make: () => [new Counting(2, 3, 3), new ReLU()],
    input: [1, 4, 4, 2],
    ops: ['relu', 'conv2d'],
  },
  {
    name: "a user's layer that takes an activation",
    make: () => [new Scaling(), new ReLU()],
    input: [2, 3],
    ops: ['linear'],
  },
  {
    name: 'one below it that does not',
    make: () => [new ScalingTwice(), new ReLU()],
    input: [2, 3],
    ops: ['relu', 'add', 'linear'],
  },
  {
    name: 'an activation on its own',
    make: () => [new ReLU(), new Sigmoid()],
    input: [2, 3],
    ops: ['sigmoid', 'relu'],
  },
])('$name', ({ make, input, ops }) => {
  test('gives what its layers give one by one, forward and backward', () =>
    scope(() => {
      const layers = make();
      const model = new Sequential(...layers);
      const run = (forward: (x: Tensor) => Tensor) => {
        const x = randomLeaf(new Random(5), input);
        const y = forward(x);
        y.backward(randomLeaf(new Random(6), y.shape));
        const gradients = [x, ...model.parameters()].map((t) => t.grad!.data());
        for (const t of model.parameters()) t.grad = undefined;
        return { ops: opsOf(y), y: y.data(), gradients };
      };
      const apart = run((x) => layers.reduce((value, layer) => layer.forward(value), x));
      const together = run((x) => model.forward(x));
      expect(together).toEqual({ ...apart, ops });
      model.dispose();
    }));
});

test('a layer whose forward is watched is called, and so is the activation after it', () =>
  scope(() => {
    const model = new Sequential(new Conv2d(1, 2, 3), new ReLU(), new Flatten(), new Linear(8, 2));
    const types = summary(model, [4, 4, 1]).layers.map(({ type }) => type);
    expect(types).toEqual(['Conv2d', 'ReLU', 'Flatten', 'Linear']);
    model.dispose();
  }));
