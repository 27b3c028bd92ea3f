// Every number of these chapters against one worked out by hand; the comments say how.
import { describe, expect, test } from 'vitest';
import { classification } from '../../examples/lecture/classification.js';
import { regression } from '../../examples/lecture/regression.js';
import { expectNear } from './near.js';

describe('regression', () => {
  test('forward', () => {
    // Z¹: (0) − 4 + 1, 2 − 2 − 1, 1 + 2 + 3, −1 − 6 + 1, 3 − 2 + (0); A² = 0.5 · 6 − 1 · 1; loss (2 − 1)²
    expect(regression().steps.forward.values).toEqual({
      x: [2, 1, -1, 3, 1],
      'w = W¹': [1, -2, 1],
      'Z¹': [-3, -1, 6, -6, 1],
      'A¹': [0, 0, 6, 0, 1],
      'W²': [1, -1, 0.5, 2, -1],
      'A²': 2,
      y: 1,
      loss: 1,
    });
  });

  test('the factors of the chain', () => {
    const { filter, relu, loss } = regression().steps;
    // Z¹ᵢ = w₁ xᵢ₋₁ + w₂ xᵢ + w₃ xᵢ₊₁: x one place later, x, x one place earlier
    expect(filter.values['∂Z¹/∂W¹']).toEqual([
      [0, 2, 1, -1, 3],
      [2, 1, -1, 3, 1],
      [1, -1, 3, 1, 0],
    ]);
    // Z¹ is positive at the third and the fifth place
    expect(relu.values['∂A¹/∂Z¹']).toEqual([
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 1, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 1],
    ]);
    // 2 · (2 − 1) · W²
    expect(loss.values['∂loss/∂A¹']).toEqual([2, -2, 1, 4, -2]);
  });

  test('their product is what backward gives', () => {
    // 1 · third column − 2 · fifth column of ∂Z¹/∂W¹: 1 − 6, −1 − 2, 3 − 0; ∂loss/∂W² = A¹ · 2
    expect(regression().steps.chain.values).toEqual({
      '∂A¹/∂Z¹ · ∂loss/∂A¹': [0, 0, 1, 0, -2],
      'product of all three': [-5, -3, 3],
      'backward: ∂loss/∂W¹': [-5, -3, 3],
      'backward: ∂loss/∂W²': [0, 0, 12, 0, 2],
    });
  });

  test('and what finite differences give', () => {
    // A² = 0.5 (w₁ − w₂ + 3 w₃) − (3 w₁ + w₂) = −2.5 w₁ − 1.5 w₂ + 1.5 w₃ changes by 0.3125 and 0.1875 for h = 1/8:
    // losses (1 ∓ 0.3125)² and (1 ∓ 0.1875)², all exact in float32
    expect(regression().steps.differences.values.differences).toEqual([
      ['weight', 'loss(w + h)', 'loss(w − h)', 'difference / 2h'],
      ['w1', 0.47265625, 1.72265625, -5],
      ['w2', 0.66015625, 1.41015625, -3],
      ['w3', 1.41015625, 0.66015625, 3],
    ]);
  });

  test('a step of SGD lowers the loss', () => {
    const { values } = regression().steps.sgd;
    // w − 0.02 · [−5, −3, 3]; Z¹ = 1.1 + 1.94 + 2.82 and 3.3 − 1.94 where positive: A² = 0.5 · 5.86 − 1.36;
    // loss 0.57²
    expectNear(values['new w'], [1.1, -1.94, 0.94], 'new w');
    expectNear([values['new A²']], [1.57], 'new A²');
    expect(values['loss before']).toBe(1);
    expectNear([values['loss after']], [0.3249], 'loss after');
  });
});

describe('classification', () => {
  test('the loss is −log of the softmax probability', () => {
    const { softmax, loss } = classification().steps;
    // e to the power of ln 1, ln 2 and ln 5, divided by 8
    expectNear(softmax.values.softmax, [0.125, 0.25, 0.625], 'softmax');
    // −ln(1/4) = 2 ln 2
    expectNear([loss.values['−log of it']], [1.386294], '−log');
    expectNear([loss.values.crossEntropy], [1.386294], 'crossEntropy');
  });

  test('its gradient is softmax − onehot', () => {
    const { values } = classification().steps.gradient;
    expect(values.onehot).toEqual([0, 1, 0]);
    // 1/8, 2/8 − 1, 5/8
    expectNear(values.gradient, [0.125, -0.75, 0.625], 'gradient');
  });

  test('a batch has the mean, and each row its share of the gradient', () => {
    const { values } = classification().steps.batch;
    // ln 4 and ln 3; half of ln 12; half of the above and of 1/3 − 1, 1/3, 1/3
    expectNear(values.losses, [1.386294, 1.098612], 'losses');
    expectNear([values.mean], [1.242453], 'mean');
    const expected = [0.0625, -0.375, 0.3125, -0.333333, 0.166667, 0.166667];
    expectNear(values.gradient.flat(), expected, 'gradient');
  });

  test('steps of SGD lower the loss', () => {
    const [, ...rows] = classification().steps.sgd.values.steps;
    // logits −0.125, ln 2 + 0.75, ln 5 − 0.625 after one step: e to their power is 0.882497, 4.234000, 2.676307,
    // and ln of the sum 7.792804 is 2.053201. The others likewise, in double precision.
    const expected = [
      [0, 0.125, 0.25, 0.625, 1.386294],
      [1, 0.113245, 0.543322, 0.343433, 0.610054],
      [2, 0.084089, 0.713332, 0.202578, 0.337808],
      [3, 0.064807, 0.796512, 0.138681, 0.227513],
      [4, 0.052465, 0.843259, 0.104276, 0.170481],
      [5, 0.044053, 0.872812, 0.083135, 0.136035],
    ];
    expect(rows).toHaveLength(6);
    rows.forEach((row, step) => expectNear(row, expected[step]!, `step ${step}`));
  });
});
