// Every number of the lecture against one worked out by hand; the comments say how.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { classification } from '../examples/lecture/classification.js';
import type { Cell } from '../examples/lecture/chapter.js';
import { threeDimensional } from '../examples/lecture/colours.js';
import { learning } from '../examples/lecture/learning.js';
import { wholeNetwork } from '../examples/lecture/network.js';
import { oneDimensional } from '../examples/lecture/one-dimensional.js';
import { twoDimensional } from '../examples/lecture/pictures.js';
import { maxPooling } from '../examples/lecture/pooling.js';
import { chapterText } from '../examples/lecture/print.js';
import { regression } from '../examples/lecture/regression.js';
import { capabilities } from '../src/index.js';
import { expectClose } from './support/compare.js';

const chapters = {
  oneDimensional,
  twoDimensional,
  threeDimensional,
  maxPooling,
  wholeNetwork,
  regression,
  classification,
  learning,
};

/** Close to what was worked out to six decimals. */
function expectNear(actual: readonly Cell[], expected: readonly number[], label: string): void {
  expectClose(actual.map(Number), expected, { relative: 0, absolute: 1e-6, label });
}

describe('one dimension', () => {
  test('the filter finds the lone 1', () => {
    const { valid, padded, relu } = oneDimensional().steps;
    expect(valid.values.x).toEqual([0, 0, 1, 1, 1, 0, 1, 0, 0, 0]);
    expect(valid.values.w).toEqual([-1, 1, -1]);
    // z[i] = −x[i−1] + x[i] − x[i+1]; from the second place: 0+0−1, 0+1−1, −1+1−1, −1+1+0, −1+0−1, 0+1+0, −1+0+0, 0
    expect(valid.values.z).toEqual([-1, 0, -1, 0, -2, 1, -1, 0]);
    // the first place: (0) + 0 − 0; the last: 0 + 0 − (0)
    expect(padded.values.z).toEqual([0, -1, 0, -1, 0, -2, 1, -1, 0, 0]);
    expect(relu.values['ReLU(z)']).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
  });

  test('a bias of 1 is added to each place before ReLU', () => {
    const { values } = oneDimensional().steps.bias;
    expect(values['z + 1']).toEqual([1, 0, 1, 0, 1, -1, 2, 0, 1, 1]);
    expect(values['ReLU(z + 1)']).toEqual([1, 0, 1, 0, 1, 0, 2, 0, 1, 1]);
  });

  test('4 parameters do what 110 do', () => {
    const { dense, parameters } = oneDimensional().steps;
    // column j holds the filter around place j, and what reaches over the ends is cut off
    expect(dense.values.W).toEqual([
      [1, -1, 0, 0, 0, 0, 0, 0, 0, 0],
      [-1, 1, -1, 0, 0, 0, 0, 0, 0, 0],
      [0, -1, 1, -1, 0, 0, 0, 0, 0, 0],
      [0, 0, -1, 1, -1, 0, 0, 0, 0, 0],
      [0, 0, 0, -1, 1, -1, 0, 0, 0, 0],
      [0, 0, 0, 0, -1, 1, -1, 0, 0, 0],
      [0, 0, 0, 0, 0, -1, 1, -1, 0, 0],
      [0, 0, 0, 0, 0, 0, -1, 1, -1, 0],
      [0, 0, 0, 0, 0, 0, 0, -1, 1, -1],
      [0, 0, 0, 0, 0, 0, 0, 0, -1, 1],
    ]);
    expect(dense.values['Wᵀx']).toEqual([0, -1, 0, -1, 0, -2, 1, -1, 0, 0]);
    // 3 weights + 1 bias; 10 · 10 weights + 10 biases
    expect(parameters.values).toEqual({ filter: 4, dense: 110 });
  });
});

