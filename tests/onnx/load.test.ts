import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { loadOnnx } from '../../src/onnx/index.js';
import { sum } from '../../src/ops/reductions.js';
import { scope } from '../../src/tensor.js';
import {
  type Fields,
  graphProto,
  type GraphParts,
  message,
  modelProto,
  node,
  tensorProto,
  valueInfo,
} from '../support/onnx-file.js';
import { floats } from '../support/tensors.js';

const X = valueInfo('x', ['N', 2]);
const Y = valueInfo('y', ['N', 2]);

const fileOf = (parts: Partial<GraphParts> & Pick<GraphParts, 'nodes'>, opset = 17) =>
  message(modelProto(graphProto({ inputs: [X], outputs: [Y], ...parts }), opset));
const load = (parts: Partial<GraphParts> & Pick<GraphParts, 'nodes'>, opset?: number) =>
  loadOnnx(fileOf(parts, opset));
const failing = (run: () => unknown) => {
  expect(run).toThrow(FormatError);
  return expect(run);
};
/** y of x = [[1, -2]]. */
const run = (parts: Parameters<typeof load>[0], opset?: number) =>
  scope(() => {
    const model = load(parts, opset);
    const y = Array.from(model.run({ x: floats([1, -2], [1, 2]) })['y']!.data());
    model.dispose();
    return y;
  });

describe('a graph', () => {
  test('may have its nodes in any order, and dead ones of any kind', () => {
    const nodes = [
      node('Relu', ['a'], ['y']),
      node('Neg', ['x'], ['a']),
      node('NoSuchOp', ['b'], ['c']),
      node('Relu', ['d'], ['e']),
      node('Relu', ['e'], ['d']),
    ];
    expect(run({ nodes })).toEqual([0, 2]);
  });

  test('tells its inputs and outputs', () => {
    const model = load({
      nodes: [node('Add', ['x', 'w'], ['y'])],
      inputs: [X, valueInfo('w', [2])],
      constants: [tensorProto('w', [2], [1, 2])],
    });
    expect(model.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [null, 2] }]);
    expect(model.outputs).toEqual(['y']);
  });

  test('that is none is refused with what is wrong', () => {
    const relu = node('Relu', ['x'], ['y'], {}, 'relu');
    failing(() => load({ nodes: [node('Relu', ['z'], ['y'], {}, 'relu')] })).toThrow(
      "node relu (Relu): expected the value 'z', which nothing gives",
    );
    failing(() => load({ nodes: [] })).toThrow("the outputs: expected the value 'y'");
    failing(() => load({ nodes: [relu], outputs: [] })).toThrow('expected outputs, got none');
    failing(() => load({ nodes: [relu, relu] })).toThrow(
      "node relu_1 (Relu): expected values of different names, got 'y' twice",
    );
    failing(() =>
      load({
        nodes: [
          node('Add', ['x', 'b'], ['a']),
          node('Relu', ['a'], ['b']),
          node('Neg', ['b'], ['y']),
        ],
      }),
    ).toThrow("expected a graph without cycles, got one through '");
    failing(() => load({ nodes: [relu], inputs: [X, X] })).toThrow('inputs of different names');
    failing(() => load({ nodes: [relu], inputs: [X, valueInfo('t', [1], 8)] })).toThrow(
      "input 't': expected a name and a tensor of numbers",
    );
    failing(() => load({ nodes: [node('Add', ['x'], ['y'], {}, 'add')] })).toThrow(
      'node add (Add): expected 2 inputs, got 1',
    );
    failing(() => load({ nodes: [node('Conv', ['x', ''], ['y'], {}, 'conv')] })).toThrow(
      'node conv (Conv): expected 2 inputs, got 1',
    );
    failing(() => load({ nodes: [relu] }, 5)).toThrow('expected a version of 6 to 25, got 5');
    failing(() => load({ nodes: [relu] }, 26)).toThrow('expected a version of 6 to 25, got 26');
  });

  test('of a hundred thousand nodes is no deeper than the stack', () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) =>
      node('Relu', [i === 0 ? 'x' : `v${i}`], [i === 19_999 ? 'y' : `v${i + 1}`]),
    );
    const model = load({ nodes: nodes.reverse() });
    expect(model.outputs).toEqual(['y']);
  });

  test('with ops that are not known lists all of them', () => {
    const nodes = [
      node('Fancy', ['x'], ['a'], {}, 'first'),
      node('Fancy', ['a'], ['b'], {}, 'second'),
      [...node('Relu', ['b'], ['y'], {}, 'third'), [7, 'my.domain'] as const],
    ];
    failing(() => load({ nodes })).toThrow(/Fancy \(first, second\).*my.domain:Relu \(third\)/);
    failing(() => load({ nodes: [node('toString', ['x'], ['y'])] })).toThrow('toString');
  });
});

