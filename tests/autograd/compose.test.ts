// What is made on the way to a result lives as long as the result, or as the scope.
import { expect, test } from 'vitest';
import { compose } from '../../src/autograd.js';
import { tensor } from '../../src/creation.js';
import { DisposedError, OutOfMemoryError } from '../../src/errors.js';
import { Linear, Module, Sequential, SiLU } from '../../src/layers/index.js';
import { add } from '../../src/ops/zip/functions.js';
import { sigmoid } from '../../src/ops/map/activations.js';
import { runtime } from '../../src/runtime/runtime.js';
import { keep, scope, type Tensor } from '../../src/tensor.js';
import { expectNothingLeft, memoryInUse } from '../support/memory.js';

const leaf = (...values: number[]) => tensor(values, undefined, { requiresGrad: true });

/** A composition, and what it made on the way. */
function composed(x: Tensor): { y: Tensor; middle: Tensor } {
  let middle!: Tensor;
  const y = compose(() => sigmoid((middle = sigmoid(x))));
  return { y, middle };
}

test('outside a scope the result frees it', () =>
  expectNothingLeft(() => {
    const x = leaf(1);
    const { y, middle } = composed(x);
    expect(middle.isDisposed).toBe(false);
    y.backward();
    y.dispose();
    expect(middle.isDisposed).toBe(true);
    x.dispose();
  }));

test('in a scope so does the scope, also where the result leaves it', () =>
  expectNothingLeft(() => {
    const x = leaf(1);
    const { y, middle } = scope(() => {
      const both = composed(x);
      both.y.backward();
      return { ...both, middle: [both.middle].map((t) => () => t)[0]! };
    });
    expect([middle().isDisposed, y.isDisposed]).toEqual([true, false]);
    expect(() => y.backward()).toThrow(DisposedError);
    y.dispose();
    x.dispose();
  }));

test('in a scope a result that is disposed frees it sooner', () =>
  scope(() => {
    const x = leaf(1);
    const before = memoryInUse();
    for (let i = 0; i < 3; i++) composed(x).y.dispose();
    expect(memoryInUse()).toEqual(before);
  }));

test('where nothing is recorded it is freed at once', () =>
  expectNothingLeft(() => {
    const x = tensor([1]);
    const { y, middle } = composed(x);
    expect(middle.isDisposed).toBe(true);
    y.dispose();
    x.dispose();
  }));

test('what was kept lives on', () =>
  expectNothingLeft(() => {
    const x = leaf(1);
    let kept!: Tensor;
    const y = compose(() => sigmoid((kept = keep(sigmoid(x)))));
    y.dispose();
    expect(kept.isDisposed).toBe(false);
    kept.dispose();
    x.dispose();
  }));

test('a result that was there before keeps what it depends on', () =>
  expectNothingLeft(() => {
    const x = leaf(1);
    const { y } = composed(x);
    expect(compose(() => y)).toBe(y);
    expect(compose(() => x)).toBe(x);
    y.backward();
    y.dispose();
    x.dispose();
  }));

test('an error frees it', () =>
  expectNothingLeft(() => {
    const x = leaf(1);
    expect(() =>
      compose(() => {
        sigmoid(x);
        throw new OutOfMemoryError('on purpose');
      }),
    ).toThrow(OutOfMemoryError);
    x.dispose();
  }));

test('compositions in compositions', () =>
  expectNothingLeft(() => {
    const x = leaf(1);
    const y = compose(() => add(composed(composed(x).y).y, composed(x).y));
    y.backward();
    y.backward();
    y.dispose();
    x.dispose();
  }));

test('a training loop without scopes frees all by its loss, its output and its input', () => {
  class Net extends Module {
    readonly layers = new Sequential(
      ...[new Linear(3, 4), new SiLU(), new Linear(4, 2), new SiLU(), new Linear(2, 1)],
    );

    override forward(x: Tensor): Tensor {
      return this.layers.forward(x);
    }
  }
  expectNothingLeft(() => {
    const net = new Net();
    const step = () => {
      const x = tensor([[1, 2, 3]]);
      const y = net.forward(x);
      y.backward();
      for (const tensors of [[x, y], net.parameters().map((p) => p.grad!)]) {
        for (const value of tensors) value.dispose();
      }
      for (const parameter of net.parameters()) parameter.grad = undefined;
      return memoryInUse();
    };
    const first = step();
    for (let i = 0; i < 5; i++) expect(step()).toEqual(first);
    net.dispose();
  });
});

test('the memory counts its tensors for the message', () => {
  const { heap } = runtime();
  const before = heap.tensors;
  const [a, b] = [tensor([1]), tensor([2])];
  const view = a.detach();
  expect(heap.tensors).toBe(before + 2);
  expect(() => heap.allocate(2 ** 40)).toThrow(` in use by ${before + 2} tensors in a heap of `);
  for (const value of [a, view, b]) value.dispose();
  expect(heap.tensors).toBe(before);
});
