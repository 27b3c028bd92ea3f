import { describe, expect, test } from 'vitest';
import { noGrad, record } from '../../src/autograd.js';
import { ones, tensor } from '../../src/creation.js';
import { add } from '../../src/ops/zip/functions.js';
import { linear } from '../../src/ops/linear.js';
import { reshape } from '../../src/ops/reshape.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectError, expectNothingLeft, memoryInUse } from '../support/memory.js';

const leaf = (...values: number[]) => tensor(values, undefined, { requiresGrad: true });
const gradOf = (x: Tensor) => (x.grad ? [...x.grad.data()] : undefined);

/** `x · factor`, with a gradient. */
function times(x: Tensor, factor: number): Tensor {
  return linear(reshape(x, [x.size, 1]), tensor([[factor]]));
}

describe('gradients', () => {
  test('of every use of a tensor are summed', () =>
    scope(() => {
      const x = leaf(1);
      add(add(add(x, x), x), add(x, x)).backward();
      expect(gradOf(x)).toEqual([5]);
    }));

  test('meet again in a diamond: the gradient of the middle is complete before it goes on', () =>
    scope(() => {
      const x = leaf(1);
      const middle = times(x, 2);
      const [left, right] = [times(middle, 3), times(times(middle, 5), 7)];
      add(left, right).backward();
      expect(gradOf(x)).toEqual([2 * (3 + 5 * 7)]);
    }));

  test('of two backward calls are summed', () =>
    scope(() => {
      const x = leaf(1, 2);
      add(x, x).backward(tensor([1, 10]));
      const first = x.grad;
      add(x, x).backward(tensor([100, 1000]));
      expect(gradOf(x)).toEqual([202, 2020]);
      expect(x.grad).toBe(first);
    }));

  test('of two backward calls on one graph are summed', () =>
    scope(() => {
      const x = leaf(1);
      const y = times(add(x, x), 3);
      y.backward();
      y.backward();
      expect(gradOf(x)).toEqual([12]);
    }));

  test('start anew once grad is cleared', () =>
    scope(() => {
      const x = leaf(1);
      add(x, x).backward();
      x.grad!.dispose();
      x.grad = undefined;
      add(x, x).backward();
      expect(gradOf(x)).toEqual([2]);
    }));

  test('reach only leaves that require them', () =>
    scope(() => {
      const [x, constant, unused] = [leaf(1), tensor([2]), leaf(3)];
      const middle = add(x, constant);
      add(middle, constant).backward();
      expect([x, constant, unused, middle].map(gradOf)).toEqual([
        [1],
        undefined,
        undefined,
        undefined,
      ]);
    }));

  test('of a tensor inside the graph leave the caller its gradOutput', () =>
    scope(() => {
      const x = leaf(1, 2);
      const gradOutput = tensor([3, 4]);
      add(x, x).backward(gradOutput);
      expect([...gradOutput.data()]).toEqual([3, 4]);
    }));

  test('go through a chain of 10,000 ops', () =>
    scope(() => {
      const x = leaf(1);
      const one = leaf(1);
      let y: Tensor = x;
      for (let i = 0; i < 10_000; i++) y = add(y, one);
      y.backward();
      expect([gradOf(x), gradOf(one)]).toEqual([[1], [10_000]]);
    }));

  test('double 20 times in a chain of diamonds, each node being visited once', () =>
    scope(() => {
      const x = leaf(1);
      let y: Tensor = x;
      for (let i = 0; i < 20; i++) y = add(y, y);
      y.backward();
      expect(gradOf(x)).toEqual([2 ** 20]);
    }));
});

describe('what is not recorded', () => {
  const message =
    'backward: this tensor was not computed from any tensor with requiresGrad; a gradient is a constant, ' +
    'as gradients of gradients are not supported';

  test('a leaf, and what was computed from constants', () =>
    scope(() => {
      const [x, y] = [leaf(1), add(tensor([1]), tensor([1]))];
      expectError(() => x.backward(), Error, message);
      expectError(() => y.backward(), Error, message);
      expect(y.requiresGrad).toBe(false);
    }));

  test('a gradient, and what was computed from one', () =>
    scope(() => {
      const x = leaf(3);
      const y = add(x, x);
      y.backward();
      const penalty = add(x.grad!, x.grad!);
      expectError(() => x.grad!.backward(), Error, message);
      expectError(() => penalty.backward(), Error, message);
      const asPyTorch = { createGraph: true } as unknown as Tensor;
      expectError(
        () => y.backward(asPyTorch),
        TypeError,
        'backward: gradOutput: expected a float32 tensor, got an object: gradients of gradients are not supported',
      );
    }));

  test('what noGrad runs, and recording goes on after it, also after an exception', () =>
    scope(() => {
      const x = leaf(1);
      const y = noGrad(() => noGrad(() => add(x, x)) && add(x, x));
      expect([y.requiresGrad, y.node]).toEqual([false, undefined]);
      const failing = () => {
        throw new Error('inside');
      };
      expect(() => noGrad(failing)).toThrow('inside');
      expect(add(x, x).requiresGrad).toBe(true);
    }));

  test('an asynchronous body of noGrad is refused', async () => {
    let done: Promise<void> | undefined;
    const body = () => (done = Promise.resolve());
    expect(() => noGrad(body)).toThrow(
      new TypeError('noGrad: body: expected a synchronous function, got a Promise'),
    );
    await done;
  });

  test('a detached tensor: same values, no gradient', () =>
    scope(() => {
      const x = leaf(1);
      const y = add(x, x);
      const detached = y.detach();
      expect(detached.item()).toBe(2);
      expect([detached.requiresGrad, detached.node]).toEqual([false, undefined]);
      add(y, detached).backward();
      expect(gradOf(x)).toEqual([2]);
    }));
});

describe('memory', () => {
  test('a scope around forward and backward leaves the gradient of the leaf, and then nothing', () => {
    const x = leaf(1, 2, 3);
    const step = () => scope(() => times(add(x, x), 3).backward(ones([3, 1])));
    step();
    expectNothingLeft(() => {
      for (let i = 0; i < 10; i++) step();
    });
    expectNothingLeft(() => {
      scope(() => void times(leaf(1, 2), 2).backward(ones([2, 1])));
    });
    x.dispose();
  });

  test('backward holds no gradient longer than it is needed', () =>
    scope(() => {
      const x = leaf(...new Float32Array(1000));
      let inUse = NaN;
      const first = record('first', add(x.detach(), x.detach()), [x], () => {
        inUse = memoryInUse().blocks;
      });
      let y = first;
      for (let i = 0; i < 20; i++) y = add(y, x.detach());
      const gradOutput = ones([1000]);
      const before = memoryInUse().blocks;
      y.backward(gradOutput);
      expect(inUse - before).toBe(1);
    }));

  test('backward itself frees the gradients between root and leaves', () =>
    scope(() => {
      const x = leaf(1, 2, 3);
      const y = times(times(add(x, x), 3), 5);
      const gradOutput = ones([3, 1]);
      y.backward(gradOutput);
      expectNothingLeft(() => y.backward(gradOutput));
    }));
});