describe('constants', () => {
  const add = [node('Add', ['x', 'c'], ['y'])];
  test.each<[string, Parameters<typeof node>[3], number[]]>([
    ['value_float', { value_float: 0.5 }, [1.5, -1.5]],
    ['value_floats', { value_floats: [0.5, 1.5] }, [1.5, -0.5]],
    ['value', { value: { tensor: tensorProto('', [2], [3, 4]) } }, [4, 2]],
  ])('in a node as %s', (_, attributes, expected) => {
    expect(run({ nodes: [node('Constant', [], ['c'], attributes), ...add] })).toEqual(expected);
  });

  test('in a node as integers are shapes', () => {
    const nodes = [
      node('Constant', [], ['shape'], { value_ints: [2, 1] }),
      node('Constant', [], ['one'], { value_int: 1 }),
      node('Reshape', ['x', 'shape'], ['a']),
      node('ReduceSum', ['a', 'one'], ['b'], { keepdims: 0 }),
      node('Identity', ['b'], ['y']),
    ];
    expect(run({ nodes })).toEqual([1, -2]);
  });

  test('in a node that hold none are refused', () => {
    failing(() => load({ nodes: [node('Constant', [], ['c'], {}, 'k'), ...add] })).toThrow(
      'node k (Constant): expected one attribute of numbers, got none',
    );
    failing(() =>
      load({ nodes: [node('Constant', [], ['c'], { value_string: 'a' }), ...add] }),
    ).toThrow('got value_string (string)');
  });
});

describe('If', () => {
  const branch = (op: string, constants: Fields[] = [], inputs = ['x']) => ({
    graph: graphProto({
      nodes: [node(op, inputs, ['r'])],
      constants,
      outputs: [valueInfo('r', [])],
    }),
  });
  const conditional = (then: { graph: Fields }, otherwise: { graph: Fields }) =>
    node('If', ['c'], ['y'], { then_branch: then, else_branch: otherwise }, 'if');
  const condition = (value: number) => tensorProto('c', [], [value]);

  test.each([
    [1, [-1, 2]],
    [0, [1, 2]],
  ])('with condition %i', (value, expected) => {
    const nodes = [conditional(branch('Neg'), branch('Abs'))];
    expect(run({ nodes, constants: [condition(value)] })).toEqual(expected);
  });

  test('has constants of its own, whose names may be those of others', () => {
    const own = (value: number) =>
      branch('Mul', [tensorProto('k', [2], [value, value])], ['x', 'k']);
    const nodes = [conditional(own(2), own(3))];
    const constants = [condition(0), tensorProto('k', [2], [9, 9])];
    expect(run({ nodes, constants })).toEqual([3, -6]);
  });

  test('by a value that is known only when the model runs', () => {
    const nodes = [
      node('ReduceMax', ['x'], ['m'], { keepdims: 0 }),
      node('Greater', ['m', 'zero'], ['c']),
      conditional(branch('Neg'), branch('Abs')),
    ];
    expect(run({ nodes, constants: [tensorProto('zero', [], [0])] })).toEqual([-1, 2]);
  });

  test('whose branch is wrong says so', () => {
    const constants = [condition(1)];
    failing(() =>
      load({ nodes: [conditional(branch('Neg', [], ['q']), branch('Abs'))], constants }),
    ).toThrow("node if (If): expected the value 'q', which nothing gives");
    failing(() => run({ nodes: [conditional(branch('Fancy'), branch('Abs'))], constants })).toThrow(
      'node r (Fancy): expected an op that is known here',
    );
    failing(() => load({ nodes: [conditional(branch('Add'), branch('Abs'))], constants })).toThrow(
      'expected 2 inputs, got 1',
    );
    const half = node('If', ['c'], ['y'], { then_branch: branch('Neg') });
    failing(() => run({ nodes: [half], constants: [condition(0)] })).toThrow(
      'else_branch: expected an attribute, got none',
    );
  });
});

describe('training', () => {
  const gemm = (trainable: boolean, freeze: (string | RegExp)[] = []) =>
    loadOnnx(
      fileOf({
        nodes: [node('Gemm', ['x', 'fc.weight', 'fc.bias'], ['y'], { transB: 1 })],
        constants: [
          tensorProto('fc.weight', [2, 2], [1, 2, 3, 4]),
          tensorProto('fc.bias', [2], [5, 6]),
        ],
      }),
      { trainable, freeze },
    );

  test('weights have the names of the file, and are parameters if asked for', () => {
    expect(gemm(false).namedParameters()).toEqual([]);
    expect(
      gemm(true)
        .namedParameters()
        .map(([name]) => name),
    ).toEqual(['fc.weight', 'fc.bias']);
  });

  test('gives gradients, none where frozen', () => {
    scope(() => {
      const model = gemm(true, [/bias$/]);
      const y = model.forward(floats([1, -2], [1, 2]));
      expect(Array.from(y.data())).toEqual([2, 1]);
      sum(y).backward();
      const [weight, bias] = model.parameters();
      expect(bias!.grad).toBeUndefined();
      // Stored as [in, out].
      expect(Array.from(weight!.grad!.data())).toEqual([1, 1, -2, -2]);
    });
  });
});

test('attributes of another kind, and texts that are not known', () => {
  const elu = node('Elu', ['x'], ['y'], { alpha: 'one' }, 'elu');
  failing(() => run({ nodes: [elu] })).toThrow(
    'node elu (Elu): alpha: expected an attribute of kind float, got string',
  );
  const gelu = node('Gelu', ['x'], ['y'], { approximate: 'best' }, 'gelu');
  failing(() => run({ nodes: [gelu] })).toThrow(
    'approximate: expected one of none, tanh, got "best"',
  );
});

test('options are checked', () => {
  const bytes = fileOf({ nodes: [node('Relu', ['x'], ['y'])] });
  expect(() => loadOnnx(bytes, { train: true } as never)).toThrow(
    'loadOnnx: options: expected trainable, freeze, outputs, limits, externalData, got train',
  );
  expect(() => loadOnnx(bytes, { externalData: 'folder' as never })).toThrow(TypeError);
});
