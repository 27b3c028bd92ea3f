// Files that lie, and what is wrong with the way a file is loaded.
import { describe, expect, test } from 'vitest';
import { tensor } from '../../src/creation.js';
import { FormatError } from '../../src/errors.js';
import { runtime } from '../../src/runtime/runtime.js';
import { loadTflite, type TfliteOptions } from '../../src/tflite/index.js';
import { scope } from '../../src/tensor.js';
import { type Field, flatbuffer, type ModelSpec, tfliteFile } from '../support/tflite-file.js';

const ADD = 0;
const RELU = 19;
/** y = relu(x + [1, 2]). */
const MODEL: ModelSpec = {
  tensors: [
    { name: 'x', shape: [2] },
    { name: 'w', shape: [2], data: [1, -2] },
    { name: 'sum', shape: [2] },
    { name: 'y', shape: [2] },
  ],
  operators: [
    { code: ADD, inputs: [0, 1], outputs: [2], options: [11, [{ i8: 0 }]] },
    { code: RELU, inputs: [2], outputs: [3] },
  ],
  inputs: [0],
  outputs: [3],
};
const withTensor = (place: number, change: object): ModelSpec => ({
  ...MODEL,
  tensors: MODEL.tensors.map((spec, i) => (i === place ? { ...spec, ...change } : spec)),
});
const withOperator = (place: number, change: object): ModelSpec => ({
  ...MODEL,
  operators: MODEL.operators.map((spec, i) => (i === place ? { ...spec, ...change } : spec)),
});

/** The message of the error, of which nothing is left in memory. */
function errorOf(model: ModelSpec | Uint8Array<ArrayBuffer>, options?: TfliteOptions): string {
  const file = model instanceof Uint8Array ? model : tfliteFile(model);
  const { bytes } = runtime().heap;
  try {
    loadTflite(file, options);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    expect(runtime().heap.bytes).toBe(bytes);
    return (error as Error).message;
  }
  throw new Error('expected an error');
}

test('the model itself is right', () => {
  const model = loadTflite(tfliteFile(MODEL));
  expect(model.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [2] }]);
  expect(model.outputs).toEqual(['y']);
  scope(() => expect(model.forward(tensor([1, 1])).toArray()).toEqual([2, 0]));
  model.dispose();
});

describe('graphs', () => {
  test.each<[string, ModelSpec, string]>([
    [
      'another version',
      { ...MODEL, version: 2 },
      'tflite: expected version 3 of the format, got 2',
    ],
    [
      'a tensor that is not there',
      { ...MODEL, outputs: [4] },
      'expected one of 4 tensors, got number 4',
    ],
    ['a negative tensor', { ...MODEL, inputs: [-1] }, 'expected one of 4 tensors, got number -1'],
    [
      'a cycle',
      withOperator(0, { inputs: [0, 3] }),
      'tflite: ADD of tensor sum: expected operands that are known by then, got tensor y',
    ],
    [
      'a value given twice',
      withOperator(1, { outputs: [2] }),
      'tensor sum: expected to be given once, got it twice',
    ],
    [
      'a constant written to',
      withOperator(1, { outputs: [1] }),
      'tensor w: expected to be given once, got it twice',
    ],
    [
      'a constant input',
      { ...MODEL, inputs: [0, 1] },
      'tensor w: expected an input, got a constant',
    ],
    [
      'an output that nothing gives',
      { ...MODEL, operators: [] },
      'expected outputs that are given, got tensor y',
    ],
    [
      'too few operands',
      withOperator(0, { inputs: [0] }),
      'ADD of tensor sum: expected 2 operands, got 1',
    ],
    [
      'an operand left out',
      withOperator(0, { inputs: [-1, 1] }),
      'ADD of tensor sum: expected 2 operands, got 0',
    ],
    [
      'options of another operator',
      withOperator(0, { options: [5, [{ i8: 0 }]] }),
      'tflite: ADD: expected its options, of the kind 11, got those of the kind 5',
    ],
    [
      'ops that are not known: all are listed',
      {
        ...MODEL,
        operators: [
          { code: 'Own', inputs: [0], outputs: [2] },
          { code: 16, inputs: [2], outputs: [3] },
        ],
      },
      'tflite: expected ops that are known here, got CUSTOM:Own (sum); LSTM (y)',
    ],
  ])('%s', (_, model, message) => {
    expect(errorOf(model)).toContain(message);
  });
});

