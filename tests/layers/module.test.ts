import { describe, expect, test } from 'vitest';
import { ones, tensor, zeros } from '../../src/creation.js';
import { DisposedError, ShapeError } from '../../src/errors.js';
import {
  Conv2d,
  Dropout,
  Linear,
  Module,
  parameter,
  ReLU,
  Sequential,
} from '../../src/layers/index.js';
import { add } from '../../src/ops/zip/functions.js';
import { Adam } from '../../src/optimizers/adam.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectError, expectNothingLeft } from '../support/memory.js';

class Block extends Module {
  readonly scale = parameter([2], (weight) => weight.assign([1, 2]));
  readonly branches: Module[] = [new Linear(2, 2), new Sequential(new ReLU(), new Linear(2, 2))];
  readonly dropout = new Dropout(0.5);
  readonly name = 'block';

  override forward(x: Tensor): Tensor {
    return this.dropout.forward(
      this.branches.map((branch) => branch.forward(x)).reduce((a, b) => add(a, b)),
    );
  }
}

class Net extends Module {
  readonly stem = new Linear(3, 2, { bias: false });
  readonly blocks = [new Block(), new Block()];

  override forward(x: Tensor): Tensor {
    return this.blocks.reduce((value, block) => block.forward(value), this.stem.forward(x));
  }
}

const BLOCK_PATHS = [
  'scale',
  'branches.0.weight',
  'branches.0.bias',
  'branches.1.1.weight',
  'branches.1.1.bias',
];

function withNet(body: (net: Net) => void): void {
  expectNothingLeft(() => {
    const net = new Net();
    body(net);
    net.dispose();
  });
}

describe('a class of modules in properties and arrays', () => {
  test('names its parameters by their paths', () =>
    withNet((net) => {
      const paths = [
        'stem.weight',
        ...[0, 1].flatMap((i) => BLOCK_PATHS.map((path) => `blocks.${i}.${path}`)),
      ];
      expect(net.namedParameters().map(([path]) => path)).toEqual(paths);
      expect(net.parameters()).toEqual(net.namedParameters().map(([, value]) => value));
      expect([...net.stateDict().keys()]).toEqual(paths);
    }));

  test('passes train and eval on to every layer', () =>
    withNet((net) => {
      const modes = () =>
        [net, ...net.blocks, ...net.blocks.map((b) => b.dropout)].map((m) => m.training);
      expect(modes()).toEqual([true, true, true, true, true]);
      expect(net.eval()).toBe(net);
      expect(modes()).toEqual([false, false, false, false, false]);
      expect(net.train()).toBe(net);
      expect(modes()).toEqual([true, true, true, true, true]);
    }));

  test('predicts in evaluation mode and puts back the mode of every layer', () =>
    withNet((net) => {
      net.blocks[0]!.dropout.eval();
      scope(() => {
        const x = ones([4, 3]);
        const first = net.predict(x).data();
        expect(net.predict(x).data()).toEqual(first);
        expect([net.training, ...net.blocks.map((b) => b.dropout.training)]).toEqual([
          true,
          false,
          true,
        ]);
        net.eval();
        expect(net.forward(x).data()).toEqual(first);
        net.predict(x);
        expect(net.training).toBe(false);
      });
    }));

  test('tells a module with a train() of its own that it predicts, and its mode after it', () => {
    class Watching extends ReLU {
      readonly calls: boolean[] = [];
      override train(training = true): this {
        this.calls.push(training);
        return super.train(training);
      }
    }
    const watching = new Watching();
    const net = new Sequential(watching);
    scope(() => net.predict(ones([2])));
    expect(watching.calls).toEqual([false, true]);
    expect(watching.training).toBe(true);
    scope(() => net.eval().predict(ones([2])));
    expect(watching.calls.slice(2)).toEqual([false, false, false]);
    expect(watching.training).toBe(false);
  });

  test('puts the mode back when the prediction fails, too', () =>
    withNet((net) => {
      scope(() => expect(() => net.predict(ones([4, 5]))).toThrow(ShapeError));
      expect([net.training, net.blocks[1]!.dropout.training]).toEqual([true, true]);
    }));

  test('cannot be saved without a signature', () =>
    withNet((net) =>
      expect(() => net.config()).toThrow(
        'Net: the class has no static signature of its own: a model that holds it cannot be saved',
      ),
    ));
});

describe('a tensor in a property', () => {
  class Own extends Module {
    weight = tensor([1, 2], undefined, { requiresGrad: true });
    readonly constant = tensor([3]);
    seen: Tensor | undefined;

    override forward(x: Tensor): Tensor {
      this.seen = add(x, this.weight);
      return this.seen;
    }
  }
  const paths = (module: Module) => module.namedParameters().map(([path]) => path);

  test('is a parameter if it requires a gradient and is not the result of an op', () => {
    expectNothingLeft(() => {
      const own = new Own();
      expect(paths(own)).toEqual(['weight']);
      scope(() => {
        own.forward(ones([2]));
        expect(paths(own)).toEqual(['weight']);
      });
      // The result was freed with its scope; an optimizer takes the parameters all the same.
      expect(own.seen!.isDisposed).toBe(true);
      expect(paths(own)).toEqual(['weight']);
      new Adam(own.parameters()).dispose();
      own.dispose();
      expect(own.constant.isDisposed).toBe(true);
    });
  });

  test('stays a parameter when it is frozen, as one made by parameter() does from the beginning', () => {
    const own = new Own();
    const linear = new Linear(1, 1);
    linear.weight.requiresGrad = false;
    expect(paths(linear)).toEqual(['weight', 'bias']);
    expect(paths(own)).toEqual(['weight']);
    own.weight.requiresGrad = false;
    expect(paths(own)).toEqual(['weight']);
    for (const module of [own, linear]) module.dispose();
  });

  test('that was freed with its scope is named wherever it is used', () => {
    class Net extends Module {
      readonly blocks: Module[] = [new ReLU(), scope(() => [new Own()])[0]!];
      override forward(x: Tensor): Tensor {
        return this.blocks[1]!.forward(x);
      }
    }
    const net = new Net();
    const message = /the parameter blocks\.1\.weight of shape \[2\] was used after it was disposed/;
    expect(() => new Adam(net.parameters())).toThrow(message);
    expect(() => net.stateDict()).toThrow(message);
    scope(() => expect(() => net.forward(ones([2]))).toThrow(message));
  });
});

