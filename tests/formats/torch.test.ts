// PyTorch's names and layouts at the border.
import { expect, test } from 'vitest';
import {
  BatchNorm1d,
  Conv1d,
  Conv2d,
  ConvTranspose2d,
  Flatten,
  Linear,
  loadTorchStateDict,
  permute,
  reshape,
  scope,
  Sequential,
  ShapeError,
  tensor,
  torchStateDict,
  type TorchOptions,
} from '../../src/index.js';
import { expectError, expectNothingLeft } from '../support/memory.js';

const make = () =>
  new Sequential(
    new Conv2d(4, 6, [2, 3], { groups: 2 }),
    new ConvTranspose2d(6, 5, 2),
    new Conv1d(5, 2, 3, { bias: false }),
    new Linear(3, 4),
    new BatchNorm1d(4),
  );

/** PyTorch's state dict of the same network: names and shapes. */
const SHAPES: [string, number[]][] = [
  ['0.weight', [6, 2, 2, 3]],
  ['0.bias', [6]],
  ['1.weight', [6, 5, 2, 2]],
  ['1.bias', [5]],
  ['2.weight', [2, 5, 3]],
  ['3.weight', [4, 3]],
  ['3.bias', [4]],
  ['4.weight', [4]],
  ['4.bias', [4]],
  ['4.running_mean', [4]],
  ['4.running_var', [4]],
];

const counting = (shape: number[]) => {
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i);
  return { shape, data };
};
const states = () => new Map(SHAPES.map(([name, shape]) => [name, counting(shape)]));

test('every kind of weight is read and written in its layout', () =>
  expectNothingLeft(() => {
    const model = make();
    const state = states();
    loadTorchStateDict(model, state);
    // [out, in, height, width] there, [height, width, in, out] here.
    const [conv, transposed, , dense] = model.layers as [Conv2d, ConvTranspose2d, Conv1d, Linear];
    expect((conv.weight.toArray() as number[][][][])[1]![2]![0]![5]).toBe(5 * 12 + 5);
    expect((transposed.weight.toArray() as number[][][][])[0]![1]![3]![4]).toBe(4 * 20 + 3 * 4 + 1);
    expect((dense.weight.toArray() as number[][])[2]![1]).toBe(1 * 3 + 2);
    expect(torchStateDict(model)).toEqual(state);
    model.dispose();
  }));

test('counters of batches are passed over, names are changed by rename', () => {
  using model = new Sequential(new BatchNorm1d(1));
  const names = ['weight', 'bias', 'running_mean', 'running_var'];
  const state = new Map<string, { shape: number[]; data: number[] }>(
    names.map((name, i) => [`module.norm.${name}`, { shape: [1], data: [i] }]),
  ).set('module.norm.num_batches_tracked', { shape: [], data: [7] });
  const rename = (path: string) => path.replace(/^0\./, 'module.norm.');
  loadTorchStateDict(model, state, { rename });
  const [norm] = model.layers as [BatchNorm1d];
  expect([norm.weight, norm.bias, norm.runningMean, norm.runningVar].map((t) => t!.item())).toEqual(
    [0, 1, 2, 3],
  );
});

test('a dense layer after a flattened picture reads channel after channel there', () => {
  using model = new Sequential(new Flatten(), new Linear(2 * 3 * 2, 1, { bias: false }));
  const weight = counting([1, 12]);
  const options = { flattened: { 1: [2, 3, 2] } };
  loadTorchStateDict(model, new Map([['1.weight', weight]]), options);
  const [ours, theirs] = scope(() => {
    // A picture [channels, height, width], for PyTorch, and the same with channels last.
    const picture = tensor(
      Float32Array.from({ length: 12 }, (_, i) => (i * 7) % 5),
      [1, 2, 3, 2],
    );
    const flat = reshape(picture, [12]).data();
    return [
      model.predict(permute(picture, [0, 2, 3, 1])).item(),
      flat.reduce((sum, value, i) => sum + value * weight.data[i]!, 0),
    ];
  });
  expect(ours).toBe(theirs);
  expect(torchStateDict(model, options).get('1.weight')).toEqual(weight);
});

test('all faults are listed at once, and nothing is changed', () =>
  expectNothingLeft(() => {
    const model = make();
    const before = model.stateDict();
    const state = states();
    state.delete('0.bias');
    state.set('3.weight', counting([3, 4]));
    state.set('fc.weight', counting([1]));
    const message =
      'loadTorchStateDict: 3 faults:\n' +
      '  fc.weight: the model has no such parameter or buffer\n' +
      '  0.bias: expected shape [6], got nothing\n' +
      '  3.weight: expected shape [4,3], got [3,4]';
    expect(() => loadTorchStateDict(model, state)).toThrow(ShapeError);
    expect(() => loadTorchStateDict(model, state)).toThrow(message);
    expect(model.stateDict()).toEqual(before);
    const others = new Map(Array.from({ length: 30 }, (_, i) => [`other${i}`, counting([1])]));
    expect(() => model.loadStateDict(others)).toThrow(/41 faults:\n( {2}.*\n){20} {2}and 21 more$/);
    model.dispose();
  }));

test.each<[TorchOptions, new (message: string) => Error, string]>([
  [{ flattened: { 0: [3] } }, TypeError, 'flattened: expected 3, got 0'],
  [{ flattened: { 3: [2, 2] } }, ShapeError, 'flattened: 3: expected sizes of 3 inputs, got [2,2]'],
  [{ rename: () => 'x' }, RangeError, 'rename: expected another name for each path, got x twice'],
  [{ rename: 1 } as never, TypeError, 'rename: expected a function, got 1'],
])('options %j are refused', (options, kind, message) => {
  using model = make();
  expectError(() => torchStateDict(model, options), kind as never, `torchStateDict: ${message}`);
  expectError(
    () => loadTorchStateDict(model, states(), options),
    kind as never,
    `loadTorchStateDict: ${message}`,
  );
});
