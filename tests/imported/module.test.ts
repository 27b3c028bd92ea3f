// A toy format with channels first: what the imported modules of all formats do alike.
import { describe, expect, test } from 'vitest';
import { noGrad } from '../../src/autograd.js';
import { tensor } from '../../src/creation.js';
import type { FileGraph, Handlers } from '../../src/imported/graph.js';
import { ImportedModule } from '../../src/imported/module.js';
import type { ImportOptions } from '../../src/imported/options.js';
import { channelsLast, sameOrder, Value } from '../../src/imported/value.js';
import { conv2d } from '../../src/ops/conv/conv.js';
import { mul, add } from '../../src/ops/zip/functions.js';
import { sum } from '../../src/ops/reductions.js';
import { relu } from '../../src/ops/map/activations.js';
import { Module } from '../../src/layers/module.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { Random } from '../../src/random.js';
import { randomValues } from '../support/random.js';

const OIHW_AS_HWIO = [2, 3, 1, 0];

interface Attributes {
  readonly perm?: readonly number[];
  readonly then?: FileGraph<Attributes>;
}

const handlers: Handlers<Attributes> = {
  Conv: {
    weightOrder: (operand) => (operand === 1 ? OIHW_AS_HWIO : operand === 2 ? [0] : undefined),
    run: ([x, w, b]) =>
      Value.of(
        conv2d(x!.tensor(channelsLast(4)), w!.tensor(OIHW_AS_HWIO), b?.tensor(), {}),
        channelsLast(4),
      ),
  },
  Relu: { run: ([x]) => Value.of(relu(x!.tensor(x!.order)), x!.order) },
  Transpose: { run: ([x], { perm }) => x!.transposed(perm!) },
  Add: {
    run: ([a, b]) =>
      a!.isHost && b!.isHost
        ? Value.host([a!.numbers()[0]! + b!.numbers()[0]!], [1], 'float32')
        : Value.of(add(a!.tensor(), b!.tensor())),
  },
  Inside: { run: (_, { then }, { run }) => run(then!) },
};

const float32 = (shape: number[], data: number[]) => ({ shape, dtype: 'float32' as const, data });
const node = (op: string, inputs: string[], outputs: string[], attributes: object = {}) => ({
  op,
  name: `${op}_${outputs.join()}`,
  inputs,
  outputs,
  attributes,
});

const W = Array.from(randomValues(3 * 2 * 2 * 2, new Random(1)));
const NET: FileGraph = {
  inputs: [{ name: 'x', dtype: 'float32', shape: [null, 2, 4, 5] }],
  outputs: ['y'],
  nodes: [
    node('Add', ['half', 'half'], ['one']),
    node('Conv', ['x', 'w', 'b'], ['c']),
    node('Relu', ['c'], ['r']),
    node('Transpose', ['r'], ['t'], { perm: [0, 2, 3, 1] }),
    node('Add', ['t', 'one'], ['y']),
  ],
  constants: new Map([
    ['w', float32([3, 2, 2, 2], W)],
    ['b', float32([3], [0.5, -0.5, 0])],
    ['half', float32([1], [0.5])],
  ]),
};

const load = (graph = NET, options?: ImportOptions) =>
  new ImportedModule('loadToy', graph, handlers, options);
const X = randomValues(2 * 2 * 4 * 5, new Random(2));
const input = () => tensor(X, [2, 2, 4, 5]);

/** The net by its definition: y[n, h, w, o] = relu(b + Σ x[n, i, h+a, w+b] w[o, i, a, b]) + 1. */
function expected(): number[] {
  const values: number[] = [];
  const at = (n: number, i: number, h: number, w: number) => X[((n * 2 + i) * 4 + h) * 5 + w]!;
  for (const n of [0, 1])
    for (const h of [0, 1, 2])
      for (const w of [0, 1, 2, 3])
        for (const o of [0, 1, 2]) {
          let total = [0.5, -0.5, 0][o]!;
          for (let k = 0; k < 8; k++) {
            const [i, a, b] = [k >> 2, (k >> 1) & 1, k & 1];
            total += at(n, i, h + a, w + b) * W[o * 8 + k]!;
          }
          values.push(Math.max(0, total) + 1);
        }
  return values;
}

