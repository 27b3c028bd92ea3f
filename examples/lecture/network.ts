import {
  Conv2d,
  conv2d,
  Flatten,
  flatten,
  Linear,
  linear,
  manualSeed,
  maxPool2d,
  MaxPool2d,
  ReLU,
  relu,
  scope,
  Sequential,
  softmax,
  tensor,
} from '../../src/index.js';
import {
  type Cell,
  type Chapter,
  drawing,
  parameterCount,
  picture,
  sizeText,
  table,
  vector,
} from './chapter.js';
import { HI, LONE_PIXEL } from './pictures.js';

/** The i has grown into an l: no lone pixel. */
const HL = HI.map((row) => [...row.slice(0, 4), 1]);

const SPECK = HI.map((row, r) => row.map((_, c) => (r === 3 && c === 1 ? 1 : 0)));

/** Convolution, ReLU, pooling, dense layer and softmax, put together. */
export function wholeNetwork() {
  return scope(
    () =>
      ({
        title: 'All together: conv → ReLU → pool → … → flatten → dense → softmax',
        steps: { ...byHand(), ...untrained() },
      }) satisfies Chapter,
  );
}

/** A network whose 20 parameters are set by hand, and that tells pictures with a lone pixel from others. */
function byHand() {
  const x = tensor([HI, HL, SPECK].flat(2), [3, 5, 5, 1]);
  const w = tensor(LONE_PIXEL.flat(), [3, 3, 1, 1]);
  const a = relu(conv2d(x, w, tensor([0]), { padding: 1 }));
  const pooled = maxPool2d(a, 3, { stride: 3, padding: 1 });
  const dense = tensor([0, 4, 0, 4, 0, 4, 0, 4], [4, 2]);
  const logits = linear(flatten(pooled), dense, tensor([2, 0]));
  return {
    pictures: {
      text: 'Three pictures. Which of them have a dot, a pixel that touches no other?',
      values: { '1': drawing(HI), '2': drawing(HL), '3': drawing(SPECK) },
    },
    found: {
      text: 'The lone-pixel filter, ReLU, then max pooling of size 3 with stride 3 and padding 1.',
      values: {
        'pooled 1': picture(pooled, 0, 0),
        'pooled 2': picture(pooled, 0, 1),
        'pooled 3': picture(pooled, 0, 2),
      },
    },
    probabilities: {
      text:
        'Flattened to 4 numbers and put through a dense layer (0 from each for "no", 4 from each for "yes", ' +
        'biases 2 and 0). Softmax makes probabilities of its two outputs: each row is positive and sums to ' +
        '1. The first and the third picture have a dot, wherever it is.',
      values: {
        'logits: no, yes': table(logits),
        'softmax: no, yes': table(softmax(logits)),
      },
    },
  };
}

/** A network of ordinary make, its weights still random. */
function untrained() {
  manualSeed(1);
  using model = new Sequential(
    new Conv2d(1, 8, 3, { padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(8, 16, 3, { padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(784, 10),
  );
  let x = tensor(enlarged(HI), [1, 28, 28, 1]);
  const chain: Cell[][] = [
    ['layer', 'output', 'parameters'],
    ['input', sizeText(x.shape.slice(1)), 0],
  ];
  for (const layer of model.layers) {
    x = layer.forward(x);
    chain.push([layer.config().type, sizeText(x.shape.slice(1)), parameterCount(layer)]);
  }
  const probabilities = softmax(x);
  chain.push(['softmax', sizeText(probabilities.shape.slice(1)), 0]);
  return {
    shapes: {
      text:
        'A network for digits of 28 × 28 pixels. From layer to layer the picture gets smaller and deeper, ' +
        'until flatten makes one long vector of it.',
      values: { chain, 'parameters in all': parameterCount(model) },
    },
    softmax: {
      text:
        'Ten probabilities for our "hi" in large. The weights are still random: every digit is about as ' +
        'likely as any other, and they sum to 1.',
      values: {
        probabilities: [['digit', 'probability'], ...vector(probabilities).map((p, i) => [i, p])],
        sum: vector(probabilities).reduce((sum, p) => sum + p, 0),
      },
    },
  };
}

/** Each pixel as 5 × 5, and a rim to make 28 × 28. */
function enlarged(pixels: readonly (readonly number[])[]): number[] {
  return Array.from({ length: 28 * 28 }, (_, i) => {
    const row = pixels[Math.floor((Math.floor(i / 28) - 1) / 5)];
    return row?.[Math.floor(((i % 28) - 1) / 5)] ?? 0;
  });
}
