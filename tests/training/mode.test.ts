import { beforeEach, describe, expect, test } from 'vitest';
import {
  type BatchSource,
  type Callback,
  dropout,
  evaluate,
  fit,
  Flatten,
  generator,
  Linear,
  linear,
  flatten,
  manualSeed,
  Module,
  parameter,
  predict,
  ReLU,
  rand,
  scope,
  Sequential,
  SGD,
  summary,
  tensor,
  type Tensor,
  weightsSha256,
} from '../../src/index.js';
import { bars, counted, flipped, network } from './problem.js';

const held = bars(24, 7);
const sample = () => tensor(held.sample(0).input, [1, 6, 6, 1]);

type Measure = (model: Sequential) => unknown;
const measures: Record<string, Measure> = {
  evaluate: (model) => evaluate(model, held, { batchSize: 5 }),
  'predict of a data set': (model) => predict(model, held, { batchSize: 5 }),
  'predict of a tensor': (model) => scope(() => model.predict(sample()).data()),
  summary: (model) => summary(model, [6, 6, 1]),
  'evaluate that fails': (model) =>
    evaluate(model, held, {
      metrics: {
        broken: () => {
          throw new Error('broken');
        },
      },
    }).catch(String),
  'evaluate of other shapes': (model) =>
    evaluate(model, held, { loss: (output) => flatten(output) }).catch(String),
  'predict that is aborted': (model) => {
    const controller = new AbortController();
    const data = counted(held, (count) => count === 2 && controller.abort());
    return predict(model, data, { batchSize: 5, signal: controller.signal }).catch(String);
  },
  'evaluate of data whose maps draw from the library’s generator': (model) =>
    evaluate(
      model,
      held.map((values) => void (values[0] = generator().uniform())),
    ),
  'a metric that draws': (model) =>
    evaluate(model, held, { metrics: { lots: () => generator().uniform() } }),
};

function modesOf(model: Module): boolean[] {
  return [model, ...model.children().map(([, layer]) => layer)].map((layer) => layer.training);
}

async function train(onBatchEnd?: Callback['onBatchEnd'], beside?: (model: Sequential) => unknown) {
  manualSeed(8);
  const model = network();
  const modes = new Set<string>();
  const fitting = fit(model, flipped(bars(40)), {
    optimizer: new SGD(model.parameters(), { lr: 0.1 }),
    epochs: 2,
    batchSize: 8,
    validation: held,
    callbacks: [
      {
        onBatchEnd: async (run) => {
          modes.add(String(modesOf(model)));
          await onBatchEnd?.(run);
          modes.add(String(modesOf(model)));
        },
      },
    ],
  });
  await beside?.(model);
  const history = await fitting;
  return {
    modes: [...modes],
    losses: history.map(({ loss, validationLoss }) => [loss, validationLoss]),
    sha: await weightsSha256(model),
    random: generator().state(),
  };
}

describe.each(Object.entries(measures))('%s', (_, measure) => {
  test('in the middle of an epoch changes nothing of the training', async () => {
    const plain = await train();
    expect(plain.modes).toEqual([String(Array(7).fill(true))]);
    expect(await train((run) => measure(run.options.model as Sequential) as Promise<void>)).toEqual(
      plain,
    );
  });

  test('beside a training changes nothing of it', async () => {
    expect(await train(undefined, measure)).toEqual(await train());
  });

  test('leaves the mode of each layer as it is', async () => {
    const model = network();
    model.layers[4]!.eval();
    const before = [modesOf(model), generator().state()];
    await measure(model);
    expect([modesOf(model), generator().state()]).toEqual(before);
    await measure(model.eval() as Sequential);
    expect(modesOf(model)).toEqual(Array(7).fill(false));
  });
});

test('measures beside a training compute as without it', async () => {
  manualSeed(8);
  const model = network();
  const alone = [await predict(model, held), await evaluate(model, held)];
  const controller = new AbortController();
  const fitting = fit(model, bars(160), {
    optimizer: new SGD(model.parameters(), { lr: 0 }),
    epochs: 10_000,
    batchSize: 2,
    signal: controller.signal,
  });
  const beside = await Promise.all([
    predict(model, held, { batchSize: 3 }),
    evaluate(model, held, { batchSize: 24 }),
  ]);
  expect(model.training).toBe(true);
  expect(beside).toEqual(alone);
  controller.abort(new Error('enough'));
  await expect(fitting).rejects.toThrow('enough');
  expect(model.training).toBe(false);
});

