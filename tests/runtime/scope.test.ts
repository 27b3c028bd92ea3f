import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ones, tensor, zeros } from '../../src/creation.js';
import { DisposedError } from '../../src/errors.js';
import { add } from '../../src/ops/zip/functions.js';
import { reshape } from '../../src/ops/reshape.js';
import { keep, scope, type Tensor } from '../../src/tensor.js';
import { expectNothingLeft, memoryInUse } from '../support/memory.js';

let before: ReturnType<typeof memoryInUse>;
beforeEach(() => {
  before = memoryInUse();
});
// Every test frees what it keeps.
afterEach(() => expect(memoryInUse()).toEqual(before));

describe('a scope frees what was made inside, except what it returns', () => {
  test.each<[string, (t: Tensor) => unknown]>([
    ['a tensor', (t) => t],
    ['an array', (t) => [1, t]],
    ['a plain object', (t) => ({ loss: t })],
    ['an object without a prototype', (t) => Object.assign(Object.create(null) as object, { t })],
    ['nested arrays and objects', (t) => [{ a: [null, { b: t }] }]],
  ])('%s', (_, wrap) => {
    let inside: Tensor[] = [];
    scope(() => {
      inside = [zeros([3]), ones([2]), add(ones([4]), ones([4]))];
      return wrap(inside[1]!);
    });
    expect(inside.map((t) => t.isDisposed)).toEqual([true, false, true]);
    expect([...inside[1]!.data()]).toEqual([1, 1]);
    inside[1]!.dispose();
  });

  test('a number: nothing is left', () => {
    expect(scope(() => add(ones([]), ones([])).item())).toBe(2);
  });

  test('an instance of a class is not searched', () => {
    class Holder {
      constructor(readonly inner: Tensor) {}
    }
    const { inner } = scope(() => new Holder(ones([2])));
    expect(inner.isDisposed).toBe(true);
  });

  test('a tensor twice', () => {
    const [a, b] = scope(() => {
      const t = ones([2]);
      return [t, t] as const;
    });
    expect(a).toBe(b);
    a.dispose();
  });

  test('a view of what is freed keeps the memory alive', () => {
    const view = scope(() => reshape(tensor([1, 2, 3, 4]), [2, 2]));
    expect(view.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    view.dispose();
  });
});

test('nested scopes hand results outwards, one scope at a time', () => {
  let inner: Tensor | undefined;
  const outer = scope(() => {
    const [a, b] = scope(() => {
      inner = zeros([5]);
      return [ones([1]), ones([2])];
    });
    expect(inner!.isDisposed).toBe(true);
    expect([a!.isDisposed, b!.isDisposed]).toEqual([false, false]);
    inner = b;
    return a!;
  });
  expect(outer.isDisposed).toBe(false);
  expect(inner!.isDisposed).toBe(true);
  outer.dispose();
});

test('a tensor from outside that is returned stays where it was', () => {
  const outside = ones([2]);
  expect(scope(() => outside)).toBe(outside);
  expect(outside.isDisposed).toBe(false);
  outside.dispose();
});

test('an exception frees everything and closes the scope', () => {
  const failing = () =>
    scope(() => {
      scope(() => {
        zeros([10]);
        throw new Error('inside');
      });
    });
  expect(failing).toThrow('inside');
  const atTop = zeros([1]);
  expect(atTop.arena).toBeUndefined();
  atTop.dispose();
});

test('an asynchronous body is a TypeError, and what it made is freed', () => {
  const made: Tensor[] = [];
  expect(() =>
    scope(async () => {
      made.push(zeros([3]));
      await Promise.resolve();
    }),
  ).toThrow(new TypeError('scope: body: expected a synchronous function, got a Promise'));
  expect(made[0]!.isDisposed).toBe(true);
});

describe('what outlives a scope', () => {
  test('what keep() took out of it', () => {
    let kept: Tensor | undefined;
    scope(() => scope(() => (kept = keep(ones([2]))).size));
    expect([...kept!.data()]).toEqual([1, 1]);
    kept!.dispose();
  });

  test('a leaf from outside and its gradient', () => {
    const x = tensor([1, 2], undefined, { requiresGrad: true });
    scope(() => add(x, x).backward(ones([2])));
    expect([...x.grad!.data()]).toEqual([2, 2]);
    x.dispose();
  });

  test('the gradient of a leaf of an outer scope lives as long as the leaf', () =>
    scope(() => {
      const x = tensor([1, 2], undefined, { requiresGrad: true });
      scope(() => add(x, x).backward(ones([2])));
      expect([...x.grad!.data()]).toEqual([2, 2]);
    }));

  test('a gradient that is returned, though its leaf is freed', () => {
    const gradient = scope(() => {
      const x = tensor([1, 2], undefined, { requiresGrad: true });
      add(x, x).backward(ones([2]));
      return x.grad!;
    });
    expect([...gradient.data()]).toEqual([2, 2]);
    gradient.dispose();
  });

  test.each<[string, (x: Tensor) => Tensor]>([
    ['returned', (x) => x],
    ['kept', keep],
  ])('the gradient of a leaf that is %s', (_, rescue) => {
    let leaf: Tensor | undefined;
    const returned = scope(() => {
      leaf = tensor([1, 2], undefined, { requiresGrad: true });
      add(leaf, leaf).backward(ones([2]));
      const rescued = rescue(leaf);
      return rescue === keep ? undefined : rescued;
    });
    expect(returned ?? leaf).toBe(leaf);
    expect([...leaf!.grad!.data()]).toEqual([2, 2]);
    leaf!.dispose();
  });
});

describe('after dispose', () => {
  test.each<[string, (t: Tensor) => unknown]>([
    ['data', (t) => t.data()],
    ['item', (t) => t.item()],
    ['toArray', (t) => t.toArray()],
    ['assign', (t) => t.assign([1])],
    ['detach', (t) => t.detach()],
    ['an op', (t) => add(t, t)],
    ['backward', (t) => t.backward()],
  ])('%s throws', (_, use) => {
    const t = tensor([1], undefined, { requiresGrad: true });
    const y = add(t, t);
    for (const value of [t, y]) {
      value.dispose();
      expect(() => use(value)).toThrow(
        new DisposedError(
          'a tensor of shape [1] was used after it was disposed; ' +
            'return it from its scope, or keep() it, to use it longer',
        ),
      );
    }
  });

  test('a tensor still tells its shape', () => {
    const t = ones([2, 3]);
    t.dispose();
    expect(String(t)).toBe('Tensor [2,3] float32 disposed');
    expect([t.isDisposed, t.rank, t.size]).toEqual([true, 2, 6]);
  });

  test('dispose does nothing more, in a scope too', () => {
    const t = ones([2]);
    t.dispose();
    expectNothingLeft(() => t.dispose());
    scope(() => {
      const inner = ones([2]);
      inner.dispose();
      inner[Symbol.dispose]();
    });
  });

  test('of a leaf its gradient is gone too', () => {
    const x = tensor([1], undefined, { requiresGrad: true });
    scope(() => add(x, x).backward());
    const { grad } = x;
    x.dispose();
    expect(grad!.isDisposed).toBe(true);
  });
});
