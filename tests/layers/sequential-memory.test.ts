// Without gradients a Sequential frees what lies between two layers.
import { describe, expect, test } from 'vitest';
import { noGrad } from '../../src/autograd.js';
import { tensor } from '../../src/creation.js';
import { Dropout, Flatten, Module, ReLU, Sequential } from '../../src/layers/index.js';
import { add } from '../../src/ops/zip/functions.js';
import { runtime } from '../../src/runtime/runtime.js';
import { keep, scope, type Tensor } from '../../src/tensor.js';
import { expectNothingLeft } from '../support/memory.js';

/** x + 1, as a module that looks at what it gets. */
class AddOne extends Module {
  constructor(readonly look: (x: Tensor) => void = () => undefined) {
    super();
  }

  override forward(x: Tensor): Tensor {
    this.look(x);
    const one = tensor(new Float32Array(x.size).fill(1), x.shape);
    return add(x, one);
  }
}

describe('without gradients', () => {
  test('no more than the input of a layer is in memory when it starts', () => {
    const { heap } = runtime();
    const x = tensor([1, 2, 3]);
    const blocks: number[] = [];
    const net = new Sequential(
      ...Array.from({ length: 5 }, () => new AddOne(() => blocks.push(heap.blocksInUse))),
    );
    const before = heap.blocksInUse;
    expectNothingLeft(() => {
      const y = noGrad(() => net.forward(x));
      expect(y.toArray()).toEqual([6, 7, 8]);
      y.dispose();
    });
    expect(blocks.map((count) => count - before)).toEqual([0, 1, 1, 1, 1]);
    x.dispose();
  });

  test('views and layers that return their input keep the values alive', () => {
    const x = tensor([[[1, -2]], [[-3, 4]]]);
    const net = new Sequential(
      ...[new Dropout(), new Flatten(), new ReLU(), new Dropout(), new Flatten()],
      new Sequential(new Flatten(), new Dropout()),
    ).eval();
    expectNothingLeft(() => {
      const y = noGrad(() => net.forward(x));
      expect(y.toArray()).toEqual([
        [1, 0],
        [0, 4],
      ]);
      y.dispose();
    });
    const same = noGrad(() => new Sequential(new Dropout().eval()).forward(x));
    expect(same).toBe(x);
    expect(noGrad(() => new Sequential().forward(x))).toBe(x);
    expect(x.toArray()).toEqual([[[1, -2]], [[-3, 4]]]);
    x.dispose();
  });

  test('a layer can keep what it was given', () => {
    let kept: Tensor | undefined;
    const net = new Sequential(
      ...[new AddOne(), new AddOne((x) => (kept = keep(x))), new AddOne()],
      new AddOne(() => expect(kept!.toArray()).toEqual([1])),
    );
    const x = tensor([0]);
    const y = net.predict(x);
    expect(y.toArray()).toEqual([4]);
    expect(kept!.toArray()).toEqual([1]);
    for (const value of [x, y, kept!]) value.dispose();
  });
});

test('with gradients everything stays that backward needs', () => {
  const x = tensor([1, -2], undefined, { requiresGrad: true });
  scope(() => {
    const y = new Sequential(new AddOne(), new ReLU(), new AddOne()).forward(x);
    y.backward(tensor([1, 1]));
  });
  expect(x.grad!.toArray()).toEqual([1, 0]);
  x.dispose();
});
