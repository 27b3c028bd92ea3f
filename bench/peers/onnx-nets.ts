// The networks of workloads.json as ONNX graphs.

import type {
  ActivationName,
  ConvNode,
  DenseNode,
  Graph as Net,
  MaxPoolNode,
  Node,
} from '../nets/graph.js';
import { valuesOf } from '../nets/parameters.js';
import {
  type Attribute,
  type Graph,
  type Initializer,
  initializer,
  int,
  ints,
  node,
  type OnnxNode,
  value,
} from './onnx.js';

/** The input is `x`, the output the last node's value; the parameters are initializers. */
export function netGraph(net: Net): Graph {
  const last = net.nodes.at(-1)!;
  const [channels, height, width] = last.shape;
  const outShape = last.op === 'dense' ? [channels] : [channels, height, width];
  return {
    node: net.nodes.flatMap(nodesOf),
    input: [value('x', [net.batch, ...net.spec.input])],
    output: [value(nameOf(last.y), [net.batch, ...outShape])],
    initializer: [...LIMITS, ...net.nodes.flatMap(parametersOf)],
  };
}

export function nameOf(at: number): string {
  return at === 0 ? 'x' : `v${at}`;
}

const LIMITS = [
  initializer('zero', [], Float32Array.of(0)),
  initializer('six', [], Float32Array.of(6)),
];

function parametersOf(one: Node): Initializer[] {
  if (one.op !== 'conv' && one.op !== 'dense') return [];
  return [one.w, one.b].map((parameter) =>
    initializer(parameter.name, parameter.shape, valuesOf(parameter)),
  );
}

export function nodesOf(one: Node): OnnxNode[] {
  const y = nameOf(one.y);
  switch (one.op) {
    case 'conv':
      return activated(one.act, y, (to) => [
        node('Conv', [nameOf(one.x), one.w.name, one.b.name], [to], convAttributes(one)),
      ]);
    case 'dense':
      return activated(one.act, y, (to) => denseNodes(one, to));
    case 'add':
      return activated(one.act, y, (to) => [node('Add', [nameOf(one.a), nameOf(one.b)], [to])]);
    case 'maxpool':
      return [node('MaxPool', [nameOf(one.x)], [y, `${y}_indices`], poolAttributes(one))];
    case 'gap':
      return [node('GlobalAveragePool', [nameOf(one.x)], [y])];
    case 'concat':
      return [node('Concat', one.xs.map(nameOf), [y], [int('axis', 1)])];
  }
}

function denseNodes({ x, y, w, b }: DenseNode, to: string): OnnxNode[] {
  const flat = `${nameOf(y)}_flat`;
  return [
    node('Flatten', [nameOf(x)], [flat], [int('axis', 1)]),
    node('Gemm', [flat, w.name, b.name], [to]),
  ];
}

/** The nodes that make a value, and the activation after it. */
function activated(act: ActivationName, y: string, make: (to: string) => OnnxNode[]): OnnxNode[] {
  if (act === 'none') return make(y);
  const before = `${y}_before`;
  const activation =
    act === 'relu' ? node('Relu', [before], [y]) : node('Clip', [before, 'zero', 'six'], [y]);
  return [...make(before), activation];
}

export function convAttributes({ size, stride, pad, groups }: ConvNode): Attribute[] {
  return [...windowAttributes(size, stride, pad), ints('dilations', [1, 1]), int('group', groups)];
}

export function poolAttributes({ size, stride, pad }: MaxPoolNode): Attribute[] {
  return windowAttributes(size, stride, pad);
}

function windowAttributes(size: number, stride: number, pad: number): Attribute[] {
  return [
    ints('kernel_shape', [size, size]),
    ints('strides', [stride, stride]),
    ints('pads', [pad, pad, pad, pad]),
  ];
}
