// Ops that no case of ONNX's own given here covers: values worked out by hand, after onnx.ai/onnx/operators.
import { describe, expect, test } from 'vitest';
import { noGrad } from '../../src/autograd.js';
import { loadOnnx } from '../../src/onnx/index.js';
import { sizeOf } from '../../src/shape.js';
import { scope } from '../../src/tensor.js';
import {
  graphProto,
  message,
  modelProto,
  node,
  tensorProto,
  valueInfo,
} from '../support/onnx-file.js';
import { floats } from '../support/tensors.js';

type Attributes = Parameters<typeof node>[3];
interface Given {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly type?: 'int64';
}

const of = (shape: readonly number[], values: readonly number[]): Given => ({ shape, values });
const ints = (...values: number[]): Given => ({ shape: [values.length], values, type: 'int64' });
const scalar = (value: number): Given => ({ shape: [], values: [value] });
const NONE = undefined;
const UP = of([2, 3], [1, 2, 3, 4, 5, 6]);

/** The outputs of one node: the first input comes in as a tensor, the others are constants of the file. */
function run(
  op: string,
  [x, ...others]: readonly (Given | undefined)[],
  attributes: Attributes = {},
  outputs = 1,
  opset = 18,
) {
  const names = Array.from({ length: outputs }, (_, i) => `y${i}`);
  const constants = others.flatMap((given, i) =>
    given ? [tensorProto(`c${i}`, given.shape, given.values, given.type)] : [],
  );
  const inputs = ['x', ...others.map((given, i) => (given ? `c${i}` : ''))];
  const graph = graphProto({
    nodes: [node(op, inputs, names, attributes)],
    constants,
    inputs: [valueInfo('x', [...x!.shape])],
    outputs: names.map((name) => valueInfo(name, [])),
  });
  return scope(() => {
    const model = loadOnnx(message(modelProto(graph, opset)));
    const given = floats(x!.values, x!.shape);
    const results = noGrad(() => model.run({ x: given }));
    model.dispose();
    return names.map((name) => ({
      shape: [...results[name]!.shape],
      values: Array.from(results[name]!.data(), (value) => Math.round(value * 1e5) / 1e5),
    }));
  });
}

