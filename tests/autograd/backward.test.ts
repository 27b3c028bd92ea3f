import { describe, expect, test } from 'vitest';
import { noGrad } from '../../src/autograd.js';
import { ones, tensor, zeros } from '../../src/creation.js';
import { DisposedError, ShapeError } from '../../src/errors.js';
import { add } from '../../src/ops/add.js';
import { linear } from '../../src/ops/linear.js';
import { reshape } from '../../src/ops/reshape.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectError, expectNothingLeft } from '../support/memory.js';

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
  const message = 'backward: this tensor was not computed from any tensor with requiresGrad';

  test('a leaf, and what was computed from constants', () =>
    scope(() => {
      const [x, y] = [leaf(1), add(tensor([1]), tensor([1]))];
      expectError(() => x.backward(), Error, message);
      expectError(() => y.backward(), Error, message);
      expect(y.requiresGrad).toBe(false);
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
      new TypeError('noGrad: body: expected a synchronous function'),
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

describe('gradOutput is checked before anything changes', () => {
  /** Calls backward of a tensor of shape [2] with something wrong; nothing may be left of it. */
  function refuse(gradOutput: unknown, kind: new (message: string) => Error, message: string) {
    scope(() => {
      const x = leaf(1, 2);
      const y = add(x, x);
      expectError(() => y.backward(gradOutput as Tensor), kind, message);
      expect(x.grad).toBeUndefined();
    });
  }

  test('missing for more than one element', () =>
    refuse(
      undefined,
      ShapeError,
      'backward: gradOutput: expected shape [2], got nothing, which only a tensor of one element allows',
    ));

  test('not needed for one element of any rank', () =>
    scope(() => {
      const x = tensor([[3]], undefined, { requiresGrad: true });
      add(x, x).backward();
      expect(gradOf(x)).toEqual([2]);
    }));

  test('of another shape', () =>
    scope(() =>
      refuse(ones([1, 2]), ShapeError, 'backward: gradOutput: expected shape [2], got [1,2]'),
    ));

  test('integers', () =>
    scope(() =>
      refuse(
        tensor(new Int32Array([1, 2])),
        TypeError,
        'backward: gradOutput: expected a float32 tensor, got an int32 tensor',
      ),
    ));

  test('not a tensor', () =>
    refuse(1, TypeError, 'backward: gradOutput: expected a float32 tensor, got number'));

  test('disposed', () => {
    const gradOutput = ones([2]);
    gradOutput.dispose();
    refuse(
      gradOutput,
      DisposedError,
      'a tensor of shape [2] was used after it was disposed; return it from its scope, or keep() it, to use it longer',
    );
  });
});

describe('a graph that no longer holds what it was computed from', () => {
  /** The gradient of every leaf is as before, and memory too. */
  function refuse(
    y: Tensor,
    leaves: Tensor[],
    kind: new (message: string) => Error,
    message: string,
  ) {
    const before = leaves.map(gradOf);
    expectError(() => y.backward(), kind, message);
    expect(leaves.map(gradOf)).toEqual(before);
  }

  const changed = 'backward: add: an input was changed in place after the op had used it';

  test('an input was changed in place', () =>
    scope(() => {
      const [x, late] = [leaf(1), leaf(2)];
      const y = add(add(x, x), late);
      x.assign([5]);
      refuse(y, [x, late], Error, changed);
    }));

  test('an input was changed in place through a view', () =>
    scope(() => {
      const [x, late] = [leaf(1), leaf(2)];
      const y = add(add(x, x), late);
      x.detach().assign([5]);
      refuse(y, [x, late], Error, changed);
    }));

  test('an input was changed before the op used it: that is fine', () =>
    scope(() => {
      const x = leaf(1);
      x.assign([5]);
      add(x, x).backward();
      expect(gradOf(x)).toEqual([2]);
    }));

  test('the result was changed in place', () =>
    scope(() => {
      const x = leaf(1);
      const y = add(x, x);
      y.assign([7]);
      refuse(y, [x], Error, 'backward: add: its output was changed in place');
    }));

  const disposed =
    'backward: add: an input of shape [1], which the gradient leads to, was disposed; ' +
    'return it from its scope, or keep() it, until backward() is done';

  test('a tensor on the way was disposed', () =>
    scope(() => {
      const [x, late] = [leaf(1), leaf(2)];
      const middle = add(x, x);
      const y = add(middle, late);
      middle.dispose();
      refuse(y, [x, late], DisposedError, disposed);
    }));

  test('a tensor on the way belonged to a scope that has ended', () =>
    scope(() => {
      const x = leaf(1);
      const y = scope(() => add(add(x, x), x));
      refuse(y, [x], DisposedError, disposed);
    }));

  test('a leaf was disposed', () =>
    scope(() => {
      const [x, other] = [leaf(1), leaf(2)];
      const y = add(x, other);
      x.dispose();
      refuse(y, [other], DisposedError, disposed);
    }));

  test('values that a gradient is computed from were disposed', () =>
    scope(() => {
      const [x, weight] = [tensor([[3]]), tensor([[2]], undefined, { requiresGrad: true })];
      const y = linear(x, weight);
      x.dispose();
      expect(() => y.backward()).toThrow(DisposedError);
      expect(weight.grad).toBeUndefined();
    }));

  test('a constant that no gradient is computed from may be disposed', () =>
    scope(() => {
      const [x, constant] = [leaf(1), tensor([2])];
      const y = add(x, constant);
      constant.dispose();
      y.backward();
      expect(gradOf(x)).toEqual([1]);
    }));

  test('the gradient that a leaf has is of another shape', () =>
    scope(() => {
      const x = leaf(1, 2);
      const y = add(x, x);
      x.grad = zeros([1]);
      const gradOutput = ones([2]);
      expectError(
        () => y.backward(gradOutput),
        ShapeError,
        'backward: grad: expected shape [2], got [1]',
      );
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

  test('backward itself frees the gradients between root and leaves', () =>
    scope(() => {
      const x = leaf(1, 2, 3);
      const y = times(times(add(x, x), 3), 5);
      const gradOutput = ones([3, 1]);
      y.backward(gradOutput);
      expectNothingLeft(() => y.backward(gradOutput));
    }));
});