describe('imported modules', () => {
  test('compute the graph with channels first, and transposes', () => {
    const y = load().forward(input());
    expect(y.shape).toEqual([2, 3, 4, 3]);
    expected().forEach((value, i) => expect(y.data()[i]).toBeCloseTo(value, 5));
  });

  test('fold what is constant, and have the names of the file', () => {
    const constant = load();
    expect(constant.namedParameters()).toEqual([]);
    expect(constant.namedBuffers().map(([name]) => name)).toEqual(['w', 'b']);
    const trainable = load(NET, { trainable: true, freeze: [/^b/] });
    expect(trainable.namedParameters().map(([name, p]) => [name, p.shape, p.requiresGrad])).toEqual(
      [
        ['w', [2, 2, 2, 3], true],
        ['b', [3], false],
      ],
    );
  });

  test('train', () => {
    const model = load(NET, { trainable: true });
    sum(mul(model.forward(input()), 2)).backward();
    const gradients = new Map(model.namedParameters().map(([name, { grad }]) => [name, grad]));
    const active = expected().map((value) => (value > 1 ? 2 : 0));
    const ofChannel = [0, 1, 2].map((o) =>
      active.filter((_, i) => i % 3 === o).reduce((total: number, g) => total + g, 0),
    );
    expect(Array.from(gradients.get('b')!.data())).toEqual(ofChannel);
    expect(gradients.get('w')!.shape).toEqual([2, 2, 2, 3]);
  });

  test('are parts of other modules', () => {
    class Wrapped extends Module {
      readonly features = load(NET, { trainable: true });

      override forward(x: Tensor): Tensor {
        return mul(this.features.forward(x), 2);
      }
    }
    using model = new Wrapped();
    expect(model.namedParameters().map(([path]) => path)).toEqual(['features.w', 'features.b']);
    sum(model.forward(input())).backward();
    expect(model.parameters().every(({ grad }) => grad)).toBe(true);
  });

  test('free what they make on the way', () => {
    const model = load();
    const x = input();
    const before = runtime().heap.tensors;
    const y = noGrad(() => model.forward(x));
    expect(runtime().heap.tensors).toBe(before + 1);
    y.dispose();
    scope(() => void model.forward(x));
    expect(runtime().heap.tensors).toBe(before);
  });

  test('run graphs inside of nodes, which see the values around them', () => {
    const then: FileGraph<Attributes> = {
      inputs: [],
      outputs: ['inner'],
      nodes: [node('Relu', ['c'], ['inner'])],
      constants: new Map(),
    };
    const inside = { ...node('Inside', [], ['r'], { then }), captures: ['c'] };
    const nodes = NET.nodes.map((other) => (other.op === 'Relu' ? inside : other));
    const y = noGrad(() => load({ ...NET, nodes }).forward(input()));
    expected().forEach((value, i) => expect(y.data()[i]).toBeCloseTo(value, 5));
  });

  test('give an input that is an output as a tensor of its own', () => {
    const x = input();
    const y = load({ ...NET, nodes: [], outputs: ['x'] }).forward(x);
    expect(y).not.toBe(x);
    expect(y.data()).toEqual(X);
  });

  test('give other values of the graph, and leave out what those do not need', () => {
    const unknown = node('Lstm', ['r'], ['z']);
    const cut = load({ ...NET, nodes: [...NET.nodes, unknown] }, { outputs: ['c', 'r'] });
    const { c, r } = cut.run(input());
    expect(r!.shape).toEqual([2, 3, 3, 4]);
    expect(Array.from(c!.data(), (value) => Math.max(0, value))).toEqual(Array.from(r!.data()));
    expect(cut.namedBuffers().map(([name]) => name)).toEqual(['w', 'b']);
    expect(() => load(NET, { outputs: ['q'] })).toThrow(
      'outputs: expected names of values in the file, got "q"',
    );
  });

  test('say what is missing or wrong', () => {
    const nodes = [
      node('Lstm', ['x'], ['a']),
      node('Gru', ['a'], ['b']),
      node('Gru', ['b'], ['y']),
    ];
    expect(() => load({ ...NET, nodes })).toThrow(
      'loadToy: expected ops that are known here, got Lstm (Lstm_a); Gru (Gru_b, Gru_y)',
    );
    expect(() => load().forward(tensor(X, [2, 4, 2, 5]))).toThrow(
      "run: x['x']: expected shape [?,2,4,5], got [2,4,2,5]",
    );
    expect(() => load().run({})).toThrow("run: x['x']: expected a Tensor, got undefined");
    expect(() => load({ ...NET, outputs: ['y', 'r'] }).forward(input())).toThrow('use run');
    expect(() => load({ ...NET, nodes: NET.nodes.slice(2) }).forward(input())).toThrow(
      "node Relu_r (Relu): expected the value 'c', which nothing gives",
    );
  });
});

describe('values', () => {
  test('are rounded to their type on the host, and read in any order', () => {
    const value = Value.host([0.1, 2, 3, 4, 5, 6], [2, 3], 'float32').transposed([1, 0]);
    expect(Array.from(value.numbers())).toEqual([Math.fround(0.1), 4, 2, 5, 3, 6]);
    expect(value.tensor([1, 0]).data()).toEqual(Float32Array.of(0.1, 2, 3, 4, 5, 6));
    expect(value.indices().dtype).toBe('int32');
    expect(Value.of(tensor([1, 2], [1, 2]), sameOrder(2)).transposed([1, 0]).shape).toEqual([2, 1]);
  });
});
