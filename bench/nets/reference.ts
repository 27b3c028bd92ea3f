// The networks in float64, from the slow references that the kernels are tested against.

import * as conv from '../../tests/support/reference/conv2d.js';
import * as linear from '../../tests/support/reference/linear.js';
import * as pool from '../../tests/support/reference/pool2d.js';
import { type Conv2dGeometry, conv2dGeometry } from '../../src/ops/conv/geometry.js';
import { planPool, type Pool2dGeometry } from '../../src/ops/pool/geometry.js';
import type {
  ActivationName,
  AddNode,
  ConcatNode,
  ConvNode,
  DenseNode,
  Graph,
  MaxPoolNode,
  MeanNode,
  Node,
} from './graph.js';
import { biasOf, inputOf, weightOf } from './parameters.js';

/** Where a rectifier ends; 'none' has no limits. */
const LIMITS: Readonly<Record<ActivationName, readonly [number, number]>> = {
  none: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
};

export class ReferenceNet {
  readonly graph: Graph;
  /** By name, in our layouts; a training changes them. */
  readonly parameters = new Map<string, Float64Array>();
  /** The input, and what the nodes made of it in the last forward pass. */
  readonly #values: Float64Array[];

  constructor(graph: Graph) {
    this.graph = graph;
    this.#values = [Float64Array.from(inputOf(graph))];
    for (const node of graph.nodes) {
      if (node.op !== 'conv' && node.op !== 'dense') continue;
      this.parameters.set(node.w.name, Float64Array.from(weightOf(node)));
      this.parameters.set(node.b.name, Float64Array.from(biasOf(node)));
    }
  }

  /** The output, [batch, …]. */
  forward(): Float64Array {
    for (const node of this.graph.nodes) this.#values[node.y] = this.#compute(node);
    return this.#values.at(-1)!;
  }

  /** The gradients of the parameters by name, after a forward pass, of a net of convolutions, poolings and dense layers. */
  backward(gradOutput: Float64Array): Map<string, Float64Array> {
    const gradients = new Map<string, Float64Array>();
    [...this.graph.nodes].reverse().reduce((dy, node) => {
      switch (node.op) {
        case 'conv':
        case 'dense':
          return this.#affineGradients(node, dy, gradients);
        case 'maxpool': {
          const g = this.#poolGeometry(node);
          const { argmax } = pool.maxPool2dForward(this.#values[node.x]!, g);
          return pool.maxPool2dGradInput(dy, argmax, g);
        }
        default:
          throw new Error(`${this.graph.id}: the reference has no gradient of ${node.op}`);
      }
    }, gradOutput);
    return gradients;
  }

  #compute(node: Node): Float64Array {
    switch (node.op) {
      case 'conv':
      case 'dense':
        return activate(this.#affine(node), node.act);
      case 'maxpool':
        return pool.maxPool2dForward(this.#values[node.x]!, this.#poolGeometry(node)).y;
      case 'gap':
        return this.#mean(node);
      case 'add':
        return this.#add(node);
      case 'concat':
        return this.#concat(node);
    }
  }

  #affine(node: ConvNode | DenseNode): Float64Array {
    const x = this.#values[node.x]!;
    const w = this.parameters.get(node.w.name)!;
    const b = this.parameters.get(node.b.name)!;
    if (node.op === 'dense') return linear.linearForward(x, w, b, this.#denseSizes(node));
    return conv.conv2dForward(x, w, b, this.#convGeometry(node));
  }

  /** Enters the gradients of weight and bias; returns that of the input. */
  #affineGradients(
    node: ConvNode | DenseNode,
    dy: Float64Array,
    gradients: Map<string, Float64Array>,
  ): Float64Array {
    const [low, high] = LIMITS[node.act];
    const y = this.#values[node.y]!;
    const dz = dy.map((value, i) => (y[i]! > low && y[i]! < high ? value : 0));
    const x = this.#values[node.x]!;
    const w = this.parameters.get(node.w.name)!;
    if (node.op === 'dense') {
      const sizes = this.#denseSizes(node);
      gradients.set(node.w.name, linear.linearGradWeight(x, dz, sizes));
      gradients.set(node.b.name, linear.linearGradBias(dz, sizes));
      return linear.linearGradInput(dz, w, sizes);
    }
    const g = this.#convGeometry(node);
    gradients.set(node.w.name, conv.conv2dGradWeight(x, dz, g));
    gradients.set(node.b.name, conv.conv2dGradBias(dz, g));
    return node.x === 0 ? dz : conv.conv2dGradInput(dz, w, g);
  }

  #mean({ x, inShape: [channels, height, width] }: MeanNode): Float64Array {
    const values = this.#values[x]!;
    const y = new Float64Array(this.graph.batch * channels);
    const pixels = height * width;
    for (let i = 0; i < values.length; i++) {
      y[Math.floor(i / (pixels * channels)) * channels + (i % channels)]! += values[i]! / pixels;
    }
    return y;
  }

  #add({ a, b, act }: AddNode): Float64Array {
    const other = this.#values[b]!;
    return activate(
      this.#values[a]!.map((value, i) => value + other[i]!),
      act,
    );
  }

  #concat({ xs, shape: [channels, height, width] }: ConcatNode): Float64Array {
    const pixels = this.graph.batch * height * width;
    const y = new Float64Array(pixels * channels);
    let channel = 0;
    for (const x of xs) {
      const values = this.#values[x]!;
      const count = values.length / pixels;
      for (let i = 0; i < values.length; i++) {
        y[Math.floor(i / count) * channels + channel + (i % count)] = values[i]!;
      }
      channel += count;
    }
    return y;
  }

  #convGeometry(node: ConvNode): Conv2dGeometry {
    const [channels, height, width] = node.inShape;
    const { size, stride, pad: padding, groups } = node;
    const xShape = [this.graph.batch, height, width, channels];
    const weightShape = [size, size, channels / groups, node.shape[0]];
    return conv2dGeometry('reference', xShape, weightShape, { stride, padding, groups });
  }

  #poolGeometry({ inShape, size, stride, pad: padding }: MaxPoolNode): Pool2dGeometry {
    const [channels, height, width] = inShape;
    const xShape = [this.graph.batch, height, width, channels];
    return planPool(
      { name: 'reference', axes: 2 },
      { shape: xShape },
      { kernelSize: size, stride, padding },
    ).geometry;
  }

  #denseSizes({ w }: DenseNode): linear.LinearSizes {
    const [inFeatures, outFeatures] = w.shape as [number, number];
    return { rows: this.graph.batch, inFeatures, outFeatures };
  }
}

function activate(values: Float64Array, act: ActivationName): Float64Array {
  const [low, high] = LIMITS[act];
  return values.map((value) => Math.min(Math.max(value, low), high));
}
