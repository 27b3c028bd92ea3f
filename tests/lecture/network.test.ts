// Every number of these chapters against one worked out by hand; the comments say how.
import { describe, expect, test } from 'vitest';
import { wholeNetwork } from '../../examples/lecture/network.js';
import { maxPooling } from '../../examples/lecture/pooling.js';
import { expectNear } from './near.js';

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
