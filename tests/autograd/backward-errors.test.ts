// What `backward` refuses, before it changes anything.
import { describe, expect, test } from 'vitest';
import { ones, tensor, zeros } from '../../src/creation.js';
import { DisposedError, OutOfMemoryError, ShapeError } from '../../src/errors.js';
import { add } from '../../src/ops/zip/functions.js';
import { linear } from '../../src/ops/linear.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectError } from '../support/memory.js';

const leaf = (...values: number[]) => tensor(values, undefined, { requiresGrad: true });
const gradOf = (x: Tensor) => (x.grad ? [...x.grad.data()] : undefined);

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
    refuse(1, TypeError, 'backward: gradOutput: expected a float32 tensor, got 1'));

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

  test('memory ends on the way: no leaf gets a gradient, and those that have one keep it', () => {
    const { heap } = runtime();
    const allocate = heap.allocate.bind(heap);
    let left = Infinity;
    heap.allocate = (bytes) => {
      if (left-- === 0) throw new OutOfMemoryError('on purpose');
      return allocate(bytes);
    };
    try {
      for (let failing = 0; failing < 4; failing++) {
        scope(() => {
          const leaves = [leaf(1), leaf(2), leaf(3), leaf(4)];
          const [a, b, c, d] = leaves as [Tensor, Tensor, Tensor, Tensor];
          add(a, b).backward();
          const y = add(add(a, c), add(b, d));
          left = failing;
          refuse(y, leaves, OutOfMemoryError, 'on purpose');
          left = Infinity;
          y.backward();
          expect(leaves.map(gradOf)).toEqual([[2], [2], [1], [1]]);
        });
      }
    } finally {
      heap.allocate = allocate;
    }
  });

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
