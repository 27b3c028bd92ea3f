// The networks of workloads.json as lists of nodes, in the order in which they are computed. Value 0 is the input.
// Shapes are [channels, height, width]; weights of convolutions [outChannels, inChannels / groups, size, size], of
// dense layers [inFeatures, outFeatures] with the features in the order of the shape.

import { readFileSync } from 'node:fs';

export type ActivationName = 'none' | 'relu' | 'relu6';
export type Shape3 = readonly [channels: number, height: number, width: number];

/** A layer as workloads.json writes it. */
export type LayerSpec =
  | { t: 'conv'; k: number; r: number; s: number; p: number; act: ActivationName }
  | { t: 'dw'; r: number; s: number; p: number; act: ActivationName }
  | { t: 'maxpool'; r: number; s: number; p: number }
  | { t: 'gap' }
  | { t: 'dense'; k: number; act: ActivationName }
  | { t: 'residual'; main: LayerSpec[]; short: LayerSpec[]; act: ActivationName }
  | { t: 'concat'; branches: LayerSpec[][] };

export interface OptimizerSpec {
  readonly name: 'sgdm' | 'adam' | 'adadelta';
  readonly lr: number;
  readonly momentum?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly rho?: number;
  readonly eps?: number;
}

export interface NetSpec {
  readonly id: string;
  readonly input: Shape3;
  readonly layers: LayerSpec[];
  /** Of the nets that are trained. */
  readonly batch?: number;
  readonly classes?: number;
  readonly optimizer?: OptimizerSpec;
}

/** The values of a parameter are `numbersOf(name, size, scale)`. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly scale: number;
}

/** `y` is the value that a node makes, `x`, `a`, `b` and `xs` those that it takes. */
interface NodeBase {
  readonly y: number;
  /** Of the result. */
  readonly shape: Shape3;
}

export interface ConvNode extends NodeBase {
  readonly op: 'conv';
  readonly x: number;
  readonly inShape: Shape3;
  readonly size: number;
  readonly stride: number;
  readonly pad: number;
  readonly groups: number;
  readonly act: ActivationName;
  readonly w: Parameter;
  readonly b: Parameter;
}

export interface MaxPoolNode extends NodeBase {
  readonly op: 'maxpool';
  readonly x: number;
  readonly inShape: Shape3;
  readonly size: number;
  readonly stride: number;
  readonly pad: number;
}

/** The mean over height and width. */
export interface MeanNode extends NodeBase {
  readonly op: 'gap';
  readonly x: number;
  readonly inShape: Shape3;
}

export interface DenseNode extends NodeBase {
  readonly op: 'dense';
  readonly x: number;
  readonly inShape: Shape3;
  readonly act: ActivationName;
  readonly w: Parameter;
  readonly b: Parameter;
}

export interface AddNode extends NodeBase {
  readonly op: 'add';
  readonly a: number;
  readonly b: number;
  readonly act: ActivationName;
}

export interface ConcatNode extends NodeBase {
  readonly op: 'concat';
  readonly xs: readonly number[];
}

export type Node = ConvNode | MaxPoolNode | MeanNode | DenseNode | AddNode | ConcatNode;

export interface Graph {
  readonly id: string;
  readonly spec: NetSpec;
  readonly batch: number;
  readonly nodes: readonly Node[];
  /** Multiply-adds of one sample, forward. */
  readonly macs: number;
}

interface Workloads {
  readonly nets: readonly NetSpec[];
  readonly training: readonly NetSpec[];
}

const workloads = JSON.parse(
  readFileSync(new URL('../workloads.json', import.meta.url), 'utf8'),
) as Workloads;

/** The nets that are run, and those that are trained. */
export const nets: readonly NetSpec[] = workloads.nets;
export const trainings: readonly NetSpec[] = workloads.training;

