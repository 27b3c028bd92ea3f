// Every op and every layer outside a scope: who disposes of the inputs, the outputs and the gradients has freed all.
import { describe, expect, test } from 'vitest';
import * as core from '../../src/entries/ops-core.js';
import { noGrad } from '../../src/autograd.js';
import { OutOfMemoryError } from '../../src/errors.js';
import { randn } from '../../src/creation.js';
import { Module } from '../../src/layers/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import type { Tensor } from '../../src/tensor.js';
import { expectNothingLeft, memoryInUse } from '../support/memory.js';
import { COMPARISONS } from '../support/reference/zip.js';
import { LAYER_USES, OP_USES, type Use } from '../support/uses.js';

/** Exported functions that are no ops. */
const OTHERS = [
  ...['capabilities', 'compile', 'generator', 'keep', 'manualSeed', 'noGrad', 'preprocess'],
  ...['loadStateDict', 'loadTorch', 'loadTorchStateDict', 'saveStateDict', 'torchStateDict'],
  ...[
    'arange',
    'full',
    'ones',
    'buffer',
    'parameter',
    'rand',
    'randn',
    'readSafetensors',
    'saveModel',
  ],
  ...['scope', 'tensor', 'terminate', 'writeSafetensors', 'zeros'],
];

const { layers: exported, functions } = byKind(core);

function byKind(all: Record<string, unknown>) {
  const isClass = (value: unknown) => /^class\b/.test(String(value));
  const found = Object.entries(all).filter(([, value]) => typeof value === 'function');
  return {
    functions: found.filter(([, value]) => !isClass(value)).map(([name]) => name),
    layers: found
      .filter(([, value]) => (value as typeof Module).prototype instanceof Module)
      .map(([name]) => name),
  };
}

test('the tables have all that is exported', () => {
  expect(Object.keys(OP_USES).concat(OTHERS).sort()).toEqual([...functions].sort());
  expect(Object.keys(LAYER_USES).sort()).toEqual([...exported].sort());
});

/** Ops whose results depend on their inputs in steps. */
const WITHOUT_GRADIENT = [
  'all',
  'any',
  'argmax',
  'argmin',
  'cast',
  'oneHot',
  ...Object.keys(COMPARISONS),
];

/** Uses of one kind, called with inputs that need gradients, or that need none. */
function testUse(uses: () => readonly Use[], hasGradient: boolean): void {
  const each = (requiresGrad: boolean, body: (inputs: Tensor[], run: Use['run']) => void) => {
    for (const { inputs, run } of uses()) {
      expectNothingLeft(() => {
        const made = inputs();
        for (const x of made) x.requiresGrad = requiresGrad && x.dtype === 'float32';
        body(made, run);
        for (const x of made) x.dispose();
      });
    }
  };
  const repeatedly = (call: () => void) => {
    call();
    const before = memoryInUse();
    for (let i = 0; i < 3; i++) call();
    expect(memoryInUse()).toEqual(before);
  };

  test('forward, recorded', () =>
    each(true, (inputs, run) => repeatedly(() => run(...inputs).dispose())));

  test('forward, nothing to record', () =>
    each(false, (inputs, run) => repeatedly(() => run(...inputs).dispose())));

  test('forward, under noGrad', () =>
    each(true, (inputs, run) => repeatedly(() => noGrad(() => run(...inputs)).dispose())));

  if (!hasGradient) {
    test('the result needs no gradient', () =>
      each(true, (inputs, run) => {
        const y = run(...inputs);
        expect(y.requiresGrad).toBe(false);
        y.dispose();
      }));
    return;
  }

  test('forward and backward, twice', () =>
    each(true, (inputs, run) => {
      const y = run(...inputs);
      const gradOutput = randn(y.shape);
      y.backward(gradOutput);
      y.backward(gradOutput);
      gradOutput.dispose();
      y.dispose();
    }));

  test('forward and backward with an op behind it, in a scope that returns its end', () =>
    each(true, (inputs, run) => {
      const z = core.scope(() => {
        const end = core.mse(run(...inputs), run(...inputs));
        end.backward();
        return end;
      });
      z.dispose();
    }));

  test.each(['forward', 'backward'])('%s, where any of its allocations fails', (pass) =>
    each(true, (inputs, run) => {
      // What is packed once is kept with the weights.
      const warm = run(...inputs);
      warm.backward(warm);
      warm.dispose();
      for (const x of inputs) {
        x.grad?.dispose();
        x.grad = undefined;
      }
      const y = pass === 'backward' ? run(...inputs) : undefined;
      const gradOutput = y && randn(y.shape);
      failures(() => (y ? y.backward(gradOutput) : run(...inputs).dispose()), inputs);
      gradOutput?.dispose();
      y?.dispose();
    }),
  );
}

/** Lets the first, the second … allocation of `call` fail, until there are no more; nothing may be left of it. */
function failures(call: () => void, inputs: readonly Tensor[]): void {
  const { heap } = runtime();
  const allocate = heap.allocate.bind(heap);
  for (let failing = 0; ; failing++) {
    const before = memoryInUse();
    let left = failing;
    heap.allocate = (bytes) => {
      if (left-- === 0) throw new OutOfMemoryError('on purpose');
      return allocate(bytes);
    };
    try {
      call();
      return;
    } catch (error) {
      expect((error as Error).message).toBe('on purpose');
    } finally {
      heap.allocate = allocate;
    }
    expect(memoryInUse(), `allocation ${failing}`).toEqual(before);
    expect(inputs.map((x) => x.grad)).toEqual(inputs.map(() => undefined));
  }
}

describe.each(Object.keys(OP_USES))('%s', (name) => {
  testUse(() => OP_USES[name]!, !WITHOUT_GRADIENT.includes(name));
});

describe.each(Object.keys(LAYER_USES))('%s', (name) => {
  const { inputs, make } = LAYER_USES[name]!;

  test('with its parameters', () =>
    expectNothingLeft(() => {
      const layer = make();
      const [x] = inputs() as [Tensor];
      for (const training of [true, false]) {
        layer.train(training);
        x.requiresGrad = training;
        const y = layer.forward(x);
        if (y.node) {
          const gradOutput = randn(y.shape);
          y.backward(gradOutput);
          gradOutput.dispose();
        }
        y.dispose();
        if (!x.isDisposed) layer.predict(x).dispose();
      }
      layer.dispose();
      x.dispose();
    }));
});
