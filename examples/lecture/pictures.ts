import { conv2d, type Padding2d, relu, scope, tensor } from '../../src/index.js';
import { type Cell, type Chapter, drawing, picture, sizeText } from './chapter.js';

/** "hi" in 5 × 5 pixels; the dot of the i is the only pixel that touches no other. */
export const HI = [
  [1, 0, 0, 0, 1],
  [1, 0, 0, 0, 0],
  [1, 1, 1, 0, 1],
  [1, 0, 1, 0, 1],
  [1, 0, 1, 0, 1],
];

/** A 1 among −1s: finds a pixel that touches no other. */
export const LONE_PIXEL = [
  [-1, -1, -1],
  [-1, 1, -1],
  [-1, -1, -1],
];

const RIGHT_EDGE = [
  [1, -1],
  [1, -1],
];

const LETTER_H = [
  [1, -1, -1, -1],
  [1, 1, 1, -1],
  [1, -1, 1, -1],
  [1, -1, 1, -1],
];

/** Filters over a picture of one channel. */
export function twoDimensional() {
  return scope(() => {
    const x = tensor(HI.flat(), [1, 5, 5, 1]);
    const w = tensor(LONE_PIXEL.flat(), [3, 3, 1, 1]);
    const valid = conv2d(x, w);
    const padded = conv2d(x, w, undefined, { padding: 1 });
    return {
      title: 'Two dimensions: a filter that finds the dot of the i',
      steps: {
        picture: {
          text: 'A picture is a table of numbers. This one says "hi".',
          values: { picture: drawing(HI), x: HI },
        },
        valid: {
          text:
            'The filter has a 1 in the middle of −1s: it answers 1 where a lit pixel has only dark ones ' +
            'around it. Without padding it is never centred on the rim, where the dot is: nothing is found.',
          values: { w: LONE_PIXEL, z: picture(valid), 'ReLU(z)': picture(relu(valid)) },
        },
        padded: {
          text:
            'With a rim of zeros (padding 1) z is as large as x, and one single pixel is left after ReLU: ' +
            'the dot of the i.',
          values: { x: HI, z: picture(padded), 'ReLU(z)': picture(relu(padded)) },
        },
        bias: biasStep(),
        ...otherSizes(),
      },
    } satisfies Chapter;
  });
}

function biasStep() {
  const x = tensor(HI.flat(), [1, 5, 5, 1]);
  const w = tensor(LONE_PIXEL.flat(), [3, 3, 1, 1]);
  const bias = tensor([2]);
  const valid = relu(conv2d(x, w, bias));
  const padded = conv2d(x, w, bias, { padding: 1 });
  return {
    text:
      'A bias of 2 makes the filter easier to please: lit pixels with up to two lit neighbours pass the ' +
      'ReLU, and dark ones with at most one. The dot still has the largest answer, 3. Without padding ' +
      'only the shoulder of the h passes.',
    values: {
      'z + 2': picture(padded),
      'ReLU(z + 2)': picture(relu(padded)),
      'ReLU(z + 2), no padding': picture(valid),
    },
  };
}

/** Filters of even size, which have no middle. */
function otherSizes() {
  const x = tensor(HI.flat(), [1, 5, 5, 1]);
  const w2 = tensor(RIGHT_EDGE.flat(), [2, 2, 1, 1]);
  const w4 = tensor(LETTER_H.flat(), [4, 4, 1, 1]);
  return {
    two: {
      text:
        'A 2 × 2 filter: lit on the left, dark on the right. It answers 2 along the right edge of a stroke ' +
        "and −2 along its left edge. Padding 'same' adds its one row and column of zeros below and to the " +
        'right.',
      values: {
        w: RIGHT_EDGE,
        z: picture(conv2d(x, w2)),
        "z with padding 'same'": picture(conv2d(x, w2, undefined, { padding: 'same' })),
      },
    },
    four: {
      text:
        'A 4 × 4 filter can hold a whole letter. It answers 8, one for each pixel of the h, where all of ' +
        'them are in place.',
      values: { w: LETTER_H, 'w drawn': drawing(positive(LETTER_H)), z: picture(conv2d(x, w4)) },
    },
    sizes: {
      text:
        'A filter of size k makes n places into n + 2 · padding − k + 1. With an even k no padding keeps the ' +
        "size, for 2 · padding is even; 'same' adds one more zero at the end. What becomes of our 5 × 5 " +
        'picture:',
      values: { sizes: sizesTable() },
    },
  };
}

function sizesTable(): Cell[][] {
  const paddings = [0, 1, 2, 'same'] as const;
  const outputSize = (size: number, padding: Padding2d) =>
    scope(() => {
      const x = tensor(HI.flat(), [1, 5, 5, 1]);
      const w = tensor(new Float32Array(size * size), [size, size, 1, 1]);
      return sizeText(conv2d(x, w, undefined, { padding }).shape.slice(1, 3));
    });
  return [
    ['filter', ...paddings.map((padding) => `padding ${padding}`)],
    ...[2, 3, 4].map((k) => [sizeText([k, k]), ...paddings.map((p) => outputSize(k, p))]),
  ];
}

function positive(weights: readonly (readonly number[])[]): number[][] {
  return weights.map((row) => row.map((weight) => (weight > 0 ? 1 : 0)));
}
