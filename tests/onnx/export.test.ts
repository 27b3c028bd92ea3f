// ONNX files of models: the bytes are those that onnx.checker and ONNX Runtime have taken, and say what they should.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checksum } from '../../src/formats/checksum.js';
import {
  add,
  BatchNorm2d,
  Conv2d,
  crossEntropy,
  Flatten,
  GlobalAvgPool2d,
  Linear,
  maxPool2d,
  maxUnpool2d,
  Module,
  mul,
  ones,
  ReLU,
  reshape,
  saveModel,
  scope,
  Sequential,
  SGD,
  sum,
  tensor,
  type Tensor,
} from '../../src/index.js';
import { FormatError } from '../../src/errors.js';
import { loadOnnx, saveOnnx, type SaveOnnxOptions } from '../../src/onnx/index.js';
import { readOnnx } from '../../src/onnx/reader.js';
import { expectNothingLeft } from '../support/memory.js';
import { exportedModels, lenet, UNet } from './export-models.js';

const golden = JSON.parse(
  readFileSync(new URL('../golden/onnx_export.json', import.meta.url), 'utf8'),
) as Record<string, string>;

test.each(exportedModels())('$name gives the bytes that ONNX Runtime has run', (exported) => {
  const { name, make, shape, words, options } = exported;
  const model = make();
  expectNothingLeft(() => {
    const bytes = saveOnnx(model, words === undefined ? shape : { shape, dtype: 'int32' }, options);
    expect(checksum(bytes).toString(16)).toBe(golden[name]);
  });
  model.dispose();
});

function exported(model: Module, shape: readonly number[], options: SaveOnnxOptions = {}) {
  const { graph, opsets } = readOnnx(saveOnnx(model, shape, options));
  return { ...graph, opset: opsets.get(''), ops: graph.nodes.map(({ op }) => op) };
}

describe('what a file says', () => {
  test('pictures keep their channels first: no transpose, a flattened picture moves the weight', () => {
    using model = lenet();
    const { ops, inputs, outputs, constants, opset } = exported(model, [1, 28, 28, 1]);
    const block = ['Conv', 'Relu', 'MaxPool'];
    expect(ops).toEqual([...block, ...block, 'Flatten', 'Gemm', 'Relu', 'Gemm']);
    expect(opset).toBe(17);
    expect(inputs).toEqual([{ name: 'input', dtype: 'float32', shape: [null, 1, 28, 28] }]);
    expect(outputs).toEqual([{ name: 'output', dtype: 'float32', shape: [null, 10] }]);
    expect([...constants.keys()].sort()).toEqual(
      model
        .namedParameters()
        .map(([path]) => path)
        .sort(),
    );
    expect(constants.get('3.weight')!.shape).toEqual([16, 6, 5, 5]);
  });

  test('with channels last one transpose at either end is enough', () => {
    using model = new UNet();
    const { ops, inputs, outputs } = exported(model, [1, 16, 16, 3], { layout: 'NHWC' });
    expect(ops.filter((op) => op === 'Transpose')).toHaveLength(2);
    expect([ops[0], ops.at(-1)]).toEqual(['Transpose', 'Transpose']);
    expect(inputs[0]!.shape).toEqual([null, 16, 16, 3]);
    expect(outputs[0]!.shape).toEqual([null, 16, 16, 2]);
  });

  test('names, a fixed batch and another opset', () => {
    using model = new Sequential(new Linear(2, 3));
    const options = {
      opset: 21,
      dynamicBatch: false,
      inputNames: ['x'],
      outputNames: ['logits'],
    };
    const { inputs, outputs, opset } = exported(model, [4, 2], options);
    expect(inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [4, 2] }]);
    expect(outputs).toEqual([{ name: 'logits', dtype: 'float32', shape: [4, 3] }]);
    expect(opset).toBe(21);
  });

  test('weights as float16 are half as many bytes, and cast', () => {
    using model = new Sequential(new Conv2d(3, 16, 3), new GlobalAvgPool2d(), new Linear(16, 2));
    const [whole, half] = [false, true].map((float16) =>
      saveOnnx(model, [1, 8, 8, 3], { float16 }),
    );
    expect(half!.length).toBeLessThan(0.8 * whole!.length);
    const { constants, nodes } = readOnnx(half!).graph;
    expect(constants.get('0.weight')!.dtype).toBe('float16');
    expect(nodes.filter(({ op }) => op === 'Cast')).toHaveLength(4);
  });

  test('a batch normalization has its running statistics, in evaluation', () => {
    using model = new Sequential(new BatchNorm2d(2), new ReLU());
    const { ops, constants } = exported(model, [1, 4, 4, 2]);
    expect(ops).toEqual(['BatchNormalization', 'Relu']);
    expect([...constants.keys()]).toEqual(['0.weight', '0.bias', '0.runningMean', '0.runningVar']);
  });

  test('several inputs and outputs by their names; an output that is an input', () => {
    const model = {
      forward: ({ a, b }: { a: Tensor; b: Tensor }) => ({ sum: add(a, b), same: a }),
      parameters: () => [],
    };
    const shapes = { a: [1, 3], b: [1, 3] };
    const { inputs, outputs, nodes } = readOnnx(saveOnnx(model as never, shapes)).graph;
    expect(inputs.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(outputs.map(({ name }) => name)).toEqual(['sum', 'same']);
    expect(nodes.map(({ op }) => op).sort()).toEqual(['Add', 'Identity']);
  });

  test('an input that is always the same is a constant of the file', () => {
    const model = {
      forward: ({ x, rate }: { x: Tensor; rate: Tensor }) =>
        rate.item() === 2 ? mul(x, rate) : add(x, rate),
      parameters: () => [],
    };
    const shapes = { x: [1, 3], rate: tensor([2], [1]) };
    const { inputs, nodes } = readOnnx(saveOnnx(model as never, shapes)).graph;
    expect(inputs.map(({ name }) => name)).toEqual(['x']);
    expect(nodes.map(({ op }) => op)).toEqual(['Mul']);
  });

  test('the same model gives the same bytes', () => {
    using model = lenet();
    expect(saveOnnx(model, [1, 28, 28, 1])).toEqual(saveOnnx(model, [5, 28, 28, 1]));
  });
});

