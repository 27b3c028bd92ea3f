import { Conv1d, conv1d, Linear, linear, relu, reshape, scope, tensor } from '../../src/index.js';
import { type Chapter, parameterCount, table, vector } from './chapter.js';

const SIGNAL = [0, 0, 1, 1, 1, 0, 1, 0, 0, 0];
const FILTER = [-1, 1, -1];

/** The filter that finds a lone 1 in a signal. */
export function oneDimensional() {
  return scope(() => {
    const x = tensor(SIGNAL, [1, 10, 1]);
    const w = tensor(FILTER, [3, 1, 1]);
    const padded = conv1d(x, w, undefined, { padding: 1 });
    const biased = conv1d(x, w, tensor([1]), { padding: 1 });
    return {
      title: 'One dimension: a filter that finds a lone 1',
      steps: {
        valid: {
          text:
            'Lay the filter w over three neighbours, multiply place by place, add up, move on by one. z is 1 ' +
            'only where a 1 has a 0 on either side. The filter does not fit around the first and the last ' +
            'place, so z is two shorter than x. (Networks call this a convolution; strictly it is a ' +
            'cross-correlation, since w is not turned around.)',
          values: { x: SIGNAL, w: FILTER, z: vector(conv1d(x, w)) },
          shift: { z: 1 },
        },
        padded: {
          text: 'With a zero added at both ends (padding 1) z is as long as x.',
          values: { x: SIGNAL, z: vector(padded) },
        },
        relu: {
          text: 'ReLU(z) = max(z, 0) keeps what the filter has found, the lone 1, and nothing else.',
          values: { z: vector(padded), 'ReLU(z)': vector(relu(padded)) },
        },
        bias: {
          text:
            'A bias of 1 is added everywhere. ReLU now lets through all that had more than −1: the bias says ' +
            'how sure the filter has to be. The lone 1 still stands out.',
          values: { x: SIGNAL, 'z + 1': vector(biased), 'ReLU(z + 1)': vector(relu(biased)) },
        },
        ...denseSteps(),
      },
    } satisfies Chapter;
  });
}

/** The same as a dense layer, and how many parameters each of them has. */
function denseSteps() {
  const x = tensor(SIGNAL, [1, 10]);
  const w = tensor(FILTER, [3, 1, 1]);
  const eachPlace = tensor(identity(10), [10, 10, 1]);
  const weight = reshape(conv1d(eachPlace, w, undefined, { padding: 1 }), [10, 10]);
  return {
    dense: {
      text:
        'A dense layer can do the same with a 10 × 10 matrix: it is nearly all zeros, and holds the same ' +
        'three numbers over and over.',
      values: { W: table(weight), Wᵀx: vector(linear(x, weight)) },
    },
    parameters: {
      text:
        'It would have to learn all of them, and 10 biases. The filter has three weights and one bias, for ' +
        'a signal of any length.',
      values: { filter: layerSize(new Conv1d(1, 1, 3)), dense: layerSize(new Linear(10, 10)) },
    },
  };
}

function layerSize(layer: Conv1d | Linear): number {
  const count = parameterCount(layer);
  layer.dispose();
  return count;
}

function identity(size: number): number[] {
  return Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
}
