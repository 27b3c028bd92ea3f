// Every op and every layer outside a scope: who disposes of the inputs, the outputs and the gradients has freed all.
import { describe, expect, test } from 'vitest';
import * as core from '../../src/entries/ops-core.js';
import { noGrad } from '../../src/autograd.js';
import { OutOfMemoryError } from '../../src/errors.js';
import { randn, tensor } from '../../src/creation.js';
import { Module, Sequential } from '../../src/layers/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import type { Tensor } from '../../src/tensor.js';
import { ACTIVATIONS } from '../support/fused.js';
import { expectNothingLeft, memoryInUse } from '../support/memory.js';

interface Use {
  readonly inputs: () => Tensor[];
  readonly run: (...inputs: Tensor[]) => Tensor;
}

const drawn =
  (...shapes: number[][]) =>
  () =>
    shapes.map((shape) => randn(shape));
const elementwise = drawn([2, 3, 5]);
const picture = drawn([2, 6, 7, 4]);
const signal = drawn([2, 9, 4]);
const classified = () => [randn([4, 3]), tensor(Int32Array.of(0, 2, 1, 1))];
const reductions = ['mean', 'sum', 'none'] as const;

const of = (inputs: Use['inputs'], ...runs: Use['run'][]): Use[] =>
  runs.map((run) => ({ inputs, run }));

/** Every way to use an exported op, one or more of each. */
const OPS: Record<string, Use[]> = {
  abs: of(elementwise, core.abs),
  add: of(drawn([2, 3], [2, 3]), core.add, (a) => core.add(a, a)),
  addBias: of(drawn([2, 3], [3]), core.addBias),
  avgPool1d: of(
    signal,
    (x) => core.avgPool1d(x, 3),
    (x) => core.avgPool1d(x, 9, { stride: 1, padding: 8 }),
  ),
  avgPool2d: of(
    picture,
    (x) => core.avgPool2d(x, 2),
    (x) => core.avgPool2d(x, 3, { stride: 1, padding: 2, countIncludePad: false }),
  ).concat(of(drawn([1, 40, 40, 2]), (x) => core.avgPool2d(x, 20, { stride: 1 }))),
  clip: of(elementwise, (x) => core.clip(x, -0.5, Infinity)),
  concat: of(drawn([2, 3], [1, 3]), (a, b) => core.concat([a!, b!, a!])),
  conv1d: ACTIVATIONS.map((activation) => ({
    inputs: drawn([2, 9, 4], [3, 4, 5], [5]),
    run: (x, w, b) => core.conv1d(x, w!, b, { activation }),
  })),
  conv2d: [undefined, ...ACTIVATIONS].flatMap((activation) =>
    [
      [[1, 16, 16, 16], [3, 3, 16, 16], 1],
      [[2, 6, 7, 4], [3, 2, 2, 6], 2],
      [[2, 6, 7, 4], [3, 3, 1, 4], 4],
    ].map(([x, w, groups]) => ({
      inputs: drawn(x as number[], w as number[], [(w as number[])[3]!]),
      run: (a: Tensor, b?: Tensor, c?: Tensor) =>
        core.conv2d(a, b!, c, { padding: 1, groups: groups as number, activation }),
    })),
  ),
  conv3d: [undefined, ...ACTIVATIONS].map((activation) => ({
    inputs: drawn([2, 3, 4, 5, 4], [2, 3, 2, 4, 6], [6]),
    run: (x, w, b) => core.conv3d(x, w!, b, { padding: 1, activation }),
  })),
  convTranspose1d: of(drawn([2, 9, 4], [3, 5, 4], [5]), (x, w, b) =>
    core.convTranspose1d(x, w!, b, { stride: 2 }),
  ),
  convTranspose2d: [undefined, ...ACTIVATIONS].map((activation) => ({
    inputs: drawn([2, 6, 7, 4], [1, 3, 3, 4], [6]),
    run: (x, w, b) =>
      core.convTranspose2d(x, w!, b, { groups: 2, stride: 2, outputPadding: 1, activation }),
  })),
  convTranspose3d: of(drawn([1, 2, 3, 4, 2], [1, 3, 2, 3, 2], [3]), (x, w, b) =>
    core.convTranspose3d(x, w!, b, { stride: [2, 1, 3] }),
  ),
  crossEntropy: reductions.flatMap((reduction) =>
    of(
      classified,
      (x, labels) => core.crossEntropy(x, labels!, { reduction }),
      (x, labels) =>
        core.crossEntropy(x, labels!, { reduction, weight: [1, 2, 3], labelSmoothing: 0.1 }),
    ),
  ),
  dropout: of(
    elementwise,
    (x) => core.dropout(x, 0.5),
    (x) => core.dropout(x, 0),
  ),
  elu: of(elementwise, (x) => core.elu(x)),
  exp: of(elementwise, core.exp),
  flatten: of(elementwise, (x) => core.flatten(x)),
  gelu: of(
    elementwise,
    (x) => core.gelu(x),
    (x) => core.gelu(x, 'tanh'),
  ),
  globalAvgPool2d: of(picture, core.globalAvgPool2d),
  hardSwish: of(elementwise, core.hardSwish),
  hardtanh: of(elementwise, (x) => core.hardtanh(x)),
  leakyRelu: of(
    elementwise,
    (x) => core.leakyRelu(x),
    (x) => core.leakyRelu(x, -1),
  ),
  linear: [undefined, ...ACTIVATIONS].map((activation) => ({
    inputs: drawn([5, 3], [3, 9], [9]),
    run: (x, w, b) => core.linear(x, w!, b, { activation }),
  })),
  log: of(elementwise, core.log),
  matmul: of(drawn([5, 3], [3, 9]), core.matmul),
  maxPool1d: of(signal, (x) => core.maxPool1d(x, 3)),
  maxPool2d: of(picture, (x) => core.maxPool2d(x, 3, { stride: 1, padding: 1 })),
  mse: reductions.flatMap((reduction) =>
    of(drawn([2, 3], [2, 3]), (a, b) => core.mse(a, b!, { reduction })),
  ),
  neg: of(elementwise, core.neg),
  relu: of(elementwise, core.relu),
  relu6: of(elementwise, core.relu6),
  reshape: of(elementwise, (x) => core.reshape(x, [6, -1])),
  sigmoid: of(elementwise, core.sigmoid),
  silu: of(elementwise, core.silu),
  softmax: of(elementwise, core.softmax),
  softplus: of(elementwise, (x) => core.softplus(x)),
  sqrt: of(elementwise, core.sqrt),
  square: of(elementwise, core.square),
  tanh: of(elementwise, core.tanh),
};

