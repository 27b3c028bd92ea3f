// Buffers: what is saved and not trained.
import { describe, expect, test } from 'vitest';
import {
  checkpoint,
  fit,
  Flatten,
  manualSeed,
  scope,
  Sequential,
  SGD,
  ShapeError,
  stopAtNaN,
  tensor,
  type Tensor,
  weightsSha256,
} from '../../src/index.js';
import { buffer, Linear, Module, parameter } from '../../src/layers/index.js';
import { bars } from '../training/problem.js';
import { expectError, expectNothingLeft } from '../support/memory.js';
import { Centred } from './running.js';

class Table extends Module {
  readonly scales = [parameter([1], (weight) => weight.assign([2])), buffer([1], 3)];
  readonly inner = new Linear(1, 1);
  readonly again = this.inner;
  readonly table = buffer([2, 2], (values) => values.assign([1, 2, 3, 4]));
  readonly shared = this.table;
  readonly plain = tensor([5]);

  override forward(x: Tensor): Tensor {
    return x;
  }
}

const paths = (named: [string, Tensor][]) => named.map(([path]) => path);

describe('a buffer', () => {
  test('is named once beside the parameters, in arrays too, and is none of them', () =>
    expectNothingLeft(() => {
      const model = new Table();
      expect(paths(model.namedParameters())).toEqual(['scales.0', 'inner.weight', 'inner.bias']);
      expect(paths(model.namedBuffers())).toEqual(['scales.1', 'table']);
      expect(model.parameters()).toHaveLength(3);
      expect([...model.stateDict().keys()]).toEqual([
        ...['scales.0', 'inner.weight', 'inner.bias'],
        ...['scales.1', 'table'],
      ]);
      expect(model.table.toArray()).toEqual([
        [1, 2],
        [3, 4],
      ]);
      model.dispose();
    }));

  test('stays one, whether it requires a gradient or not', () => {
    const model = new Table();
    model.table.requiresGrad = true;
    model.inner.weight.requiresGrad = false;
    expect(paths(model.namedBuffers())).toContain('table');
    expect(paths(model.namedParameters())).toContain('inner.weight');
    model.dispose();
  });

  test('lives beyond its scope, and is named by its path when it was disposed', () => {
    const [model] = scope(() => [new Table()]);
    expect(model!.table.isDisposed).toBe(false);
    expect(model!.plain.isDisposed).toBe(true);
    model!.table.dispose();
    model!.namedBuffers();
    expect(() => model!.table.data()).toThrow(
      'the buffer table of shape [2,2] was used after it was disposed',
    );
    model!.dispose();
  });

  test('is loaded with the parameters, or nothing is', () =>
    expectNothingLeft(() => {
      const model = new Table();
      const state = model.stateDict();
      model.table.assign([5, 6, 7, 8]);
      model.loadStateDict(state);
      expect(model.table.data()).toEqual(Float32Array.of(1, 2, 3, 4));
      state.delete('table');
      expectError(
        () => model.loadStateDict(state),
        { name: 'ShapeError' } as typeof Error,
        'loadStateDict: table: expected shape [2,2], got nothing',
      );
      model.dispose();
    }));

  test.each<[unknown[], new (message: string) => Error, string]>([
    [[[0.5], 1], ShapeError, 'buffer: shape: expected non-negative integers, got [0.5]'],
    [[[2], '1'], TypeError, 'buffer: fill: expected a function, got "1"'],
    [[[2], 1, 2], TypeError, 'buffer: arguments: expected at most 2 arguments, got 3'],
  ])('refuses %j', (args, kind, message) => {
    const call = () => (buffer as (...all: unknown[]) => Tensor)(...args);
    expectNothingLeft(() => {
      expect(call).toThrow(kind);
      expect(call).toThrow(message);
    });
  });
});

test('a module that holds one that holds it is walked once', () => {
  class Knot extends Module {
    readonly weight = parameter([1], (weight) => weight.assign([1]));
    readonly other: Module[] = [this];
    override forward(x: Tensor): Tensor {
      return x;
    }
  }
  const knot = new Knot();
  expect(paths(knot.namedParameters())).toEqual(['weight']);
  knot.weight.dispose();
});

describe('statistics that change in training', () => {
  const make = () => new Sequential(new Flatten(), new Centred(36));
  const train = (model: Sequential, options: object = {}) =>
    fit(model, bars(20), {
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
      epochs: 2,
      batchSize: 8,
      ...options,
    });

  test('are in a checkpoint: a run goes on from every step with the same bits', async () => {
    manualSeed(3);
    using whole = make();
    const before = await weightsSha256(whole);
    const saved: Uint8Array[] = [];
    const saving = checkpoint({ save: (bytes) => void saved.push(bytes), everySteps: 1 });
    await train(whole, { callbacks: [saving] });
    const after = await weightsSha256(whole);
    expect(after).not.toBe(before);
    for (const resume of saved) {
      using other = make();
      await train(other, { resume });
      expect(await weightsSha256(other)).toBe(after);
    }
  });

  test('are in the digest, and in what is put back', async () => {
    using model = make();
    const best = model.stateDict();
    const digest = await weightsSha256(model);
    const { runningMean } = model.layers[1] as Centred;
    runningMean.assign(new Float32Array(36).fill(1));
    expect(await weightsSha256(model)).not.toBe(digest);
    model.loadStateDict(best);
    expect(await weightsSha256(model)).toBe(digest);
  });

  test('that are no numbers end a run with stopAtNaN', async () => {
    using model = make();
    const { runningMean } = model.layers[1] as Centred;
    const spoil = { onEpochEnd: () => runningMean.assign(new Float32Array(36).fill(NaN)) };
    await expect(train(model, { callbacks: [spoil, stopAtNaN()] })).rejects.toThrow(
      'stopAtNaN: 1.runningMean is NaN after step 3',
    );
  });
});
