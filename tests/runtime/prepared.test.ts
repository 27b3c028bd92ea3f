import { expect, test } from 'vitest';
import { conv2d, scope, SGD, tensor, type Tensor } from '../../src/index.js';
import { runtime } from '../../src/runtime/runtime.js';

/** Calls of `write`, and where the memory was. */
function prepareCounted(weight: Tensor, form = 'packed') {
  const calls: number[] = [];
  const pointer = weight.prepared(form, 64, (to) => calls.push(to));
  return { pointer, calls };
}

test('a form is written once per version of the values, into the same memory', () => {
  using weight = tensor([1, 2, 3]);
  const first = prepareCounted(weight);
  expect(first.calls).toEqual([first.pointer]);
  expect(prepareCounted(weight)).toEqual({ pointer: first.pointer, calls: [] });
  weight.assign([4, 5, 6]);
  expect(prepareCounted(weight)).toEqual(first);
  expect(prepareCounted(weight)).toEqual({ pointer: first.pointer, calls: [] });
});

test('forms and shapes are kept apart, views see each other’s changes', () => {
  using weight = tensor([1, 2, 3, 4]);
  using view = weight.detach();
  const packed = prepareCounted(weight);
  expect(prepareCounted(weight, 'rotated').pointer).not.toBe(packed.pointer);
  expect(prepareCounted(view).calls).toEqual([]);
  view.assign([0, 0, 0, 0]);
  expect(prepareCounted(weight).calls).toHaveLength(1);
});

test('all forms are freed with the last tensor over the values', () => {
  const { heap } = runtime();
  const before = heap.bytesInUse;
  const weight = tensor([1, 2, 3]);
  const view = weight.detach();
  prepareCounted(weight);
  prepareCounted(weight, 'rotated');
  weight.dispose();
  expect(heap.bytesInUse).toBeGreaterThan(before);
  view.dispose();
  expect(heap.bytesInUse).toBe(before);
});

test('a form is written again after a failure', () => {
  using weight = tensor([1]);
  const fail = () =>
    weight.prepared('packed', 64, () => {
      throw new Error('no');
    });
  expect(fail).toThrow('no');
  expect(prepareCounted(weight).calls).toHaveLength(1);
});

test('an optimizer’s step makes packed weights new', () => {
  using weight = tensor([[[[2]]]], undefined, { requiresGrad: true });
  using x = tensor([[[[3]]]]);
  const optimizer = new SGD([weight], { lr: 1 });
  scope(() => conv2d(x, weight).backward());
  optimizer.step();
  expect(scope(() => conv2d(x, weight).item())).toBe(-3);
});
