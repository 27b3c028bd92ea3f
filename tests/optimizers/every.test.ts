import { describe, expect, test } from 'vitest';
import {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  linear,
  Lion,
  mse,
  NAdam,
  type Optimizer,
  RAdam,
  RMSprop,
  scope,
  SGD,
  type Tensor,
} from '../../src/index.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { keep } from '../../src/tensor.js';
import { randomValues } from '../support/random.js';
import { floats } from '../support/tensors.js';
import { expectAllFreed } from './freed.js';

const SEED = 8;

/** y = 2 x₀ − 3 x₁ + 0.5, to be found by a dense layer. */
class Regression {
  readonly weight = parameter([0.25, 0.25], [2, 1]);
  readonly bias = parameter([0], [1]);
  readonly params = [this.weight, this.bias];
  readonly #x = randomValues(32, new Random(SEED));

  /** One full-batch step. @returns the loss before it */
  step(optimizer: Optimizer): number {
    return scope(() => {
      const x = floats(this.#x, [16, 2]);
      const target = Array.from({ length: 16 }, (_, i) => {
        return 2 * this.#x[2 * i]! - 3 * this.#x[2 * i + 1]! + 0.5;
      });
      optimizer.zeroGrad();
      const loss = mse(linear(x, this.weight, this.bias), floats(target, [16, 1]));
      loss.backward();
      optimizer.step();
      return loss.item();
    });
  }

  values(): number[] {
    return this.params.flatMap((p) => [...p.data()]);
  }

  dispose(): void {
    for (const p of this.params) p.dispose();
  }
}

function parameter(values: number[], shape: number[]): Tensor {
  const result = keep(floats(values, shape));
  result.requiresGrad = true;
  return result;
}

expectAllFreed();

/** `decay`: what the rate is multiplied by in each step, where steps do not shrink by themselves. */
const OPTIMIZERS: {
  name: string;
  make: (params: Tensor[]) => Optimizer;
  decay?: number;
}[] = [
  { name: 'SGD', make: (params) => new SGD(params, { lr: 0.5 }) },
  { name: 'SGD with momentum', make: (params) => new SGD(params, { lr: 0.1, momentum: 0.9 }) },
  {
    name: 'SGD with Nesterov momentum',
    make: (params) => new SGD(params, { lr: 0.1, momentum: 0.9, nesterov: true }),
  },
  { name: 'Adadelta', make: (params) => new Adadelta(params, { lr: 0.5, eps: 1 }) },
  { name: 'Adam', make: (params) => new Adam(params, { lr: 0.1 }) },
  { name: 'AdamW', make: (params) => new AdamW(params, { lr: 0.1, weightDecay: 1e-4 }) },
  { name: 'Adam, amsgrad', make: (params) => new Adam(params, { lr: 0.1, amsgrad: true }) },
  {
    name: 'Adam in groups',
    make: (params) => {
      const groups = params.map((p) => ({ params: [p], lr: 0.05 }));
      return new Adam(groups, { lr: 0.1 });
    },
  },
  { name: 'Adagrad', make: (params) => new Adagrad(params, { lr: 0.5 }) },
  { name: 'Adamax', make: (params) => new Adamax(params, { lr: 0.1 }) },
  { name: 'NAdam', make: (params) => new NAdam(params, { lr: 0.1 }) },
  { name: 'RAdam', make: (params) => new RAdam(params, { lr: 0.1 }) },
  {
    name: 'RMSprop',
    make: (params) => new RMSprop(params, { lr: 0.2, centered: true }),
    decay: 0.97,
  },
  {
    name: 'RMSprop with momentum',
    make: (params) => new RMSprop(params, { lr: 0.1, momentum: 0.5 }),
    decay: 0.97,
  },
  { name: 'Lion', make: (params) => new Lion(params, { lr: 0.2 }), decay: 0.97 },
];

describe.each(OPTIMIZERS)('$name', ({ make, decay = 1 }) => {
  test(`fits a line (seed ${SEED})`, () => {
    const model = new Regression();
    const optimizer = make(model.params);
    let loss = Infinity;
    for (let i = 0; i < 400; i++) {
      loss = model.step(optimizer);
      optimizer.lr *= decay;
    }
    expect(loss).toBeLessThan(1e-5);
    const [w0, w1, b] = model.values() as [number, number, number];
    expect([w0, w1, b].map((value) => Math.round(100 * value) / 100)).toEqual([2, -3, 0.5]);
    model.dispose();
    optimizer.dispose();
  });

  test('goes on with the same bits from a saved state', () => {
    const model = new Regression();
    const optimizer = make(model.params);
    for (let i = 0; i < 3; i++) model.step(optimizer);
    optimizer.lr *= 0.5;
    const { tensors, numbers } = optimizer.state();
    const weights = model.params.map((p) => p.data());
    for (let i = 0; i < 3; i++) model.step(optimizer);

    const other = new Regression();
    other.params.forEach((p, i) => p.assign(weights[i]!));
    const resumed = make(other.params);
    resumed.loadState({ tensors, numbers: JSON.parse(JSON.stringify(numbers)) as typeof numbers });
    for (let i = 0; i < 3; i++) other.step(resumed);
    expect(other.values()).toEqual(model.values());
    expect(resumed.state()).toEqual(optimizer.state());
    for (const used of [model, other, optimizer, resumed]) used.dispose();
  });

  test('goes back to its beginning', () => {
    const model = new Regression();
    const optimizer = make(model.params);
    const beginning = optimizer.state();
    const initial = model.params.map((p) => p.data());
    model.step(optimizer);
    const once = model.values();
    optimizer.loadState(beginning);
    model.params.forEach((p, i) => p.assign(initial[i]!));
    model.step(optimizer);
    expect(model.values()).toEqual(once);
    model.dispose();
    optimizer.dispose();
  });

  test('allocates nothing after the first step, which may lie in a scope', () => {
    const model = new Regression();
    const optimizer = make(model.params);
    model.step(optimizer);
    const { blocksInUse, bytesInUse } = runtime().heap;
    for (let i = 0; i < 20; i++) model.step(optimizer);
    expect(runtime().heap.blocksInUse).toBe(blocksInUse);
    expect(runtime().heap.bytesInUse).toBe(bytesInUse);
    model.dispose();
    optimizer.dispose();
  });

  test('a parameter without a gradient is left alone', () => {
    const [used, unused] = [parameter([1], [1]), parameter([2], [1])];
    const optimizer = make([used, unused]);
    scope(() => {
      used.grad = keep(floats([1]));
      optimizer.step();
    });
    expect(used.item()).toBeLessThan(1);
    expect(unused.item()).toBe(2);
    expect([used.version, unused.version]).toEqual([1, 0]);
    expect(Object.keys(optimizer.state().numbers)).toEqual(['lr', 'step.0']);
    for (const value of [used, unused, optimizer]) value.dispose();
  });

  test('parameters that join later are updated as if alone, each by its own count of steps', () => {
    const values = [1, -2, 3, 0.5, 4];
    const alone = values.map((value, i) => {
      const p = parameter([value], [1]);
      const optimizer = make([p]);
      for (let t = i % 3; t < 4; t++) stepWith(optimizer, [p], (value + t) / 4);
      return finish(optimizer, [p])[0]!;
    });
    const params = values.map((value) => parameter([value], [1]));
    const optimizer = make(params);
    for (let t = 0; t < 4; t++) {
      params.forEach((p, i) => {
        if (t >= i % 3) p.grad = keep(floats([(values[i]! + t) / 4]));
      });
      optimizer.step();
      optimizer.zeroGrad();
    }
    expect(finish(optimizer, params)).toEqual(alone);
  });
});

/** One step with the same gradient for all parameters. */
function stepWith(optimizer: Optimizer, params: Tensor[], gradient: number): void {
  for (const p of params) p.grad = keep(floats([gradient]));
  optimizer.step();
  optimizer.zeroGrad();
}

/** The values of parameters of one element; everything is freed. */
function finish(optimizer: Optimizer, params: Tensor[]): number[] {
  const values = params.map((p) => p.item());
  for (const used of [optimizer, ...params]) used.dispose();
  return values;
}