test('a parameter whose initial values cannot be computed is freed', () =>
  expectNothingLeft(() => {
    const fail = () => {
      throw new Error('no values');
    };
    expect(() => parameter([3], fail)).toThrow('no values');
  }));

test('a parameter that two layers share is one parameter, with the first path', () => {
  const shared = new Linear(2, 2);
  const model = new Sequential(shared, new ReLU(), shared);
  expect(model.parameters()).toEqual([shared.weight, shared.bias]);
  expect(model.namedParameters().map(([path]) => path)).toEqual(['0.weight', '0.bias']);
  model.dispose();
});

describe('stateDict', () => {
  test('copies: later changes of the model do not show', () =>
    withNet((net) => {
      const state = net.stateDict();
      const before = state.get('stem.weight')!.data.slice();
      net.stem.weight.assign(new Float32Array(6));
      expect(state.get('stem.weight')!.data).toEqual(before);
      net.loadStateDict(state);
      expect(net.stem.weight.data()).toEqual(before);
    }));

  test('marks the parameters that it overwrites as changed', () =>
    withNet((net) =>
      scope(() => {
        const y = net.forward(ones([1, 3]));
        net.loadStateDict(net.stateDict());
        expect(() => y.backward(ones([1, 2]))).toThrow('changed in place');
      }),
    ));
});

describe('loadStateDict refuses, and changes nothing', () => {
  type State = ReturnType<Module['stateDict']>;
  const entry = (values: number[], ...shape: number[]) => ({
    shape,
    data: Float32Array.from(values),
  });

  test.each<[string, (state: State) => void, string]>([
    [
      'a missing parameter',
      (s) => s.delete('1.bias'),
      'loadStateDict: 1.bias: expected shape [3], got nothing',
    ],
    [
      'a superfluous one',
      (s) => s.set('1.gamma', entry([1], 1)),
      'loadStateDict: 1.gamma: the model has no such parameter or buffer',
    ],
    [
      'another shape',
      (s) => s.set('1.bias', entry([1, 2], 2)),
      'loadStateDict: 1.bias: expected shape [3], got [2]',
    ],
    [
      'another rank',
      (s) => s.set('1.bias', entry([1, 2, 3], 3, 1)),
      'loadStateDict: 1.bias: expected shape [3], got [3,1]',
    ],
    [
      'data that do not fill the shape',
      (s) => s.set('1.bias', entry([1, 2], 3)),
      'loadStateDict: 1.bias: expected shape [3], got [3] with 2 values',
    ],
  ])('%s', (_, change, message) => {
    const model = new Sequential(new Linear(2, 2), new Linear(2, 3));
    const before = model.stateDict();
    const state: State = new Map(
      [...before].map(([path, { shape, data }]) => [path, { shape, data: data.map((v) => v + 1) }]),
    );
    change(state);
    expectError(() => model.loadStateDict(state), ShapeError, message);
    expect(model.stateDict()).toEqual(before);
    model.dispose();
  });

  test('a model with a disposed parameter', () => {
    const model = new Sequential(new Linear(2, 2), new Linear(2, 3));
    const state = model.stateDict();
    const before = model.parameters()[0]!.data();
    model.parameters()[3]!.dispose();
    for (const { data } of state.values()) data.fill(7);
    expect(() => model.loadStateDict(state)).toThrow(DisposedError);
    expect(model.parameters()[0]!.data()).toEqual(before);
    model.dispose();
  });
});

describe('Sequential', () => {
  test('names its layers by their place, and nests', () => {
    const model = new Sequential(new ReLU(), new Sequential(new Linear(1, 1), new Conv2d(1, 1, 1)));
    expect(model.namedParameters().map(([path]) => path)).toEqual([
      '1.0.weight',
      '1.0.bias',
      '1.1.weight',
      '1.1.bias',
    ]);
    model.dispose();
  });

  test('without layers is the identity', () =>
    scope(() => {
      const x = tensor([1]);
      expect(new Sequential().forward(x)).toBe(x);
    }));

  test.each([
    [zeros, 'a function'],
    [undefined, 'undefined'],
    [{ forward: () => 1 }, 'an object'],
  ])('refuses what is no layer: %s', (value, got) => {
    expect(() => new Sequential(new ReLU(), value as unknown as Module)).toThrow(
      new TypeError(`Sequential: layer 1: expected a Module, got ${got}`),
    );
  });
});