describe('tensors', () => {
  test.each<[string, ModelSpec, string]>([
    [
      'a negative size',
      withTensor(1, { shape: [-2] }),
      'tensor w: expected sizes of at least 0, got [-2]',
    ],
    [
      'more elements than bytes',
      withTensor(1, { shape: [3] }),
      'tensor w: expected 12 bytes for 3 elements of float32, got 8',
    ],
    [
      'a huge shape',
      withTensor(1, { shape: [2 ** 30, 2 ** 30] }),
      'expected sizes of at least 0, got [1073741824,1073741824]',
    ],
    [
      'too many elements',
      withTensor(1, { shape: [2 ** 29] }),
      'expected at most 268435456 elements of constants',
    ],
    [
      'scales of another number',
      withTensor(1, { type: 'int8', scales: [1, 2, 3] }),
      'tensor w: expected a finite scale, or one for each place along axis 0, with zero points, for shape [2], got 3 and 0',
    ],
    [
      'an axis that is not there',
      withTensor(1, { type: 'int8', scales: [1, 2], axis: 1 }),
      'along axis 1',
    ],
    [
      'a scale that is NaN',
      withTensor(1, { type: 'int8', scales: [NaN] }),
      'expected a finite scale',
    ],
    [
      'zero points of another number',
      withTensor(1, { type: 'int8', scales: [1, 1], zeroPoints: [1, 2, 3] }),
      'got 2 and 3',
    ],
    [
      'a sparse tensor',
      withTensor(1, { more: [undefined, { table: [] }] }),
      'expected all elements, got a sparse tensor',
    ],
  ])('%s', (_, model, message) => {
    expect(errorOf(model)).toContain(message);
  });

  test('names that are used twice, or are missing, are made unique', () => {
    const model = withTensor(2, { name: 'x' });
    const loaded = loadTflite(tfliteFile({ ...model, outputs: [3, 2], inputs: [0] }));
    expect(loaded.outputs).toEqual(['y', 'x:2']);
    loaded.dispose();
  });
});

describe('limits', () => {
  test.each<[TfliteOptions['limits'] & object, string]>([
    [{ bytes: 100 }, 'expected at most 100 bytes, got'],
    [{ nodes: 3 }, 'expected at most 3 operators and tensors, got 4'],
    [{ elements: 1 }, 'expected at most 1 elements of constants, got more'],
  ])('%j', (limits, message) => {
    expect(errorOf(MODEL, { limits })).toContain(message);
  });

  test('vectors that share their bytes are not read endlessly', () => {
    // So many tables refer to one vector that its elements are more than the bytes of the file.
    const operators = Array.from({ length: 200 }, () => MODEL.operators[1]!);
    const file = tfliteFile({ ...MODEL, operators });
    const view = new DataView(file.buffer);
    const long: Field[] = [{ i32s: Array.from({ length: 900 }, () => 0) }];
    expect(flatbuffer(long).length).toBeLessThan(file.length);
    // Every length of one, of the operators' inputs, becomes one of 900.
    for (let at = 0; at < file.length - 4000; at += 8) {
      if (view.getInt32(at, true) === 1 && view.getInt32(at + 4, true) === 2)
        view.setInt32(at, 900, true);
    }
    expect(errorOf(file)).toMatch(/more elements than bytes|expected one of/);
  });
});

describe('options', () => {
  const file = tfliteFile(MODEL);
  const wrong =
    (options: unknown, bytes: unknown = file) =>
    () =>
      loadTflite(bytes as never, options as never);

  test.each<[unknown, string]>([
    [{ trainable: 1 }, 'loadTflite: trainable: expected true or false, got 1'],
    [{ quantizedBorders: 'no' }, 'loadTflite: quantizedBorders: expected true or false, got "no"'],
    [{ roundActivations: 0 }, 'loadTflite: roundActivations: expected true or false, got 0'],
    [
      { limits: { bytes: -1 } },
      'loadTflite: limits.bytes: expected an integer of at least 0, got -1',
    ],
    [{ limits: { tensors: 1 } }, 'tensors'],
    [{ size: 1 }, 'size'],
  ])('%j', (options, message) => {
    expect(wrong(options)).toThrow(message);
    expect(wrong(options)).not.toThrow(FormatError);
  });

  test('bytes that are none', () => {
    expect(wrong({}, 'model.tflite')).toThrow('loadTflite: bytes: expected');
    expect(errorOf(new Uint8Array())).toBe(
      'tflite: expected a flatbuffer of the kind TFL3, got 0 bytes: of another format',
    );
    expect(errorOf(flatbuffer([], 'ABCD'))).toContain('of another format');
    expect(errorOf(flatbuffer([]))).toBe('tflite: expected version 3 of the format, got 0');
    expect(errorOf(flatbuffer([{ i32: 3 }]))).toBe('tflite: expected a graph, got none');
  });
});
