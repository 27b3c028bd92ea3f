import { nonMaxSuppression } from '../../../imported/ops/nms.js';
import {
  argReduce,
  cumsum,
  logSoftmax,
  reduce,
  type ReductionName,
  softmax,
  topk,
} from '../../../imported/ops/reduce.js';
import { Value } from '../../../imported/value.js';
import type { Attributes } from '../attributes.js';
import {
  type GraphHandler,
  type GraphHandlers,
  integersOf,
  numberOf,
  operandsOf,
} from './operands.js';

const reduction = (name: ReductionName, inputs: readonly (Value | undefined)[], a: Attributes) => {
  const [x, axes] = operandsOf(inputs, 2);
  return reduce(name, x, integersOf(axes), a.boolean('keep_dims', a.boolean('keepDims')));
};

const placeOf = (
  name: 'argmax' | 'argmin',
  inputs: readonly (Value | undefined)[],
  attributes: Attributes,
) => {
  const [x, axis] = operandsOf(inputs, 1);
  const dtype = attributes.type('output_type', 'int32');
  return argReduce(name, x, { axis: axis ? numberOf(axis) : 0, keepDims: false, dtype });
};

/** Versions 3 to 5 differ in what they take and give beside the boxes. */
const suppression = (version: number, inputs: readonly (Value | undefined)[], a: Attributes) => {
  const [boxes, scores, ...settings] = operandsOf(inputs, 4);
  const [most, iouThreshold, scoreThreshold = -Infinity, softNmsSigma = 0] = settings.map(numberOf);
  const kept = nonMaxSuppression(boxes.numbers(), scores!.numbers(), {
    maxOutputSize: most!,
    iouThreshold: iouThreshold!,
    scoreThreshold,
    softNmsSigma,
  });
  const { length } = kept.indices;
  const isPadded = version === 4 && a.boolean('pad_to_max_output_size');
  const filled = isPadded
    ? [...kept.indices, ...new Array<number>(Math.max(0, most! - length)).fill(0)]
    : kept.indices;
  const indices = Value.host(filled, [filled.length], 'int32');
  const valid = Value.host([length], [], 'int32');
  if (version === 5) return [indices, Value.host(kept.scores, [length], 'float32'), valid];
  return version === 4 ? [indices, valid] : indices;
};

/** The places of what is not 0 [count, axes], which only the values tell. */
const placesOfTrue: GraphHandler = {
  run: ([x]) => {
    const numbers = x!.numbers();
    const places: number[] = [];
    for (let i = 0; i < numbers.length; i++) {
      if (numbers[i] === 0) continue;
      let rest = i;
      const place = [...x!.shape].reverse().map((size) => {
        const index = rest % size;
        rest = (rest - index) / size;
        return index;
      });
      places.push(...place.reverse());
    }
    const count = x!.rank === 0 ? 0 : places.length / x!.rank;
    return Value.host(places, [count, x!.rank], 'int32');
  },
};

/** Numbers for many elements, and choices among them. */
export const REDUCTIONS: GraphHandlers = {
  All: { run: (inputs, attributes) => reduction('all', inputs, attributes) },
  Any: { run: (inputs, attributes) => reduction('any', inputs, attributes) },
  Max: { run: (inputs, attributes) => reduction('max', inputs, attributes) },
  Mean: { run: (inputs, attributes) => reduction('mean', inputs, attributes) },
  Min: { run: (inputs, attributes) => reduction('min', inputs, attributes) },
  Prod: { run: (inputs, attributes) => reduction('prod', inputs, attributes) },
  Sum: { run: (inputs, attributes) => reduction('sum', inputs, attributes) },
  EuclideanNorm: { run: (inputs, attributes) => reduction('l2', inputs, attributes) },
  ArgMax: { run: (inputs, attributes) => placeOf('argmax', inputs, attributes) },
  ArgMin: { run: (inputs, attributes) => placeOf('argmin', inputs, attributes) },
  Cumsum: {
    run: ([x, axis], attributes) =>
      cumsum(x!, numberOf(axis), {
        exclusive: attributes.boolean('exclusive'),
        reverse: attributes.boolean('reverse'),
      }),
  },
  LogSoftmax: { run: ([x]) => logSoftmax(x!, -1) },
  Softmax: { run: ([x]) => softmax(x!, -1) },
  TopKV2: {
    run: ([x, k]) => {
      const { values, indices } = topk(x!, numberOf(k), { axis: -1, dtype: 'int32' });
      return [values, indices];
    },
  },
  NonMaxSuppressionV2: { run: (inputs, attributes) => suppression(2, inputs, attributes) },
  NonMaxSuppressionV3: { run: (inputs, attributes) => suppression(3, inputs, attributes) },
  NonMaxSuppressionV4: { run: (inputs, attributes) => suppression(4, inputs, attributes) },
  NonMaxSuppressionV5: { run: (inputs, attributes) => suppression(5, inputs, attributes) },
  Where: placesOfTrue,
};
