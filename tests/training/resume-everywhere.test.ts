import { describe, expect, test } from 'vitest';
import {
  accuracy,
  Adadelta,
  Adam,
  AdamW,
  type Callback,
  checkpoint,
  csvHistory,
  type EpochRecord,
  earlyStopping,
  fit,
  jsonHistory,
  Lion,
  manualSeed,
  type Metric,
  NAdam,
  type Optimizer,
  progress,
  reduceOnPlateau,
  RMSprop,
  SGD,
  stopAtNaN,
  type Tensor,
  weightsSha256,
} from '../../src/index.js';
import { bars, flipped, network } from './problem.js';

const STEPS = 3;
const optimizers: Record<string, (params: Tensor[]) => Optimizer> = {
  SGD: (params) => new SGD(params, { lr: 0.05 }),
  momentum: (params) => new SGD(params, { lr: 0.05, momentum: 0.9, nesterov: true }),
  Adam: (params) => new Adam(params),
  AdamW: (params) => new AdamW(params, { lr: 0.002 }),
  Adadelta: (params) => new Adadelta(params, { lr: 0.5 }),
  groups: ([first, ...rest]) =>
    new Adam([{ params: [first!], lr: 0.01, weightDecay: 0.1 }, { params: rest }], {
      amsgrad: true,
    }),
  RMSprop: (params) => new RMSprop(params, { momentum: 0.5, centered: true }),
  NAdam: (params) => new NAdam(params),
  Lion: (params) => new Lion(params),
};

/** Undefined numbers survive, too: a mean over no samples, say. */
const odd: Record<string, Metric> = { accuracy, never: () => NaN, most: () => -Infinity };

/** Has no name, and remembers numbers that JSON has none for. */
function counter(seen: unknown[]): Callback {
  let state = { steps: -0, epochs: NaN, text: '#NaN' };
  return {
    onBatchEnd: () => void (state = { ...state, steps: state.steps === 0 ? 1 : state.steps + 1 }),
    onEpochEnd: () => void (state = { ...state, epochs: (state.epochs || 0) + 1 }),
    onTrainEnd: () => void seen.push(state),
    state: () => state,
    restore: (saved) => void (state = saved as typeof state),
  };
}

/** Lowers the learning rate after every epoch, and remembers nothing: the optimizer does. */
const decay: Callback = {
  onEpochEnd: (run) => void (run.options.optimizer.lr *= 0.5),
};

interface Given {
  readonly optimizer: keyof typeof optimizers;
  /** In which order the callbacks are given. */
  readonly order: readonly number[];
  readonly resume?: Uint8Array;
  readonly killAt?: number;
}

async function run({ optimizer, order, resume, killAt }: Given) {
  manualSeed(resume ? 99 : 11);
  using model = network();
  const [saved, direct, seen]: [Uint8Array[], Uint8Array[], unknown[]] = [[], [], []];
  const written: Record<string, string> = {};
  const controller = new AbortController();
  const groups: Callback[][] = [
    [checkpoint({ save: (bytes) => void saved.push(bytes), everySteps: 1 })],
    [
      // The same name twice, and the first one stops the run after the third epoch.
      earlyStopping({ patience: 2, minDelta: 10 }),
      earlyStopping({ patience: 4, minDelta: 10 }),
    ],
    [
      jsonHistory((text) => void (written['json'] = text)),
      csvHistory((text) => void (written['csv'] = text)),
      stopAtNaN(),
      progress(() => undefined),
      counter(seen),
    ],
    [
      decay,
      reduceOnPlateau({ patience: 0, minDelta: 10 }),
      { onBatchEnd: (r) => void direct.push(r.checkpoint()) },
      { onBatchEnd: (r) => void (r.stepsDone === killAt && controller.abort(new Error('killed'))) },
    ],
  ];
  using updates = optimizers[optimizer]!(model.parameters());
  const history = await fit(model, flipped(bars(20)), {
    optimizer: updates,
    epochs: 6,
    batchSize: 8,
    metrics: { accuracy, ...(order[0] === 1 ? odd : {}) },
    validation: bars(12, 4),
    signal: controller.signal,
    callbacks: order.flatMap((i) => groups[i]!),
    ...(resume && { resume }),
  }).catch((error: Error) => {
    if (error.message !== 'killed') throw error;
    return [];
  });
  return {
    end: { sha: await weightsSha256(model), history: history.map(withoutTimes), seen },
    columns: (written['csv'] ?? '').split('\n').length,
    epochsWritten: (JSON.parse(written['json'] ?? '[]') as unknown[]).length,
    saved,
    direct,
  };
}

