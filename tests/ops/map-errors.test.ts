import { test } from 'vitest';
import * as library from '../../src/index.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectError } from '../support/memory.js';
import { floats } from '../support/tensors.js';

test.each<[(x: Tensor) => Tensor, typeof TypeError, string]>([
  ...(['clip', 'hardtanh'] as const).flatMap((name) =>
    (
      [
        [1, 0, RangeError, `max: expected a number of at least 1, got 0`],
        [NaN, 0, RangeError, `min: expected a number, got NaN`],
        [0, NaN, RangeError, `max: expected a number of at least 0, got NaN`],
        [0, -Infinity, RangeError, `max: expected a number of at least 0, got -Infinity`],
        ['0', 1, TypeError, `min: expected a number, got "0"`],
        [0, null, TypeError, `max: expected a number of at least 0, got null`],
      ] as [number, number, typeof TypeError, string][]
    ).map(([min, max, kind, message]): [(x: Tensor) => Tensor, typeof TypeError, string] => [
      (x) => library[name](x, min, max),
      kind,
      `${name}: ${message}`,
    ]),
  ),
  ...(
    [
      ['celu', 'alpha', 'a finite number above 0', [0, -1, NaN, Infinity]],
      ['elu', 'alpha', 'a finite number of at least 0', [-1, NaN, Infinity]],
      ['hardShrink', 'lambda', 'a finite number of at least 0', [-1, NaN, Infinity]],
      ['hardSigmoid', 'alpha', 'a finite number', [NaN, Infinity]],
      ['leakyRelu', 'slope', 'a finite number', [NaN, Infinity]],
      ['softplus', 'beta', 'a finite number above 0', [0, -1, NaN, Infinity]],
    ] as const
  ).flatMap(([name, argument, expected, values]) => [
    ...values.map((value): [(x: Tensor) => Tensor, typeof TypeError, string] => [
      (x) => library[name](x, value),
      RangeError,
      `${name}: ${argument}: expected ${expected}, got ${value}`,
    ]),
    [
      (x: Tensor) => library[name](x, '0.1' as never),
      TypeError,
      `${name}: ${argument}: expected ${expected}, got "0.1"`,
    ] as [(x: Tensor) => Tensor, typeof TypeError, string],
  ]),
  [
    (x) => library.hardSigmoid(x, 1, NaN),
    RangeError,
    'hardSigmoid: beta: expected a finite number, got NaN',
  ],
  [
    (x) => library.threshold(x, NaN, 0),
    RangeError,
    'threshold: threshold: expected a finite number, got NaN',
  ],
  [
    (x) => library.threshold(x, 0, Infinity),
    RangeError,
    'threshold: value: expected a finite number, got Infinity',
  ],
  [
    (x) => library.softplus(x, 1, NaN),
    RangeError,
    'softplus: threshold: expected a finite number, got NaN',
  ],
  [
    (x) => library.gelu(x, 'sigmoid' as never),
    TypeError,
    `gelu: approximate: expected 'none' or 'tanh', got "sigmoid"`,
  ],
])('options that are refused: case %#', (call, kind, message) => {
  scope(() => {
    const x = floats([1]);
    expectError(() => call(x), kind, message);
  });
});