describe.each<[string, (Given | undefined)[], Attributes, Given]>([
  ['ReduceL1', [of([2, 2], [1, -2, 3, -4]), ints(1)], {}, of([2, 1], [3, 7])],
  ['ReduceL2', [of([2, 2], [3, -4, 6, 8]), ints(1)], { keepdims: 0 }, of([2], [5, 10])],
  ['ReduceProd', [UP, ints(-1)], { keepdims: 0 }, of([2], [6, 120])],
  ['ReduceSumSquare', [UP, ints(0)], {}, of([1, 3], [17, 29, 45])],
  ['ReduceLogSum', [of([2], [1, Math.E - 1])], { keepdims: 0 }, of([], [1])],
  ['ReduceLogSumExp', [of([2], [100, 100])], { keepdims: 0 }, of([], [100.69315])],
  ['ReduceSum', [UP], { noop_with_empty_axes: 1 }, UP],
  ['ArgMin', [of([3], [2, 1, 1])], { select_last_index: 1, keepdims: 0 }, of([], [2])],
  ['CumSum', [UP, scalar(1)], { exclusive: 1, reverse: 1 }, of([2, 3], [5, 3, 0, 11, 6, 0])],
  ['Mod', [of([4], [-7, 7, -7, 7]), of([4], [3, 3, -3, -3])], { fmod: 1 }, of([4], [-1, 1, -1, 1])],
  ['IsInf', [of([3], [Infinity, -Infinity, 1])], { detect_negative: 0 }, of([3], [1, 0, 0])],
  ['IsNaN', [of([2], [NaN, 1])], {}, of([2], [1, 0])],
  ['Shrink', [of([4], [-2, -0.5, 0.5, 2])], { lambd: 1.5, bias: 0.5 }, of([4], [-1.5, 0, 0, 1.5])],
  ['Mish', [of([2], [0, 1])], {}, of([2], [0, 0.8651])],
  ['Trilu', [UP, NONE], { upper: 0 }, of([2, 3], [1, 0, 0, 4, 5, 0])],
  ['Trilu', [UP, ints(1)], {}, of([2, 3], [0, 2, 3, 0, 0, 6])],
  ['EyeLike', [UP], { k: 1 }, of([2, 3], [0, 1, 0, 0, 0, 1])],
  ['Tile', [of([1, 2], [1, 2]), ints(2, 2)], {}, of([2, 4], [1, 2, 1, 2, 1, 2, 1, 2])],
  ['NonZero', [of([2, 2], [1, 0, 0, 3])], {}, of([2, 2], [0, 1, 0, 1])],
  ['Compress', [UP, of([2], [0, 1])], { axis: 0 }, of([1, 3], [4, 5, 6])],
  ['Compress', [UP, of([3], [0, 1, 1])], {}, of([2], [2, 3])],
  ['OneHot', [of([2], [1, -1]), scalar(3), of([2], [0, 5])], {}, of([2, 3], [0, 5, 0, 0, 0, 5])],
  [
    'GatherElements',
    [UP, { ...of([2, 1], [2, -3]), type: 'int64' }],
    { axis: 1 },
    of([2, 1], [3, 4]),
  ],
  ['GatherND', [UP, { ...of([2, 2], [0, 1, 1, -1]), type: 'int64' }], {}, of([2], [2, 6])],
  [
    'ScatterElements',
    [UP, { ...of([1, 2], [1, -1]), type: 'int64' }, of([1, 2], [8, 9])],
    { axis: 1 },
    of([2, 3], [1, 8, 9, 4, 5, 6]),
  ],
  [
    'ScatterElements',
    [of([3], [1, 2, 3]), ints(1, 1), of([2], [8, 9])],
    { reduction: 'add' },
    of([3], [1, 19, 3]),
  ],
  [
    'ScatterND',
    [UP, { ...of([1, 1], [1]), type: 'int64' }, of([1, 3], [7, 8, 9])],
    {},
    of([2, 3], [1, 2, 3, 7, 8, 9]),
  ],
  ['GlobalLpPool', [of([1, 1, 2, 2], [1, 1, 1, 1])], { p: 2 }, of([1, 1, 1, 1], [2])],
  ['MeanVarianceNormalization', [of([2, 1, 1, 1], [1, 3])], {}, of([2, 1, 1, 1], [-1, 1])],
  ['Clip', [of([3], [-1, 0, 2]), scalar(3), scalar(1)], {}, of([3], [1, 1, 1])],
  ['Slice', [UP, ints(-1), ints(-(2 ** 52)), ints(1), ints(-2)], {}, of([2, 2], [3, 1, 6, 4])],
  ['Pad', [of([1, 2], [1, 2]), ints(1, -1), scalar(7), ints(1)], {}, of([1, 2], [7, 1])],
  ['Hardmax', [of([1, 3], [1, 3, 3])], {}, of([1, 3], [0, 1, 0])],
  ['Concat', [UP, UP], { axis: -1 }, of([2, 6], [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])],
])('%s', (op, inputs, attributes, expected) => {
  test(JSON.stringify(attributes), () => {
    const [y] = run(op, inputs, attributes);
    expect(y!.shape).toEqual(expected.shape);
    expect(y!.values.map((value) => value + 0)).toEqual(expected.values);
  });
});

test('TopK gives values and places, the least too', () => {
  const x = of([4], [3, 1, 4, 1]);
  const [values, indices] = run('TopK', [x, ints(2)], {}, 2);
  expect([values!.values, indices!.values]).toEqual([
    [4, 3],
    [2, 0],
  ]);
  const [least, places] = run('TopK', [x, ints(2)], { largest: 0, axis: 0 }, 2);
  expect([least!.values, places!.values]).toEqual([
    [1, 1],
    [1, 3],
  ]);
});

test('NonMaxSuppression keeps the best boxes of each class', () => {
  const boxes = of([1, 3, 4], [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, 2, 1, 3]);
  const scores = of([1, 1, 3], [0.9, 0.75, 0.6]);
  const limits = [ints(3), scalar(0.5), scalar(0)];
  const [kept] = run('NonMaxSuppression', [boxes, scores, ...limits]);
  expect(kept).toEqual({ shape: [2, 3], values: [0, 0, 0, 0, 0, 2] });
});