export function graphOf(spec: NetSpec): Graph {
  const { nodes } = new GraphBuilder(spec);
  const macs = nodes.reduce((sum, node) => sum + macsOf(node), 0);
  return { id: spec.id, spec, batch: spec.batch ?? 1, nodes, macs };
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function macsOf(node: Node): number {
  if (node.op !== 'conv' && node.op !== 'dense') return 0;
  const weights = sizeOf(node.w.shape);
  return node.op === 'dense' ? weights : weights * node.shape[1] * node.shape[2];
}

interface Value {
  readonly at: number;
  readonly shape: Shape3;
}

/** A node before it is numbered. */
type Unnumbered = Node extends infer N ? (N extends Node ? Omit<N, 'y'> : never) : never;

class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly #id: string;
  #parameters = 0;

  constructor({ id, input, layers }: NetSpec) {
    this.#id = id;
    this.#sequence(layers, { at: 0, shape: input });
  }

  #sequence(layers: readonly LayerSpec[], x: Value): Value {
    return layers.reduce((value, layer) => this.#layer(layer, value), x);
  }

  #layer(layer: LayerSpec, x: Value): Value {
    switch (layer.t) {
      case 'conv':
        return this.#convolution(layer, layer.k, 1, x);
      case 'dw':
        return this.#convolution(layer, x.shape[0], x.shape[0], x);
      case 'maxpool': {
        const { r: size, s: stride, p: pad } = layer;
        const shape = windowed(x.shape, x.shape[0], layer);
        return this.#push({ op: 'maxpool', ...from(x), size, stride, pad, shape });
      }
      case 'gap':
        return this.#push({ op: 'gap', ...from(x), shape: [x.shape[0], 1, 1] });
      case 'dense':
        return this.#dense(layer.k, layer.act, x);
      case 'residual': {
        const a = this.#sequence(layer.main, x);
        const b = this.#sequence(layer.short, x);
        return this.#push({ op: 'add', a: a.at, b: b.at, act: layer.act, shape: a.shape });
      }
      case 'concat': {
        const parts = layer.branches.map((branch) => this.#sequence(branch, x));
        const channels = parts.reduce((sum, { shape }) => sum + shape[0], 0);
        const [, height, width] = parts[0]!.shape;
        const xs = parts.map(({ at }) => at);
        return this.#push({ op: 'concat', xs, shape: [channels, height, width] });
      }
    }
  }

  #convolution(
    layer: { r: number; s: number; p: number; act: ActivationName },
    outChannels: number,
    groups: number,
    x: Value,
  ): Value {
    const { r: size, s: stride, p: pad, act } = layer;
    const fanIn = (x.shape[0] / groups) * size * size;
    const w = this.#parameter([outChannels, x.shape[0] / groups, size, size], Math.sqrt(6 / fanIn));
    const b = this.#parameter([outChannels], 0.05);
    const shape = windowed(x.shape, outChannels, layer);
    return this.#push({ op: 'conv', ...from(x), size, stride, pad, groups, act, w, b, shape });
  }

  #dense(outFeatures: number, act: ActivationName, x: Value): Value {
    const inFeatures = sizeOf(x.shape);
    const w = this.#parameter([inFeatures, outFeatures], Math.sqrt(3 / inFeatures));
    const b = this.#parameter([outFeatures], 0.05);
    return this.#push({ op: 'dense', ...from(x), act, w, b, shape: [outFeatures, 1, 1] });
  }

  #parameter(shape: readonly number[], scale: number): Parameter {
    return { name: `${this.#id}.p${this.#parameters++}`, shape, scale };
  }

  #push(node: Unnumbered): Value {
    const y = this.nodes.length + 1;
    this.nodes.push({ ...node, y } as Node);
    return { at: y, shape: node.shape };
  }
}

function from({ at, shape }: Value): { x: number; inShape: Shape3 } {
  return { x: at, inShape: shape };
}

function windowed(
  [, height, width]: Shape3,
  channels: number,
  { r, s, p }: { r: number; s: number; p: number },
): Shape3 {
  const extent = (size: number) => Math.floor((size + 2 * p - r) / s) + 1;
  return [channels, extent(height), extent(width)];
}
