// The values of a network's parameters, inputs and labels in our layouts: NHWC, [size, size, inChannels / groups,
// outChannels], [inFeatures, outFeatures] with the features in the order height, width, channel.

import { type ConvNode, type DenseNode, type Graph, type Parameter, sizeOf } from './graph.js';
import { labelsOf, numbersOf } from './numbers.js';

/** In the layout of the parameter's shape. */
export function valuesOf({ name, shape, scale }: Parameter): Float32Array {
  return numbersOf(name, sizeOf(shape), scale);
}

export function biasOf({ b }: ConvNode | DenseNode): Float32Array {
  return valuesOf(b);
}

export function weightOf(node: ConvNode | DenseNode): Float32Array {
  const values = valuesOf(node.w);
  if (node.op === 'dense') {
    const [channels, height, width] = node.inShape;
    return transposed(values, channels, height * width, node.shape[0]);
  }
  const [outChannels, inChannels] = node.w.shape as [number, number];
  const taps = node.size ** 2;
  return transposed(
    transposed(values, inChannels, taps, 1, outChannels),
    outChannels,
    taps * inChannels,
    1,
  );
}

/** [batch, height, width, channels] */
export function inputOf(graph: Graph): Float32Array {
  const [channels, height, width] = graph.spec.input;
  return transposed(channelsFirstInputOf(graph), channels, height * width, 1, graph.batch);
}

/** [batch, channels, height, width] */
export function channelsFirstInputOf({ id, batch, spec }: Graph): Float32Array {
  return numbersOf(`${id}.in`, batch * sizeOf(spec.input));
}

/** [batch] */
export function labelsOfGraph({ id, batch, spec }: Graph): Int32Array {
  return labelsOf(`${id}.labels`, batch, spec.classes!);
}

/** [count, a, b, run] → [count, b, a, run] */
function transposed(
  values: Float32Array,
  a: number,
  b: number,
  run: number,
  count = 1,
): Float32Array {
  const result = new Float32Array(values.length);
  let from = 0;
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < a; i++) {
      for (let j = 0; j < b; j++) {
        const to = ((n * b + j) * a + i) * run;
        for (let k = 0; k < run; k++) result[to + k] = values[from++]!;
      }
    }
  }
  return result;
}
