import { expect, test } from 'vitest';
import { Adam, AdamW, NAdam, RMSprop, scope, SGD, type Tensor } from '../../src/index.js';
import { floats } from '../support/tensors.js';

const withGrad = (value: number, grad: number): Tensor => {
  const p = floats([value]);
  p.grad = floats([grad]);
  return p;
};

test('a group has a learning rate and a weight decay of its own; a new rate keeps their ratio', () => {
  scope(() => {
    const [a, b] = [withGrad(1, 1), withGrad(1, 1)];
    const groups = [{ params: [a] }, { params: [b], lr: 0.25, weightDecay: 1 }];
    using optimizer = new SGD(groups, { lr: 0.5 });
    expect(optimizer.params).toEqual([a, b]);
    optimizer.step();
    expect([a.item(), b.item()]).toEqual([1 - 0.5, 1 - 0.25 * 2]);
    optimizer.lr = 0.125;
    optimizer.step();
    expect([a.item(), b.item()]).toEqual([0.5 - 0.125, 0.5 - 0.0625 * 1.5]);
  });
});

test('a rate of 0 stops all groups', () => {
  scope(() => {
    const p = withGrad(1, 1);
    using optimizer = new SGD([{ params: [p], lr: 0.25 }], { lr: 0.5 });
    optimizer.lr = 0;
    optimizer.step();
    expect(p.item()).toBe(1);
  });
});

test('config says what sets groups apart; a state of other groups is refused', () => {
  scope(() => {
    const make = (...shares: number[]) => {
      const groups = shares.map((share) => ({ params: [floats([1])], lr: 0.5 * share }));
      return new AdamW(groups, { lr: 0.5, eps: 0.25 });
    };
    using optimizer = make(1, 0.5);
    expect(optimizer.config()).toEqual({
      name: 'AdamW',
      beta1: Math.fround(0.9),
      beta2: Math.fround(0.999),
      eps: 0.25,
      weightDecay: 0.01,
      'params[0].count': 1,
      'params[0].lrShare': 1,
      'params[1].count': 1,
      'params[1].lrShare': 0.5,
    });
    using other = make(1, 0.25);
    expect(() => other.loadState(optimizer.state())).toThrow(
      new RangeError(
        'AdamW: loadState: params[1].lrShare: the state is of 0.5, this optimizer has 0.25',
      ),
    );
    using fewer = make(1);
    expect(() => fewer.loadState(optimizer.state())).toThrow(
      new RangeError(
        'AdamW: loadState: params[1].count: the state is of 1, this optimizer has undefined',
      ),
    );
  });
});

test('a state with a setting that is not known is refused', () => {
  scope(() => {
    using optimizer = new Adam([floats([1])]);
    const { config, ...state } = optimizer.state();
    const newer = { ...state, config: { ...config, foreach: true } };
    expect(() => optimizer.loadState(newer)).toThrow(
      new RangeError(
        'Adam: loadState: foreach: the state is of true, this optimizer has undefined',
      ),
    );
  });
});

test('NAdam goes on with the same bits from any step, also backwards', () => {
  scope(() => {
    const p = withGrad(1, 0.5);
    using optimizer = new NAdam([p], { lr: 0.1 });
    const saved = [0, 1, 2, 3, 4].map(() => {
      optimizer.step();
      return [optimizer.state(), p.item()] as const;
    });
    optimizer.loadState(saved[1]![0]);
    p.assign([saved[1]![1]]);
    optimizer.step();
    expect(p.item()).toBe(saved[2]![1]);
  });
});

test('what an optimizer keeps has its names', () => {
  scope(() => {
    const namesOf = (options: object) => {
      using optimizer = new RMSprop([withGrad(1, 1)], options);
      optimizer.step();
      return [...optimizer.state().tensors.keys()];
    };
    expect(namesOf({})).toEqual(['v.0']);
    expect(namesOf({ centered: true, momentum: 0.5 })).toEqual(['m.0', 'v.0', 'velocity.0']);
  });
});

test('errors of groups', () => {
  scope(() => {
    const p = floats([1]);
    const make = (params: unknown, lr = 1) => new SGD(params as Tensor[], { lr });
    const cases: [unknown, Error, number?][] = [
      [
        [{ params: [] }],
        new RangeError('SGD: params[0]: params: expected at least one parameter, got none'),
      ],
      [
        [{ params: 3 }],
        new TypeError('SGD: params[0]: params: expected an array of tensors, got 3'),
      ],
      [
        [{ params: [p] }, { params: [p] }],
        new RangeError(
          'SGD: params[1].params[0]: expected distinct parameters, got params[0].params[0] again',
        ),
      ],
      [
        [{ params: [p], rate: 1 }],
        new TypeError(
          'SGD: params[0]: expected params, lr, momentum, dampening, nesterov, weightDecay, maximize, got rate',
        ),
      ],
      [[{ params: [p] }, p], new TypeError('SGD: params[1]: expected an object, got a Tensor')],
      [
        [{ params: [p], lr: -1 }],
        new RangeError('SGD: params[0]: lr: expected a number ≥ 0, got -1'),
      ],
      [
        [{ params: [p], lr: 1 }],
        new RangeError('SGD: params[0]: lr: expected none where that of all is 0, got 1'),
        0,
      ],
    ];
    for (const [params, error, lr] of cases) expect(() => make(params, lr)).toThrow(error);
    expect(() => new SGD([p], { lr: 1, maximize: 1 as never })).toThrow(
      new TypeError('SGD: maximize: expected true or false, got 1'),
    );
  });
});