const withoutTimes = ({ seconds: _s, samplesPerSecond: _r, ...rest }: EpochRecord) => rest;

function* orders(items: readonly number[]): Generator<number[]> {
  if (items.length === 0) yield [];
  for (const item of items) {
    for (const rest of orders(items.filter((other) => other !== item))) yield [item, ...rest];
  }
}

describe.each([...orders([0, 1, 2, 3])].map((order, i) => ({ order, i })))(
  'callbacks in the order $order',
  ({ order, i }) => {
    const names = Object.keys(optimizers);
    const optimizer = names[i % names.length]!;

    test(`a run with ${optimizer} that is killed after any checkpoint ends the same`, async () => {
      const whole = await run({ optimizer, order });
      expect(whole.end.history).toHaveLength(3);
      expect(whole.saved).toHaveLength(3 * STEPS);
      for (const resume of [...whole.saved, ...whole.direct]) {
        expect((await run({ optimizer, order, resume })).end).toEqual(whole.end);
      }
    });

    test('a run that is aborted at any step ends the same', async () => {
      const whole = await run({ optimizer, order });
      for (let killAt = 1; killAt < 3 * STEPS; killAt++) {
        const first = await run({ optimizer, order, killAt });
        const second = await run({ optimizer, order, resume: first.saved.at(-1)! });
        expect(second.end, `killed at step ${killAt}`).toEqual(whole.end);
        expect([second.epochsWritten, second.columns]).toEqual([
          whole.epochsWritten,
          whole.columns,
        ]);
      }
    });
  },
);

test('what is not last sees a state of one moment, too: who had not been told is told again', async () => {
  const train = async (resume?: Uint8Array) => {
    manualSeed(4);
    using model = network();
    const saved: Uint8Array[] = [];
    const history = await fit(model, bars(20), {
      optimizer: new SGD(model.parameters(), { lr: 0.05 }),
      epochs: 9,
      batchSize: 8,
      validation: bars(12, 4),
      callbacks: [
        { onEpochEnd: (r) => void saved.push(r.checkpoint()) },
        earlyStopping({ patience: 2, minDelta: 10 }),
      ],
      ...(resume && { resume }),
    });
    return { epochs: history.length, sha: await weightsSha256(model), saved };
  };
  const whole = await train();
  expect(whole.epochs).toBe(3);
  for (const resume of whole.saved) {
    expect(await train(resume)).toMatchObject({ epochs: 3, sha: whole.sha });
  }
});

test('a run that was stopped within an epoch ends with that epoch', async () => {
  const train = async (epochs: number, resume?: Uint8Array) => {
    manualSeed(4);
    using model = network();
    const saved: Uint8Array[] = [];
    const history = await fit(model, bars(20), {
      optimizer: new SGD(model.parameters(), { lr: 0.05 }),
      epochs,
      batchSize: 8,
      callbacks: [
        checkpoint({ save: (bytes) => void saved.push(bytes), everySteps: 1 }),
        { onBatchEnd: (r) => void (r.stepsDone === 4 && r.stop()) },
      ],
      ...(resume && { resume }),
    });
    return { epochs: history.length, sha: await weightsSha256(model), saved };
  };
  const whole = await train(5);
  expect(whole.epochs).toBe(2);
  for (const resume of whole.saved) {
    expect(await train(5, resume)).toMatchObject({ epochs: 2, sha: whole.sha });
  }
  // Whoever asks for more epochs than the run was to have means to go on.
  expect((await train(6, whole.saved.at(-1)!)).epochs).toBe(6);
});
