// Damaged copies of a model: each is an error that says so, or a model that runs or says why not, in bounded time.
import { describe, expect, test } from 'vitest';
import { noGrad } from '../../src/autograd.js';
import { FormatError } from '../../src/errors.js';
import { loadOnnx } from '../../src/onnx/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { fuzz, MUTANTS } from '../support/fuzz.js';
import {
  graphProto,
  message,
  modelProto,
  node,
  tensorProto,
  valueInfo,
} from '../support/onnx-file.js';
import { floats } from '../support/tensors.js';

/** What running may end with beside outputs: shapes and values that do not fit. */
const REFUSALS = /^(FormatError|ShapeError|RangeError|TypeError|OutOfMemoryError)$/;
/** A mutant may ask for a large tensor: memory grows, but to no more than this. */
const MOST_BYTES = 2 ** 30;

const LIMITS = { bytes: 2 ** 20, nodes: 1000, tensorElements: 2 ** 20 };

/** A small net with most of what files have: weights, shapes that are computed, a graph in a node. */
function smallNet(): Uint8Array {
  const branch = (op: string) => ({
    graph: graphProto({ nodes: [node(op, ['p'], ['r'])], outputs: [valueInfo('r', [])] }),
  });
  const nodes = [
    node('Conv', ['x', 'w', 'b'], ['c'], { pads: [1, 1, 1, 1], strides: [2, 2] }, 'conv'),
    node('BatchNormalization', ['c', 'b', 'b', 'b', 'one'], ['n'], { epsilon: 0.01 }),
    node('MaxPool', ['n'], ['p'], { kernel_shape: [2, 2] }),
    node('Constant', [], ['yes'], { value_int: 1 }),
    node('If', ['yes'], ['i'], { then_branch: branch('Relu'), else_branch: branch('Neg') }),
    node('Resize', ['i', '', 'scales'], ['u'], { mode: 'linear' }),
    node('Shape', ['u'], ['s'], { end: 1 }),
    node('Concat', ['s', 'rest'], ['t'], { axis: 0 }),
    node('Reshape', ['u', 't'], ['f']),
    node('Softmax', ['f'], ['y'], { axis: -1 }),
  ];
  const values = Array.from({ length: 2 * 9 }, (_, i) => Math.sin(i));
  const constants = [
    tensorProto('w', [2, 1, 3, 3], values),
    tensorProto('b', [2], [0.5, -0.5]),
    tensorProto('one', [2], [1, 1]),
    tensorProto('scales', [4], [1, 1, 2, 2]),
    tensorProto('rest', [1], [-1], 'int64'),
  ];
  const inputs = [valueInfo('x', ['N', 1, 8, 8])];
  return message(
    modelProto(graphProto({ nodes, constants, inputs, outputs: [valueInfo('y', [])] })),
  );
}

const file = smallNet();

/** Loads and runs it; what running refuses is an answer too. */
function answer(bytes: Uint8Array): Record<string, Tensor> | Error {
  return scope(() => {
    const model = loadOnnx(bytes, { limits: LIMITS });
    try {
      const x = floats(new Float32Array(64).fill(0.5), [1, 1, 8, 8]);
      const given = Object.fromEntries(model.inputs.map(({ name }) => [name, x]));
      return noGrad(() => model.run(given));
    } catch (error) {
      if (error instanceof Error && REFUSALS.test(error.name)) return error;
      throw error;
    } finally {
      model.dispose();
    }
  });
}

describe('a damaged model', () => {
  test('that is whole runs', () => {
    expect(answer(file)).toHaveProperty('y');
  });

  test('cut off at each byte is refused', () => {
    const begin = performance.now();
    for (let length = 0; length < file.length; length++) {
      try {
        answer(file.subarray(0, length));
      } catch (error) {
        expect(error, `${length} bytes`).toBeInstanceOf(FormatError);
      }
    }
    expect(performance.now() - begin).toBeLessThan(1000 * file.length);
  });

  test(`${MUTANTS} mutants`, { timeout: 600_000 }, async () => {
    await fuzz(file, MUTANTS, 17, answer, {
      answer: (value) => expect(value).toBeDefined(),
      error: { name: /^FormatError$/, message: /./ },
    });
    expect(runtime().heap.bytes).toBeLessThan(MOST_BYTES);
  });
});
