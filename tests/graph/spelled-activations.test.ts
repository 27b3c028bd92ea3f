import { describe, expect, test } from 'vitest';
import { tensor, ones } from '../../src/creation.js';
import { spelledActivations } from '../../src/graph/passes/spelled-activations.js';
import {
  clip,
  hardtanh,
  relu,
  relu6,
  sigmoid,
  softplus,
  tanh,
} from '../../src/ops/map/activations.js';
import { abs, erf, exp, log, log1p, neg, reciprocal, square } from '../../src/ops/map/functions.js';
import { add, div, maximum, minimum, mul, pow, sub } from '../../src/ops/zip/functions.js';
import { prelu } from '../../src/ops/zip/select.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { modelOf, pictures, textsOf } from './support.js';

type Spelling = (x: Tensor) => Tensor;
const slopes = () => tensor([0.5, -0.25, 2]);
const below = (x: Tensor) => relu(neg(x));
const phi = (x: Tensor) => add(erf(div(x, 1.41421354)), 1);
const cubed = (x: Tensor, cube: Tensor) =>
  add(tanh(mul(add(x, mul(0.044715, cube)), 0.79788458)), 1);

const SPELLINGS: Readonly<Record<string, readonly Spelling[]>> = {
  relu: [
    (x) => clip(x, 0, Infinity),
    (x) => maximum(x, 0),
    (x) => maximum(0, x),
    (x) => hardtanh(x, 0, Infinity),
  ],
  relu6: [
    (x) => clip(x, 0, 6),
    (x) => minimum(relu(x), 6),
    (x) => relu(minimum(x, 6)),
    (x) => minimum(maximum(x, 0), 6),
  ],
  square: [(x) => mul(x, x), (x) => pow(x, 2)],
  sigmoid: [(x) => div(1, add(exp(neg(x)), 1)), (x) => reciprocal(add(1, exp(neg(x))))],
  silu: [(x) => mul(x, sigmoid(x)), (x) => mul(sigmoid(x), x), (x) => div(x, add(1, exp(neg(x))))],
  softplus: [(x) => log(add(exp(x), 1)), (x) => log1p(exp(x))],
  mish: [(x) => mul(x, tanh(softplus(x))), (x) => mul(tanh(log(add(exp(x), 1))), x)],
  softsign: [(x) => div(x, add(1, abs(x)))],
  hardSigmoid: [
    (x) => div(relu6(add(x, 3)), 6),
    (x) => mul(clip(add(3, x), 0, 6), 0.16666667),
    (x) => clip(add(mul(x, 0.16666667), 0.5), 0, 1),
  ],
  hardSwish: [
    (x) => mul(x, div(relu6(add(x, 3)), 6)),
    (x) => div(mul(x, relu6(add(x, 3))), 6),
    (x) => mul(mul(x, 0.16666667), clip(sub(x, -3), 0, 6)),
    (x) => mul(clip(add(div(x, 6), 0.5), 0, 1), x),
  ],
  gelu: [
    (x) => mul(mul(x, 0.5), phi(x)),
    (x) => mul(x, mul(0.5, phi(x))),
    (x) => div(mul(phi(x), x), 2),
    (x) => mul(mul(x, phi(x)), tensor([0.5])),
    (x) => mul(mul(0.5, x), cubed(x, pow(x, 3))),
    (x) => mul(mul(0.5, x), cubed(x, mul(x, mul(x, x)))),
    (x) => mul(x, mul(cubed(x, mul(square(x), x)), 0.5)),
  ],
  leakyRelu: [
    (x) => maximum(x, mul(x, 0.25)),
    (x) => prelu(x, tensor([0.25])),
    (x) => add(relu(x), mul(minimum(x, 0), 0.25)),
    (x) => sub(relu(x), mul(below(x), 0.25)),
    (x) => add(relu(x), mul(-0.25, below(x))),
  ],
  prelu: [
    (x) => add(relu(x), mul(slopes(), minimum(x, 0))),
    (x) => sub(relu(x), mul(slopes(), below(x))),
    (x) => add(relu(x), mul(slopes(), below(x))),
    (x) => add(neg(mul(below(x), slopes())), relu(x)),
    (x) => add(relu(x), mul(slopes(), neg(below(x)))),
    (x) => add(relu(x), mul(mul(slopes(), sub(x, abs(x))), 0.5)),
    (x) => add(relu(x), mul(slopes(), mul(sub(x, abs(x)), 0.5))),
  ],
};

describe.each(Object.entries(SPELLINGS))('%s', (op, spellings) => {
  test.each(spellings.map((spelling) => [String(spelling).slice(7), spelling] as const))(
    '%s',
    (_, spelling) => {
      scope(() => {
        const { after } = textsOf(modelOf(spelling), pictures(2, 5, 3), spelledActivations, 1e-4);
        expect(after.split('\n')).toHaveLength(3);
        expect(after).toMatch(new RegExp(`^%1 = ${op}\\(%0`, 'm'));
      });
    },
  );
});

test.each<[string, Spelling]>([
  ['another factor', (x) => mul(x, sigmoid(mul(x, 1.702)))],
  ['another operand', (x) => mul(neg(x), sigmoid(x))],
  ['another bound', (x) => clip(x, 0, 5)],
  ['a slope above 1', (x) => maximum(x, mul(x, 1.5))],
  ['slopes that nobody knows', (x) => add(relu(x), mul(x, minimum(x, 0)))],
  ['slopes that repeat x', (x) => add(relu(x), mul(ones([4, 2, 5, 3]), minimum(x, 0)))],
  ['a half that repeats x', (x) => mul(mul(x, phi(x)), mul(ones([4, 2, 5, 3]), 0.5))],
])('%s is none', (_, spelling) => {
  scope(() => {
    const { before, after } = textsOf(modelOf(spelling), pictures(2, 5, 3), spelledActivations);
    expect(after).toBe(before);
  });
});