test('a training whose callback fails leaves the model in evaluation mode', async () => {
  const model = network();
  const onBatchEnd = () => {
    throw new Error('enough');
  };
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  await expect(
    fit(model, bars(8), { optimizer, epochs: 1, callbacks: [{ onBatchEnd }] }),
  ).rejects.toThrow('enough');
  expect(model.training).toBe(false);
});

test('what draws in an evaluation pass draws the same in each', () => {
  class Noisy extends Module {
    override forward(x: Tensor): Tensor {
      return dropout(rand(x.shape), 0.5);
    }
  }
  const before = generator().state();
  scope(() => {
    const noisy = new Noisy();
    expect(noisy.predict(sample()).data()).toEqual(noisy.predict(sample()).data());
    expect(generator().state()).toEqual(before);
    noisy.forward(sample());
    expect(generator().state()).not.toEqual(before);
  });
});

test('a prediction within a training step ends with itself', () => {
  const teacher = network();
  class Student extends Module {
    modes: boolean[] = [];
    readonly inner = new ReLU();
    override forward(x: Tensor): Tensor {
      const seen = this.modes;
      seen.push(this.training);
      teacher.predict(x);
      seen.push(this.training, this.inner.training);
      return x;
    }
  }
  const student = new Student();
  scope(() => {
    student.forward(sample());
    expect(student.modes.splice(0)).toEqual([true, true, true]);
    student.predict(sample());
    expect(student.modes).toEqual([false, false, false]);
  });
  expect([teacher.training, student.training]).toEqual([true, true]);
});

describe('a mode of one’s own', () => {
  let seen: boolean[];
  beforeEach(() => void (seen = []));

  test('in a module whose train() keeps it', async () => {
    class Own extends Module {
      readonly inner = new ReLU();
      mode = true;
      override train(training = true): this {
        this.mode = training;
        return super.train(training);
      }
      override forward(x: Tensor): Tensor {
        seen.push(this.mode);
        return this.inner.forward(x);
      }
    }
    const own = new Own();
    own.inner.eval();
    const model = new Sequential(new Flatten(), own, new Linear(36, 2));
    await evaluate(model, held, { batchSize: 12 });
    expect(seen).toEqual([false, false]);
    expect([own.mode, own.training, own.inner.training]).toEqual([true, true, false]);
  });

  test('in a module of plain JavaScript with a field `training`', async () => {
    class Field extends ReLU {
      constructor() {
        super();
        Object.defineProperty(this, 'training', { value: true, writable: true, enumerable: true });
      }
      override forward(x: Tensor): Tensor {
        seen.push(this.training);
        return super.forward(x);
      }
    }
    const field = new Field();
    const model = new Sequential(new Flatten(), field, new Linear(36, 2));
    await predict(model, held, { batchSize: 12 });
    expect(seen).toEqual([false, false]);
    expect(field.training).toBe(true);
  });

  /** A model that is no Module, and how it keeps its mode. */
  function plain(tells: boolean) {
    const weight = parameter([36, 2], (value) => value.assign(new Float32Array(72).fill(0.1)));
    let mode = true;
    return {
      forward(x: Tensor) {
        seen.push(mode);
        return linear(flatten(x), weight);
      },
      parameters: () => [weight],
      train: (training: boolean) => void (mode = training),
      ...(tells && {
        get training() {
          return mode;
        },
      }),
      mode: () => mode,
    };
  }

  test.each([true, false])(
    'in a model that is no Module, with a property `training`: %s',
    async (tells) => {
      const model = plain(tells);
      await evaluate(model, held, { batchSize: 12 });
      expect(seen.splice(0)).toEqual([false, false]);
      // Nobody can know in which mode a model without the property was.
      expect(model.mode()).toBe(tells);
      const modes: boolean[] = [];
      await fit(model, bars(16), {
        optimizer: new SGD(model.parameters(), { lr: 0.1 }),
        epochs: 1,
        batchSize: 4,
        callbacks: [
          {
            async onBatchEnd() {
              await predict(model, held);
              modes.push(model.mode());
            },
          },
        ],
      });
      expect(seen).toEqual([true, false, true, false, true, false, true, false]);
      expect(modes).toEqual([true, true, true, true]);
      expect(model.mode()).toBe(false);
    },
  );
});

test('the mode is no property of its own, and only true or false', () => {
  const model = new ReLU();
  expect(Object.keys(model)).not.toContain('training');
  for (const call of [() => model.train('x' as never), () => void (model.training = 1 as never)]) {
    expect(call).toThrow(/^train: training: expected true or false, got /);
  }
  const source: BatchSource = held;
  expect(source.classNames).toEqual(['across', 'down']);
});