/** A module of one function. */
class Calls extends Module {
  constructor(readonly run: (x: Tensor) => Tensor) {
    super();
  }
  override forward(x: Tensor): Tensor {
    return this.run(x);
  }
}

test('saveModel refuses a model of a file, and names saveOnnx', () => {
  using model = lenet();
  using again = loadOnnx(saveOnnx(model, [1, 28, 28, 1]));
  expect(() => saveModel(again)).toThrow(
    "saveModel: model: expected layers, got a model of another library's file: saveOnnx of simdgrad/onnx saves it",
  );
});

test('a model of a file that was trained is written with its new weights', () => {
  using model = new Sequential(new Conv2d(1, 2, 3), new Flatten(), new Linear(8, 2));
  using loaded = loadOnnx(saveOnnx(model, [1, 4, 4, 1]), { trainable: true });
  const x = ones([3, 1, 4, 4]);
  const optimizer = new SGD(loaded.parameters(), { lr: 0.1 });
  scope(() => {
    sum(loaded.forward(x)).backward();
    optimizer.step();
  });
  using again = loadOnnx(saveOnnx(loaded, [1, 1, 4, 4]));
  scope(() => {
    const [trained, read] = [loaded, again].map((one) => one.predict(x).data());
    expect(read).toEqual(trained);
    const before = model.predict(reshape(x, [3, 4, 4, 1])).data();
    expect(trained).not.toEqual(before);
  });
});

describe('what cannot be said', () => {
  test('all of it in one error', () => {
    const model = new Calls((x) => {
      const [y, indices] = maxPool2d(x, 2, { returnIndices: true });
      const labels = tensor([1], [1], { dtype: 'int32' });
      const loss = crossEntropy(reshape(maxUnpool2d(y, indices, 2), [1, 16]), labels);
      return mul(loss, 2);
    });
    expect(() => saveOnnx(model, [1, 4, 4, 1])).toThrow(FormatError);
    expect(() => saveOnnx(model, [1, 4, 4, 1])).toThrow(
      'saveOnnx: expected ops that ONNX can say, got maxPool2d (with indices); maxUnpool2d; crossEntropy',
    );
  });

  test('a batch of any size, where the model knows its own', () => {
    const model = new Calls((x) => reshape(x, [2, 6]));
    expect(exported(model, [4, 3]).inputs[0]!.shape).toEqual([4, 3]);
    expect(() => saveOnnx(model, [4, 3], { dynamicBatch: true })).toThrow(
      /^saveOnnx: dynamicBatch: expected a model that does the same for batches of every size, got one/,
    );
  });

  test.each<[unknown[], string]>([
    [[{}, [1]], 'model: expected a Module, got an object'],
    [[new ReLU(), 3], 'inputShape: expected a shape, or shapes by name, got 3'],
    [[new ReLU(), [1.5]], 'inputShape: expected non-negative integers'],
    [[new ReLU(), [1], { opset: 12 }], 'opset: expected one of 17, 18, 19, 20, 21, got 12'],
    [[new ReLU(), [1], { layout: 'CHW' }], "layout: expected 'NCHW' or 'NHWC', got \"CHW\""],
    [[new ReLU(), [1], { dtype: 1 }], 'options: expected opset, layout,'],
    [[new ReLU(), [1], { inputNames: ['a', 'b'] }], 'inputNames: expected 1 names, got 2'],
    [[new ReLU(), [1], { inputNames: ['y'], outputNames: ['y'] }], 'names: expected another'],
  ])('arguments %#', (args, message) => {
    expect(() => (saveOnnx as (...all: unknown[]) => unknown)(...args)).toThrow(
      `saveOnnx: ${message}`,
    );
  });
});

test('a dense layer after other than a flattened picture keeps its weight', () => {
  using model = new Sequential(
    new Conv2d(1, 2, 1),
    new Flatten({ startAxis: 2 }),
    new Linear(4, 1),
  );
  const { ops, constants } = exported(model, [1, 2, 2, 1]);
  expect(ops).toContain('MatMul');
  expect(constants.get('2.weight')!.shape).toEqual([4, 1]);
});
