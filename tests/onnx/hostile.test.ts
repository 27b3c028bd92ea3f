// What public advisories say of ONNX and ONNX Runtime: attributes and indices are errors of ours, names are names.
import { describe, expect, test } from 'vitest';
import { ones } from '../../src/creation.js';
import { loadOnnx } from '../../src/onnx/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import {
  graphProto,
  message,
  modelProto,
  node,
  tensorProto,
  valueInfo,
} from '../support/onnx-file.js';

const PICTURE = [1, 2, 4, 4];

type Operand = Parameters<typeof tensorProto>;

/** What loading a graph of one node and running it ends with. */
function errorOf(op: string, operands: readonly Operand[], attributes: object, shape = PICTURE) {
  const names = operands.map(([name]) => name);
  const graph = graphProto({
    inputs: [valueInfo('x', shape)],
    outputs: [valueInfo('y', shape)],
    nodes: [node(op, ['x', ...names], ['y'], attributes as never)],
    constants: operands.map((operand) => tensorProto(...operand)),
  });
  const { bytesInUse } = runtime().heap;
  const begin = process.cpuUsage();
  try {
    const model = loadOnnx(message(modelProto(graph, 17)));
    try {
      scope(() => model.run({ x: ones(shape) }));
    } finally {
      model.dispose();
    }
  } catch (error) {
    expect(process.cpuUsage(begin).user).toBeLessThan(1e6);
    expect(runtime().heap.bytesInUse).toBe(bytesInUse);
    return error as Error;
  }
  throw new Error('expected an error');
}

const filter = (shape: number[]): Operand => [
  'w',
  shape,
  Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 1),
];

test.each<[string, string, readonly Operand[], object]>([
  ['a stride of 0', 'Conv', [filter([2, 2, 2, 2])], { strides: [0, 1] }],
  ['a negative dilation', 'Conv', [filter([2, 2, 2, 2])], { dilations: [1, -1] }],
  ['groups of 0', 'Conv', [filter([2, 2, 2, 2])], { group: 0 }],
  ['groups that divide no channels', 'Conv', [filter([2, 2, 2, 2])], { group: 3 }],
  ['huge padding', 'Conv', [filter([2, 2, 2, 2])], { pads: [2 ** 31, 0, 0, 0] }],
  ['padding of another length', 'Conv', [filter([2, 2, 2, 2])], { pads: [1] }],
  ['a filter of other channels', 'Conv', [filter([2, 3, 2, 2])], {}],
  ['a filter without elements', 'Conv', [filter([2, 2, 0, 2])], {}],
  ['a pool of size 0', 'MaxPool', [], { kernel_shape: [0, 2] }],
  ['a pool of a huge size', 'MaxPool', [], { kernel_shape: [2 ** 40, 2] }],
  ['a pool of stride 0', 'AveragePool', [], { kernel_shape: [2, 2], strides: [0, 0] }],
  ['a block of 0', 'DepthToSpace', [], { blocksize: 0 }],
  ['an axis that is not there', 'Softmax', [], { axis: 9 }],
  ['axes that are not there', 'Transpose', [], { perm: [0, 1, 2, 7] }],
  ['an axis twice', 'Transpose', [], { perm: [0, 1, 1, 2] }],
])('%s', (_, op, operands, attributes) => {
  expect(errorOf(op, operands, attributes).name).toMatch(
    /^(RangeError|ShapeError|FormatError|OutOfMemoryError)$/,
  );
});

describe('names', () => {
  test.each(['__proto__', 'constructor', 'toString', 'x.y/z:0'])('%s is one', (name) => {
    const graph = graphProto({
      inputs: [valueInfo('x', [2])],
      outputs: [valueInfo(name, [2])],
      nodes: [node('Add', ['x', 'hasOwnProperty'], [name])],
      constants: [tensorProto('hasOwnProperty', [2], [1, 2])],
    });
    const model = loadOnnx(message(modelProto(graph, 17)));
    scope(() => expect(model.forward(ones([2])).toArray()).toEqual([2, 3]));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    model.dispose();
  });
});
