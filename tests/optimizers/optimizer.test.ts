import { describe, expect, test } from 'vitest';
import {
  Adadelta,
  Adam,
  AdamW,
  add,
  keep,
  mse,
  type Optimizer,
  type OptimizerState,
  parameter,
  scope,
  SGD,
  ShapeError,
  type Tensor,
} from '../../src/index.js';
import { floats } from '../support/tensors.js';
import { expectAllFreed } from './freed.js';

expectAllFreed();

describe('Optimizer', () => {
  const withTwo = (body: (optimizer: Optimizer, p: Tensor, q: Tensor) => void) => {
    scope(() => {
      using optimizer = new Adam([floats([1, 2]), floats([3], [1, 1])]);
      body(optimizer, optimizer.params[0]!, optimizer.params[1]!);
    });
  };

  test('zeroGrad frees the gradients', () => {
    withTwo((optimizer, p) => {
      const grad = floats([1, 1]);
      p.grad = grad;
      optimizer.zeroGrad();
      expect(p.grad).toBeUndefined();
      expect(grad.isDisposed).toBe(true);
    });
  });

  test('lr is set between steps, and checked', () => {
    withTwo((optimizer, p) => {
      expect(optimizer.lr).toBe(1e-3);
      optimizer.lr = 0;
      p.grad = floats([1, 1]);
      optimizer.step();
      expect(p.toArray()).toEqual([1, 2]);
      expect(() => (optimizer.lr = -1)).toThrow(
        new RangeError('Adam: lr: expected a number ≥ 0, got -1'),
      );
      expect(optimizer.lr).toBe(0);
    });
  });

  test('a step between forward and backward is noticed', () => {
    scope(() => {
      const [p, x] = [floats([1]), floats([1])];
      p.requiresGrad = true;
      using optimizer = new SGD([p], { lr: 1 });
      const loss = mse(p, x);
      p.grad = floats([1]);
      optimizer.step();
      expect(() => loss.backward()).toThrow('an input was changed in place');
    });
  });

  test('a gradient of another shape is refused before anything is changed', () => {
    withTwo((optimizer, p, q) => {
      p.grad = floats([1, 1]);
      q.grad = floats([1, 1]);
      expect(() => optimizer.step()).toThrow(
        new ShapeError('Adam: step: grad: expected shape [1,1], got [2]'),
      );
      expect(p.toArray()).toEqual([1, 2]);
      expect(optimizer.state().numbers).toEqual({ lr: 1e-3 });
    });
  });

  test('the parameters are checked', () => {
    scope(() => {
      const [a, b] = [floats([1]), floats([1])];
      b.requiresGrad = true;
      const cases = [
        [[], RangeError, 'expected at least one parameter, got none', ''],
        [[a, b, a], RangeError, 'expected distinct parameters, got params[0] again', '[2]'],
        [[a, add(a, b)], TypeError, 'expected a leaf, got the result of an op', '[1]'],
        [[a, 1], TypeError, 'expected a Tensor, got 1', '[1]'],
        [a, TypeError, 'expected an array of tensors, got a Tensor', ''],
      ] as const;
      for (const [params, type, message, index] of cases) {
        expect(() => new SGD(params as never, { lr: 1 })).toThrow(
          new type(`SGD: params${index}: ${message}`),
        );
      }
    });
  });

  test('a generator of parameters is read once', () => {
    scope(() => {
      const params = [floats([1]), floats([2])];
      using optimizer = new SGD(params.values(), { lr: 1 });
      expect(optimizer.params).toEqual(params);
    });
  });

  test('a state that does not fit is refused, and nothing is changed', () => {
    withTwo((optimizer, p, q) => {
      p.grad = floats([1, 1]);
      q.grad = floats([1], [1, 1]);
      optimizer.step();
      const before = optimizer.state();
      const { numbers, tensors } = before;
      const without = new Map(tensors);
      without.delete('m.1');
      const short = { shape: [2], data: new Float32Array(1) };
      const cases = [
        [{ tensors, numbers: {} }, 'lr: expected a number ≥ 0, got undefined'],
        [{ tensors, numbers: { ...numbers, lr: 7, 'step.1': 1.5 } }, 'step.1: expected an integer'],
        [{ tensors: without, numbers }, 'm.1: expected shape [1,1], got nothing'],
        [
          { tensors: new Map(tensors).set('v.0', short), numbers },
          'v.0: expected shape [2], got [2] of 1 values',
        ],
        [
          { tensors: new Map(tensors).set('velocity.0', tensors.get('m.0')!), numbers },
          'velocity.0: expected no such entry for these parameters and options',
        ],
        [{ tensors, numbers: { ...numbers, 'step.2': 1 } }, 'step.2: expected no such entry'],
      ] as const;
      for (const [state, message] of cases) {
        expect(() => optimizer.loadState(state)).toThrow(`Adam: loadState: ${message}`);
        expect(optimizer.state()).toEqual(before);
      }
    });
  });

  test.each<[string, (params: Tensor[]) => Optimizer, (params: Tensor[]) => Optimizer, string]>([
    [
      'momentum',
      (p) => new SGD(p, { lr: 1, momentum: 0.9 }),
      (p) => new SGD(p, { lr: 1, momentum: 0.8 }),
      'SGD: loadState: momentum: the state is of 0.9, this optimizer has 0.8',
    ],
    [
      'look-ahead',
      (p) => new SGD(p, { lr: 1, momentum: 0.9, nesterov: true }),
      (p) => new SGD(p, { lr: 1, momentum: 0.9 }),
      'SGD: loadState: nesterov: the state is of true, this optimizer has false',
    ],
    [
      'kind',
      (p) => new Adam(p),
      (p) => new AdamW(p, { weightDecay: 0 }),
      'AdamW: loadState: name: the state is of "Adam", this optimizer has "AdamW"',
    ],
    [
      'eps',
      (p) => new Adadelta(p, { eps: 1e-7 }),
      (p) => new Adadelta(p),
      'Adadelta: loadState: eps: the state is of 1e-7, this optimizer has 0.000001',
    ],
  ])('a state of another %s is refused; its learning rate is taken', (_, from, to, message) => {
    const p = parameter([1], (weight) => weight.assign([1]));
    p.grad = keep(floats([1]));
    using first = from([p]);
    using other = to([p]);
    using same = from([p]);
    first.step();
    first.lr = 0.25;
    // Through JSON, as a user's own file has it.
    const { tensors, numbers, config } = first.state();
    const plain = JSON.parse(JSON.stringify({ numbers, config })) as OptimizerState;
    const state = { ...plain, tensors };
    expect(() => other.loadState(state)).toThrow(new RangeError(message));
    expect(other.state().numbers).toEqual({ lr: other.lr });
    same.loadState(state);
    expect(same.state()).toEqual(first.state());
    p.dispose();
  });

  test('after dispose it refuses to work; the parameters stay', () => {
    withTwo((optimizer, p) => {
      p.grad = floats([1, 1]);
      optimizer.step();
      optimizer.dispose();
      optimizer.dispose();
      expect(() => optimizer.step()).toThrow('Adam: step: the optimizer was used after dispose()');
      expect(p.isDisposed).toBe(false);
    });
  });
});
