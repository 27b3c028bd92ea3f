import { conv1d, conv2d, maxPool1d, maxPool2d, relu, scope, tensor } from '../../src/index.js';
import { type Chapter, picture, vector } from './chapter.js';
import { HI, LONE_PIXEL } from './pictures.js';

const FOUND = [
  [0, 0, 1, 0, 0, 2],
  [0, 3, 0, 0, 0, 0],
  [0, 0, 0, 5, 0, 0],
  [4, 0, 0, 0, 0, 1],
  [0, 0, 2, 0, 0, 0],
  [0, 0, 0, 0, 6, 0],
];

/** Max pooling of size 3, with windows that overlap and windows that do not. */
export function maxPooling() {
  return scope(() => {
    const signal = tensor([0, 0, 1, 1, 1, 0, 1, 0, 0, 0], [1, 10, 1]);
    const w = tensor([-1, 1, -1], [3, 1, 1]);
    const a = relu(conv1d(signal, w, undefined, { padding: 1 }));
    const found = tensor(FOUND.flat(), [1, 6, 6, 1]);
    return {
      title: 'Max pooling: that it was found, not where exactly',
      steps: {
        signal: {
          text:
            'Max pooling of size 3 keeps the largest of three neighbours. With stride 1 the windows ' +
            'overlap and the find spreads; with stride 3 they lie side by side, and 10 places become 3 ' +
            '(the last place is in no window). Here after the filter and ReLU of the first chapter:',
          values: {
            'ReLU(z)': vector(a),
            'stride 1': vector(maxPool1d(a, 3, { stride: 1 })),
            'stride 3': vector(maxPool1d(a, 3, { stride: 3 })),
          },
          shift: { 'stride 1': 1 },
        },
        picture: {
          text:
            'In two dimensions a window is 3 × 3. Stride 3 makes a ninth of the numbers. Pooling has ' +
            'nothing to learn: no weights, no bias.',
          values: {
            a: FOUND,
            'stride 1': picture(maxPool2d(found, 3, { stride: 1 })),
            'stride 3': picture(maxPool2d(found, 3, { stride: 3 })),
          },
        },
        dot: dotStep(),
      },
    } satisfies Chapter;
  });
}

function dotStep() {
  const x = tensor(HI.flat(), [1, 5, 5, 1]);
  const w = tensor(LONE_PIXEL.flat(), [3, 3, 1, 1]);
  const a = relu(conv2d(x, w, undefined, { padding: 1 }));
  return {
    text:
      'The dot of the i after the lone-pixel filter and ReLU. 5 is no multiple of 3: with stride 3 and no ' +
      'padding the single window misses the dot; with padding 1 there are 2 × 2 windows, and it is found ' +
      'at the top right.',
    values: {
      a: picture(a),
      'stride 1': picture(maxPool2d(a, 3, { stride: 1 })),
      'stride 3': picture(maxPool2d(a, 3, { stride: 3 })),
      'stride 3, padding 1': picture(maxPool2d(a, 3, { stride: 3, padding: 1 })),
    },
  };
}
