// Every number of these chapters against one worked out by hand; the comments say how.
import { describe, expect, test } from 'vitest';
import { threeDimensional } from '../../examples/lecture/colours.js';
import { oneDimensional } from '../../examples/lecture/one-dimensional.js';
import { twoDimensional } from '../../examples/lecture/pictures.js';

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
