// A model with an optimizer, or with data, that was made for another.
import { beforeAll, describe, expect, test } from 'vitest';
import {
  Adam,
  type BatchSource,
  Dataset,
  evaluate,
  fit,
  type FitOptions,
  Flatten,
  Linear,
  mse,
  predict,
  Sequential,
  SGD,
  ShapeError,
  type Tensor,
} from '../../src/index.js';
import { bars, network } from './problem.js';

type Options = Omit<FitOptions, 'model'>;
const data = bars(20);
let model: Sequential;
let good: Options;

beforeAll(() => {
  model = network();
  good = { optimizer: new SGD(model.parameters(), { lr: 0.1 }), epochs: 1 };
});

const named = (classNames: string[], inputShape = [6, 6, 1]) =>
  new Dataset({
    inputs: new Float32Array(2 * inputShape.reduce((a, b) => a * b)),
    inputShape,
    labels: [0, 1],
    classNames,
  });

describe('an optimizer that was built for', () => {
  test('another model is an error', async () => {
    const other = network();
    const optimizer = new Adam(other.parameters());
    await expect(fit(model, data, { optimizer, epochs: 1 })).rejects.toThrow(
      new RangeError(
        'fit: optimizer: expected parameters of the model, got those of another model',
      ),
    );
  });

  test('more than the model is an error', async () => {
    const optimizer = new Adam([...model.parameters(), network().parameters()[0]!]);
    await expect(fit(model, data, { optimizer, epochs: 1 })).rejects.toThrow(
      'fit: optimizer: expected parameters of the model, got params[4], which is not one of them',
    );
  });

  test('a part of the model trains that part', async () => {
    const whole = network();
    const before = whole.stateDict();
    const optimizer = new SGD(whole.parameters().slice(2), { lr: 0.1 });
    await fit(whole, data, { optimizer, epochs: 1 });
    const after = whole.stateDict();
    const changed = [...before].filter(
      ([path, { data: was }]) => String(was) !== String(after.get(path)!.data),
    );
    expect(changed.map(([path]) => path)).toEqual(['5.weight', '5.bias']);
  });
});

describe('data of another kind', () => {
  test.each<[string, Dataset, string]>([
    [
      'other names',
      named(['across', 'slanted']),
      'validation: classNames[1]: expected "down", as in the training data, got "slanted"',
    ],
    [
      'another order',
      named(['down', 'across']),
      'validation: classNames[0]: expected "across", as in the training data, got "down"',
    ],
    [
      'more classes',
      named(['across', 'down', 'slanted']),
      'validation: classNames[2]: expected null, as in the training data, got "slanted"',
    ],
    [
      'other shapes',
      named(['across', 'down'], [6, 1, 6]),
      'validation: inputShape: expected shape [6,6,1], got [6,1,6]',
    ],
  ])('fit, validation with %s', async (_, validation, message) => {
    await expect(fit(model, data, { ...good, validation })).rejects.toThrow(`fit: ${message}`);
  });

  test.each([['evaluate'], ['fit']] as const)(
    '%s, another number of classes than the model has outputs',
    async (name) => {
      const three = named(['across', 'down', 'slanted']);
      const attempt = name === 'fit' ? fit(model, three, good) : evaluate(model, three);
      await expect(attempt).rejects.toThrow(
        new ShapeError(
          `${name}: data: expected 2 classes, one for each output of the model, got 3`,
        ),
      );
    },
  );

  test('samples that the model is not made for are named', async () => {
    const wide = named(['across', 'down'], [6, 6, 3]);
    const begin = (name: string) => `${name}: data: samples of shape [6,6,3]: conv2d: `;
    await expect(fit(model, wide, good)).rejects.toThrow(begin('fit'));
    await expect(evaluate(model, wide)).rejects.toThrow(begin('evaluate'));
    await expect(predict(model, wide)).rejects.toThrow(begin('predict'));
  });

  test('labels beyond the outputs are named, also of a source without class names', async () => {
    const source: BatchSource = {
      length: 1,
      inputShape: [4],
      augmented: false,
      batchesOf: () => [
        {
          inputs: new Float32Array(4),
          inputShape: [1, 4],
          targets: Int32Array.of(7),
          targetShape: [1],
          labels: Int32Array.of(7),
          indices: new Uint32Array(1),
        },
      ],
    };
    using small = new Linear(4, 3);
    await expect(evaluate(small, source)).rejects.toThrow(
      /^evaluate: data: samples of shape \[4\]: crossEntropy: labels: .* got 7/,
    );
    const lost = { ...source, batchesOf: () => [{ labels: [1] }] } as unknown as BatchSource;
    await expect(predict(small, lost)).rejects.toThrow(
      'predict: data: expected batches of inputs, inputShape, targets, targetShape and indices, got an object',
    );
  });

  test('a loss of its own may have any number of outputs', async () => {
    using regression = new Sequential(new Flatten(), new Linear(36, 5));
    const loss = (output: Tensor) => mse(output, output);
    expect(await evaluate(regression, data, { loss, metrics: {} })).toEqual({ loss: 0 });
  });
});