describe('two dimensions', () => {
  test('the picture says "hi"', () => {
    const { values } = twoDimensional().steps.picture;
    expect(values.x).toEqual([
      [1, 0, 0, 0, 1],
      [1, 0, 0, 0, 0],
      [1, 1, 1, 0, 1],
      [1, 0, 1, 0, 1],
      [1, 0, 1, 0, 1],
    ]);
    expect(values.picture.map((row) => row.join(''))).toEqual([
      '█···█',
      '█····',
      '███·█',
      '█·█·█',
      '█·█·█',
    ]);
  });

  test('the filter finds the dot, which needs the padding', () => {
    const { valid, padded } = twoDimensional().steps;
    // z = 2x − the sum of the 3 × 3 pixels around. These sums, with zeros outside the picture:
    //   2 2 0 1 1
    //   4 5 2 3 2
    //   4 6 3 4 2
    //   4 7 4 6 3
    //   2 4 2 4 2
    expect(padded.values.z).toEqual([
      [0, -2, 0, -1, 1],
      [-2, -5, -2, -3, -2],
      [-2, -4, -1, -4, 0],
      [-2, -7, -2, -6, -1],
      [0, -4, 0, -4, 0],
    ]);
    expect(padded.values['ReLU(z)']).toEqual([
      [0, 0, 0, 0, 1],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ]);
    // the inner 3 × 3 of the above
    expect(valid.values.z).toEqual([
      [-5, -2, -3],
      [-4, -1, -4],
      [-7, -2, -6],
    ]);
    expect(valid.values['ReLU(z)']).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  test('with a bias of 2 the dot is the largest of several', () => {
    const { values } = twoDimensional().steps.bias;
    // z from above, plus 2
    expect(values['z + 2']).toEqual([
      [2, 0, 2, 1, 3],
      [0, -3, 0, -1, 0],
      [0, -2, 1, -2, 2],
      [0, -5, 0, -4, 1],
      [2, -2, 2, -2, 2],
    ]);
    expect(values['ReLU(z + 2)']).toEqual([
      [2, 0, 2, 1, 3],
      [0, 0, 0, 0, 0],
      [0, 0, 1, 0, 2],
      [0, 0, 0, 0, 1],
      [2, 0, 2, 0, 2],
    ]);
    expect(values['ReLU(z + 2), no padding']).toEqual([
      [0, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
  });

  test('a 2 × 2 filter finds edges', () => {
    const { values } = twoDimensional().steps.two;
    // pixel minus its right neighbour, in this row plus in the row below. The differences of the rows:
    //   1 0 0 −1 | 1 0 0 0 | 0 0 1 −1 | 1 −1 1 −1 | 1 −1 1 −1, and with a zero to the right a fifth: 1, 0, 1, 1, 1
    expect(values.z).toEqual([
      [2, 0, 0, -1],
      [1, 0, 1, -1],
      [1, -1, 2, -2],
      [2, -2, 2, -2],
    ]);
    expect(values["z with padding 'same'"]).toEqual([
      [2, 0, 0, -1, 1],
      [1, 0, 1, -1, 1],
      [1, -1, 2, -2, 2],
      [2, -2, 2, -2, 2],
      [1, -1, 1, -1, 1],
    ]);
  });

  test('a 4 × 4 filter finds the h', () => {
    // lit pixels on the h minus lit pixels beside it: top left 6 − 1, top right 1 − 5, bottom left 8 − 0 and
    // bottom right 2 − 5
    expect(twoDimensional().steps.four.values.z).toEqual([
      [5, -4],
      [8, -3],
    ]);
  });

  test('output sizes', () => {
    // 5 + 2 · padding − k + 1; 'same' keeps the 5
    expect(twoDimensional().steps.sizes.values.sizes).toEqual([
      ['filter', 'padding 0', 'padding 1', 'padding 2', 'padding same'],
      ['2 × 2', '4 × 4', '6 × 6', '8 × 8', '5 × 5'],
      ['3 × 3', '3 × 3', '5 × 5', '7 × 7', '5 × 5'],
      ['4 × 4', '2 × 2', '4 × 4', '6 × 6', '5 × 5'],
    ]);
  });
});

describe('three dimensions', () => {
  test('a picture has three channels', () => {
    const { values } = threeDimensional().steps.colours;
    // K R W / K R K / G R B; white is all three
    expect(values.red).toEqual([
      [0, 1, 1],
      [0, 1, 0],
      [0, 1, 0],
    ]);
    expect(values.green).toEqual([
      [0, 0, 1],
      [0, 0, 0],
      [1, 0, 0],
    ]);
    expect(values.blue).toEqual([
      [0, 0, 1],
      [0, 0, 0],
      [0, 0, 1],
    ]);
  });

  test('a filter sums over the depth', () => {
    // red − green − blue of the pixels: 0 1 −1 / 0 1 0 / −1 1 −1; the left pixel of the window and the one below it
    expect(threeDimensional().steps.depth.values.z).toEqual([
      [0, 2],
      [-1, 2],
    ]);
  });

  test('a bank of three filters makes three channels', () => {
    const { values } = threeDimensional().steps.bank;
    // the above − 1, negative ones cut off
    expect(values['ReLU(z) red stroke']).toEqual([
      [0, 1],
      [0, 1],
    ]);
    // light of the pixels: 0 1 3 / 0 1 0 / 1 1 1; sums of 2 × 2
    expect(values['ReLU(z) light']).toEqual([
      [2, 5],
      [3, 3],
    ]);
    // red of the right pixel minus that of the left: 1 0 / 1 −1 / 1 −1; two rows: 2 −1 / 2 −2
    expect(values['ReLU(z) red begins']).toEqual([
      [2, 0],
      [2, 0],
    ]);
    expect(values.input).toBe('3 × 3 × 3');
    expect(values.output).toBe('2 × 2 × 3');
    // 3 filters · (2 · 2 · 3 weights + 1 bias)
    expect(values.parameters).toBe(39);
  });

  test('the next layer takes the channels as its depth', () => {
    // red strokes 0 + 1 + 0 + 1 and beginnings 2 + 0 + 2 + 0; light 2 + 5 + 3 + 3
    expect(threeDimensional().steps.next.values).toEqual({
      output: '1 × 1 × 2',
      'z red strokes': 6,
      'z light': 13,
    });
  });
});

describe('max pooling of size 3', () => {
  test('a signal', () => {
    const { values } = maxPooling().steps.signal;
    expect(values['ReLU(z)']).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
    // windows begin at 0 … 7; those at 4, 5 and 6 hold the 1 at place 6
    expect(values['stride 1']).toEqual([0, 0, 0, 0, 1, 1, 1, 0]);
    // windows begin at 0, 3 and 6
    expect(values['stride 3']).toEqual([0, 0, 1]);
  });

  test('a picture', () => {
    const { values } = maxPooling().steps.picture;
    expect(values.a).toEqual([
      [0, 0, 1, 0, 0, 2],
      [0, 3, 0, 0, 0, 0],
      [0, 0, 0, 5, 0, 0],
      [4, 0, 0, 0, 0, 1],
      [0, 0, 2, 0, 0, 0],
      [0, 0, 0, 0, 6, 0],
    ]);
    // the 5 is in all windows but those of the left column and of the last row; the 4 is in the left column from
    // the second row on; the last row has 4, 2 and twice the 6
    expect(values['stride 1']).toEqual([
      [3, 5, 5, 5],
      [4, 5, 5, 5],
      [4, 5, 5, 5],
      [4, 2, 6, 6],
    ]);
    // the largest of each quarter: of 1 and 3, 2 and 5, 4 and 2, 1 and 6
    expect(values['stride 3']).toEqual([
      [3, 5],
      [4, 6],
    ]);
  });

  test('the dot of the i', () => {
    const { values } = maxPooling().steps.dot;
    // the 1 is at the top right corner: only in the top right window, and in none that ends before column 4
    expect(values['stride 1']).toEqual([
      [0, 0, 1],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(values['stride 3']).toEqual([[0]]);
    // rows and columns −1 … 1 and 2 … 4
    expect(values['stride 3, padding 1']).toEqual([
      [0, 1],
      [0, 0],
    ]);
  });
});

describe('a whole network', () => {
  test('set by hand, tells pictures with a dot from others', () => {
    const { found, probabilities } = wholeNetwork().steps;
    // the dot at row 0, column 4; none; the speck at row 3, column 1
    expect(found.values['pooled 1']).toEqual([
      [0, 1],
      [0, 0],
    ]);
    expect(found.values['pooled 2']).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(found.values['pooled 3']).toEqual([
      [0, 0],
      [1, 0],
    ]);
    // biases 2 and 0, and 4 for each 1
    expect(probabilities.values['logits: no, yes']).toEqual([
      [2, 4],
      [2, 0],
      [2, 4],
    ]);
    // 1 / (1 + e²) = 1 / 8.389056 and 1 / (1 + e⁻²) = 1 / 1.135335
    const softmax = probabilities.values['softmax: no, yes'];
    const expected = [0.119203, 0.880797, 0.880797, 0.119203, 0.119203, 0.880797];
    expectNear(softmax.flat(), expected, 'softmax');
  });

  test('shapes and parameters through the layers', () => {
    const { values } = wholeNetwork().steps.shapes;
    // padding 1 keeps the size for a kernel of 3, pooling halves it: 28, 14, 7; 7 · 7 · 16 = 784.
    // parameters: 3 · 3 · 1 · 8 + 8, 3 · 3 · 8 · 16 + 16, 784 · 10 + 10
    expect(values.chain).toEqual([
      ['layer', 'output', 'parameters'],
      ['input', '28 × 28 × 1', 0],
      ['Conv2d', '28 × 28 × 8', 80],
      ['ReLU', '28 × 28 × 8', 0],
      ['MaxPool2d', '14 × 14 × 8', 0],
      ['Conv2d', '14 × 14 × 16', 1168],
      ['ReLU', '14 × 14 × 16', 0],
      ['MaxPool2d', '7 × 7 × 16', 0],
      ['Flatten', '784', 0],
      ['Linear', '10', 7850],
      ['softmax', '10', 0],
    ]);
    // 80 + 1168 + 7850
    expect(values['parameters in all']).toBe(9098);
  });

  test('probabilities are positive and sum to 1', () => {
    const { values } = wholeNetwork().steps.softmax;
    const [header, ...rows] = values.probabilities;
    expect(header).toEqual(['digit', 'probability']);
    expect(rows.map(([digit]) => digit)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const [, probability] of rows) expect(probability).toBeGreaterThan(0);
    expect(values.sum).toBeCloseTo(1, 6);
  });
});

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

describe('learning', () => {
  let steps: ReturnType<typeof learning>['steps'];
  beforeAll(() => {
    ({ steps } = learning());
  });

  test('the task: 824 of 1024 signals have a lone 1', () => {
    // Signals of n bits without one: a(n) = 2 a(n − 1) − a(n − 2) + a(n − 3) (OEIS A005251), so
    // 1, 1, 2, 4, 7, 12, 21, 37, 65, 114, 200 for n = 0 … 10. Parameters: 3 + 1 for the filter, 2 + 2 for the
    // dense layer.
    expect(steps.task.values).toEqual({ signals: 1024, 'with a lone 1': 824, parameters: 8 });
  });

  test('descent answers all signals correctly', () => {
    const [, first, ...later] = steps.training.values.training;
    // all start weights are positive, so each signal but 0 … 0 gives a "yes": right for the 824 and for that one
    expect(first!.slice(2)).toEqual([825]);
    for (const [, , right] of later) expect(right).toBe(1024);
    const losses = [first!, ...later].map(([, loss]) => Number(loss));
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    expect(losses.at(-1)).toBeLessThan(0.01);
  });

  test('with a multiple of the filter [−1, 1, −1]', () => {
    const { learned, bias } = steps.filter.values;
    const scale = learned[1]!;
    expect(scale).toBeGreaterThan(1);
    const scaled = [...learned, bias].map((weight) => weight / scale);
    expectClose(scaled, [-1, 1, -1, 0], { relative: 0.02, label: 'learned / scale' });
  });

  test('but not from every start', () => {
    expect(steps.otherStart.values['right of 1024']).toBeLessThan(1024);
  });
});

describe('the chapters', () => {
  test.each(Object.entries(chapters))('%s fits into a terminal and frees all', (_name, chapter) => {
    const before = capabilities().memory.bytesInUse;
    const text = chapterText(chapter(), 1);
    expect(capabilities().memory.bytesInUse).toBe(before);
    expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test('vectors are printed place under place, tables side by side', () => {
    const steps = {
      one: {
        text: 'Text.',
        values: { x: [0, -1, 1], long: [2, 3], n: 0.5, A: [[1], [-1]], B: [[7, 8]] },
        shift: { long: 1 },
      },
    };
    expect(chapterText({ title: 'Title', steps }, 3).split('\n')).toEqual([
      '3. Title',
      '════════',
      '',
      'Text.',
      '',
      '    x       0 −1  1',
      '    long       2  3',
      '    n      0.5',
      '',
      '    A      B',
      '     1     7 8',
      '    −1',
      '',
    ]);
  });

  test('examples/lecture.ts prints them all', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      await import('../examples/lecture.js');
      expect(log.mock.calls.map(([text]) => Number.parseInt(String(text)))).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8,
      ]);
    } finally {
      log.mockRestore();
    }
  });
});
