import { Conv2d, conv2d, relu, reshape, scope, type Tensor, tensor } from '../../src/index.js';
import { type Chapter, parameterCount, picture, sizeText } from './chapter.js';

/** A letter for each pixel: black, red, green, blue, white. */
const PIXELS = [
  ['K', 'R', 'W'],
  ['K', 'R', 'K'],
  ['G', 'R', 'B'],
];

const RGB: Record<string, number[]> = {
  K: [0, 0, 0],
  R: [1, 0, 0],
  G: [0, 1, 0],
  B: [0, 0, 1],
  W: [1, 1, 1],
};

/** Three filters of 2 × 2 pixels; at each pixel a weight for red, green and blue. */
const BANK = [
  // red and nothing else, twice, on the left
  [
    [1, -1, -1],
    [0, 0, 0],
    [1, -1, -1],
    [0, 0, 0],
  ],
  // light of any colour
  [
    [1, 1, 1],
    [1, 1, 1],
    [1, 1, 1],
    [1, 1, 1],
  ],
  // more red on the right than on the left
  [
    [-1, 0, 0],
    [1, 0, 0],
    [-1, 0, 0],
    [1, 0, 0],
  ],
];

/** For each channel of the bank, its weight in the two filters of the next layer, the same at each pixel. */
const NEXT = [
  [1, 0],
  [0, 1],
  [1, 0],
];

/** Pictures with channels, filters over their depth, and banks of filters. */
export function threeDimensional() {
  return scope(() => {
    const x = tensor(PIXELS.map((row) => row.map((pixel) => RGB[pixel]!)).flat(2), [1, 3, 3, 3]);
    const bias = tensor([-1, 0, 0]);
    const channels = relu(conv2d(x, bankTensor(), bias));
    return {
      title: 'Three dimensions: colours, and banks of filters',
      steps: {
        colours: {
          text:
            'A colour picture has a depth of 3: a channel each for red, green and blue (K is black, W is ' +
            'white, which is all three).',
          values: {
            picture: PIXELS,
            red: picture(x, 0),
            green: picture(x, 1),
            blue: picture(x, 2),
          },
        },
        depth: depthStep(x),
        bank: bankStep(x, channels),
        next: nextStep(channels),
      },
    } satisfies Chapter;
  });
}

function depthStep(x: Tensor) {
  const w = tensor(BANK[0]!.flat(), [1, 2, 2, 3]);
  return {
    text:
      'A filter goes through the whole depth: this one has 2 × 2 × 3 weights, and sums over all of them ' +
      'to one number per place. It answers 2 where two purely red pixels are one above the other: white ' +
      'has red in it, but green and blue count against it.',
    values: {
      'w red': picture(w, 0),
      'w green': picture(w, 1),
      'w blue': picture(w, 2),
      z: picture(conv2d(x, reshape(w, [2, 2, 3, 1]))),
    },
  };
}

function bankStep(x: Tensor, channels: Tensor) {
  using layer = new Conv2d(3, 3, 2);
  return {
    text:
      'A bank of filters gives one channel per filter. The first is the red stroke (with a bias of −1), the ' +
      'second adds up all light, the third finds where red begins. Three channels went in, three new ones ' +
      'come out; the new ones are not colours but finds.',
    values: {
      'ReLU(z) red stroke': picture(channels, 0),
      'ReLU(z) light': picture(channels, 1),
      'ReLU(z) red begins': picture(channels, 2),
      input: sizeText(x.shape.slice(1)),
      output: sizeText(channels.shape.slice(1)),
      parameters: parameterCount(layer),
    },
  };
}

function nextStep(channels: Tensor) {
  const w = tensor([NEXT, NEXT, NEXT, NEXT].flat(2), [2, 2, 3, 2]);
  const output = conv2d(channels, w);
  return {
    text:
      'The next layer takes these channels as its depth. Here two filters of 2 × 2 × 3: one adds up red ' +
      'strokes and their beginnings, the other the light. What is left is 1 × 1 in space and 2 deep.',
    values: {
      output: sizeText(output.shape.slice(1)),
      'z red strokes': picture(output, 0).flat()[0]!,
      'z light': picture(output, 1).flat()[0]!,
    },
  };
}

/** The bank as the library wants it: [height, width, inChannels, outChannels], the filter last. */
function bankTensor(): Tensor {
  const weights = [0, 1, 2, 3].flatMap((pixel) =>
    [0, 1, 2].flatMap((channel) => BANK.map((filter) => filter[pixel]![channel]!)),
  );
  return tensor(weights, [2, 2, 3, 3]);
}