describe('versions of an op', () => {
  const versions = (op: string, old: Parameters<typeof run>[2], oldOpset: number, input: Given) => {
    const [before] = run(op, [UP], old, 1, oldOpset);
    const [now] = run(op, [UP, input]);
    expect(before).toEqual(now);
  };
  test('take axes and amounts as attributes, then as inputs', () => {
    versions('Unsqueeze', { axes: [0, 3] }, 11, ints(0, 3));
    versions('ReduceMean', { axes: [1] }, 13, ints(1));
    versions('ReduceSum', { axes: [-1] }, 11, ints(-1));
    versions('Pad', { pads: [1, 0, 0, 1] }, 10, ints(1, 0, 0, 1));
  });

  test('Slice-1, Split-2, TopK-1, Clip-6, Squeeze-1', () => {
    const [slice] = run('Slice', [UP], { starts: [1], ends: [3], axes: [1] }, 1, 9);
    expect(slice!.values).toEqual([2, 3, 5, 6]);
    const parts = run('Split', [UP], { split: [1, 2], axis: 1 }, 2, 11);
    expect(parts.map(({ values }) => values)).toEqual([
      [1, 4],
      [2, 3, 5, 6],
    ]);
    expect(run('TopK', [UP], { k: 1 }, 2, 9)[0]!.values).toEqual([3, 6]);
    expect(run('Clip', [UP], { min: 1.5, max: 4.5 }, 1, 6)[0]!.values).toEqual([
      1.5, 2, 3, 4, 4.5, 4.5,
    ]);
    expect(run('Squeeze', [of([1, 2], [1, 2])], { axes: [0] }, 1, 11)[0]!.shape).toEqual([2]);
  });

  test('Softmax up to 12 is over all axes from the first', () => {
    const x = of([1, 2, 2], [0, 0, 0, 0]);
    expect(run('Softmax', [x], {}, 1, 12)[0]!.values).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(run('Softmax', [x], {}, 1, 13)[0]!.values).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  test('Upsample and Resize-10 repeat', () => {
    const x = of([1, 1, 1, 2], [1, 2]);
    const scales = of([4], [1, 1, 2, 2]);
    const expected = [1, 1, 2, 2, 1, 1, 2, 2];
    expect(run('Upsample', [x, scales], { mode: 'nearest' }, 1, 9)[0]!.values).toEqual(expected);
    expect(run('Upsample', [x], { scales: [1, 1, 2, 2.5] }, 1, 7)[0]!.shape).toEqual([1, 1, 2, 5]);
    expect(run('Resize', [x, scales], {}, 1, 10)[0]!.values).toEqual(expected);
  });

  test('Add-6 aligns b at an axis', () => {
    const [y] = run('Add', [UP, of([2], [10, 20])], { broadcast: 1, axis: 0 }, 1, 6);
    expect(y!.values).toEqual([11, 12, 13, 24, 25, 26]);
  });
});

describe('quantised products', () => {
  test('QLinearConv rescales its sums', () => {
    const x = of([1, 1, 1, 3], [10, 20, 30]);
    const inputs = [x, scalar(0.5), scalar(0), of([1, 1, 1, 1], [3]), scalar(1), scalar(1)];
    const [y] = run('QLinearConv', [...inputs, scalar(2), scalar(1)]);
    // (2 · x · 0.5 · 1) / 2 + 1.
    expect(y!.values).toEqual([6, 11, 16]);
  });

  test('MatMulInteger takes zero points of rows and columns', () => {
    const a = of([2, 2], [1, 2, 3, 4]);
    const b = of([2, 2], [5, 6, 7, 8]);
    const [y] = run('MatMulInteger', [a, b, of([2], [1, 2]), of([2], [5, 6])]);
    expect(y!.values).toEqual([2, 2, 4, 4]);
  });
});

test('shapes are numbers of the host: a reshape by what Shape, Gather and Concat give', () => {
  const graph = graphProto({
    nodes: [
      node('Shape', ['x'], ['s']),
      node('Gather', ['s', 'zero'], ['n']),
      node('Unsqueeze', ['n', 'axes'], ['n1']),
      node('Mul', ['n1', 'two'], ['m']),
      node('Concat', ['m', 'rest'], ['t'], { axis: 0 }),
      node('Reshape', ['x', 't'], ['y']),
    ],
    constants: [
      tensorProto('zero', [], [0], 'int64'),
      tensorProto('axes', [1], [0], 'int64'),
      tensorProto('two', [1], [2], 'int64'),
      tensorProto('rest', [1], [-1], 'int64'),
    ],
    inputs: [valueInfo('x', ['N', 'M'])],
    outputs: [valueInfo('y', [])],
  });
  const model = loadOnnx(message(modelProto(graph)));
  scope(() => {
    for (const shape of [
      [2, 6],
      [3, 2],
      [1, 8],
    ]) {
      const x = floats(
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => i),
        shape,
      );
      expect(model.forward(x).shape).toEqual([2 * shape[0]!, shape[1]! / 2]);
    }
  });
});
