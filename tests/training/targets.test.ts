// fit on numbers, masks, the inputs themselves and several inputs; losses that see the inputs.
import { describe, expect, test } from 'vitest';
import {
  Adam,
  Conv2d,
  concat,
  Dataset,
  evaluate,
  fit,
  JoinedDataset,
  Linear,
  manualSeed,
  Module,
  mse,
  mul,
  predict,
  type Tensor,
} from '../../src/index.js';
import { Random } from '../../src/random.js';

const random = new Random(7);
const values = (length: number) => Float32Array.from({ length }, () => random.uniform(-1, 1));
const inputs = values(32 * 3);
/** y₀ = x₀ − 2x₁, y₁ = x₂ + 0.5 */
const targets = Float32Array.from({ length: 64 }, (_, i) => {
  const at = 3 * (i >> 1);
  return i % 2 === 0 ? inputs[at]! - 2 * inputs[at + 1]! : inputs[at + 2]! + 0.5;
});
const numbers = new Dataset({ inputs, inputShape: [3], targets });

const train = async (model: Module, data: Dataset | JoinedDataset, options: object) =>
  fit(model, data, {
    optimizer: new Adam(model.parameters(), { lr: 0.05 }),
    epochs: 40,
    batchSize: 8,
    seed: 1,
    ...options,
  });

describe('fit learns', () => {
  test('numbers, without the metrics of classes', async () => {
    manualSeed(1);
    using model = new Linear(3, 2);
    const history = await train(model, numbers, { loss: mse, validation: numbers });
    expect(Object.keys(history[0]!)).not.toContain('accuracy');
    expect(history.at(-1)!['validationLoss']).toBeLessThan(1e-3);
    const { data, shape } = await predict(model, numbers);
    expect(shape).toEqual([32, 2]);
    expect(Math.abs(data[0]! - targets[0]!)).toBeLessThan(0.1);
  });

  test('classes of pixels', async () => {
    manualSeed(1);
    const pixels = values(12 * 16);
    const data = new Dataset({
      inputs: pixels,
      inputShape: [4, 4, 1],
      targets: Uint8Array.from(pixels, (value) => Number(value > 0.2)),
      targetShape: [4, 4],
      classNames: ['dark', 'bright'],
    });
    using model = new Conv2d(1, 2, 1);
    const history = await train(model, data, { epochs: 60 });
    expect(history.at(-1)!['accuracy']).toBeGreaterThan(0.9);
    const { loss } = await evaluate(model, data);
    expect(loss).toBeLessThan(history[0]!.loss);
  });

  test('the inputs themselves, and is given them by name', async () => {
    manualSeed(1);
    using model = new Linear(3, 3);
    const data = new Dataset({ inputs, inputShape: [3], targets: 'inputs' });
    const history = await train(model, data, { loss: mse });
    expect(history.at(-1)!.loss).toBeLessThan(1e-3);
    const seen: (readonly number[])[] = [];
    const loss = (output: Tensor, expected: Tensor, given: Tensor) => {
      seen.push(given.shape);
      return mse(mul(output, given), expected);
    };
    await evaluate(model, data, { loss, batchSize: 20 });
    expect(seen).toEqual([
      [20, 3],
      [12, 3],
    ]);
  });

  test('from several inputs', async () => {
    class Both extends Module {
      readonly linear = new Linear(4, 2);
      override forward(x: Tensor, y?: Tensor): Tensor {
        return this.linear.forward(concat([x, y!], 1));
      }
    }
    manualSeed(1);
    using model = new Both();
    const noise = new Dataset({ inputs: values(32), inputShape: [1], targets: 'inputs' });
    const history = await train(model, new JoinedDataset(numbers, noise), { loss: mse });
    expect(history.at(-1)!.loss).toBeLessThan(1e-2);
  });
});

describe('a sentence for', () => {
  const options = () => ({ optimizer: new Adam(new Linear(3, 2).parameters()), epochs: 1 });

  test('numbers without a loss', async () => {
    using model = new Linear(3, 2);
    const message = 'loss: expected one for targets that are no classes, as mse, got undefined';
    await expect(evaluate(model, numbers)).rejects.toThrow(new TypeError(`evaluate: ${message}`));
    const given = { ...options(), optimizer: new Adam(model.parameters()) };
    await expect(fit(model, numbers, given)).rejects.toThrow(new TypeError(`fit: ${message}`));
  });

  test('validation with other targets, and outputs of another shape', async () => {
    using model = new Linear(3, 2);
    const validation = new Dataset({ inputs, inputShape: [3], targets: inputs });
    const given = { ...options(), optimizer: new Adam(model.parameters()), loss: mse };
    await expect(fit(model, numbers, { ...given, validation })).rejects.toThrow(
      'fit: validation: targetShape: expected shape [2], got [3]',
    );
    await expect(fit(model, validation, given)).rejects.toThrow(
      /^fit: data: samples of shape \[3\]: mse: /,
    );
  });
});