/** Exported functions that are no ops. */
const OTHERS = [
  ...['capabilities', 'generator', 'keep', 'layerFromConfig', 'loadModel', 'manualSeed', 'noGrad'],
  ...['arange', 'full', 'ones', 'parameter', 'rand', 'randn', 'readSafetensors', 'saveModel'],
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

/** Every exported layer. */
const LAYERS: Record<string, { inputs: Use['inputs']; make: () => Module }> = {
  AvgPool1d: { inputs: signal, make: () => new core.AvgPool1d(2) },
  AvgPool2d: { inputs: picture, make: () => new core.AvgPool2d(2) },
  Conv1d: { inputs: signal, make: () => new core.Conv1d(4, 5, 3) },
  Conv2d: { inputs: picture, make: () => new core.Conv2d(4, 5, 3) },
  Dropout: { inputs: elementwise, make: () => new core.Dropout(0.5) },
  Flatten: { inputs: elementwise, make: () => new core.Flatten() },
  GlobalAvgPool2d: { inputs: picture, make: () => new core.GlobalAvgPool2d() },
  Hardswish: { inputs: elementwise, make: () => new core.Hardswish() },
  Hardtanh: { inputs: elementwise, make: () => new core.Hardtanh() },
  LeakyReLU: { inputs: elementwise, make: () => new core.LeakyReLU(-0.5) },
  Linear: { inputs: elementwise, make: () => new core.Linear(5, 4) },
  MaxPool1d: { inputs: signal, make: () => new core.MaxPool1d(2) },
  MaxPool2d: { inputs: picture, make: () => new core.MaxPool2d(2) },
  ReLU: { inputs: elementwise, make: () => new core.ReLU() },
  ReLU6: { inputs: elementwise, make: () => new core.ReLU6() },
  Sequential: {
    inputs: picture,
    make: () =>
      new Sequential(
        new core.Conv2d(4, 5, 3),
        new core.SiLU(),
        new Sequential(new core.MaxPool2d(2), new core.Dropout(0.5)),
        new core.Flatten(),
        new Sequential(new core.Linear(20, 6), new core.LeakyReLU(-1)),
        new core.Linear(6, 2),
        new core.Hardswish(),
        new Sequential(),
      ),
  },
  SiLU: { inputs: elementwise, make: () => new core.SiLU() },
  Sigmoid: { inputs: elementwise, make: () => new core.Sigmoid() },
  Tanh: { inputs: elementwise, make: () => new core.Tanh() },
};

test('the tables have all that is exported', () => {
  expect(Object.keys(OPS).concat(OTHERS).sort()).toEqual([...functions].sort());
  expect(Object.keys(LAYERS).sort()).toEqual([...exported].sort());
});

/** Uses of one kind, called with inputs that need gradients, or that need none. */
function testUse(uses: () => readonly Use[]): void {
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

describe.each(Object.keys(OPS))('%s', (name) => {
  testUse(() => OPS[name]!);
});

describe.each(Object.keys(LAYERS))('%s', (name) => {
  const { inputs, make } = LAYERS[name]!;

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
