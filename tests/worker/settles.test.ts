// Random sequences of calls, aborts, malformed messages, deaths and terminations: whatever happens, every promise settles,
// with an answer or a typed error, and nothing is left open.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Random } from '../../src/random.js';
import { startNodeThread, type WorkerThread } from '../../src/runtime/worker-thread.js';
import { ModelWorker } from '../../src/worker/client.js';
import { WorkerDataset } from '../../src/worker/worker-dataset.js';
import { bars } from '../training/problem.js';
import { modelScript, script } from './data-script.js';
import { Channel, moved, source } from './support.js';

const SEED = 20_241;
/** How long a promise may take once its worker has ended, or it was aborted. */
const LIMIT_MS = 1000;
/** How long a thread may take to start on a busy machine. */
const START_MS = 10_000;

// Models in this thread let it go after every step, as those in a thread of their own do.
vi.mock('../../src/training/next-task.js', () => {
  const nextTask = () => new Promise(setImmediate);
  return { nextTask, nextTaskEvery: () => nextTask };
});

const MODEL = {
  type: 'Sequential',
  layers: [{ type: 'Linear', inFeatures: 4, outFeatures: 2 }],
};
const MALFORMED = [
  null,
  undefined,
  7,
  'text',
  {},
  [],
  { id: 1 },
  { id: '1', type: 'result' },
  { id: 2, type: 'error' },
  { id: 2, type: 'error', payload: null },
  { id: 1, type: 'error', payload: { name: 'TypeError' } },
  { type: 'unreadable' },
];
/** Answers that nobody waits for. */
const STRAY = [
  { id: 1e6, type: 'result', payload: null },
  { id: 1e6, type: 'error', payload: { name: 'constructor', message: 'stray' } },
  { id: 1e6, type: 'progress' },
];

const data = () => ({
  inputs: new Float32Array(16),
  inputShape: [4],
  labels: [0, 1, 0, 1],
  classNames: ['a', 'b'],
});
const optimizer = { name: 'SGD', lr: 0.1 } as const;

/** Arguments that have to be refused. */
const BAD: Record<'predict' | 'fit' | 'save', () => unknown[][]> = {
  predict: () => [
    [],
    [null, [2, 4]],
    [moved(new Float32Array(8)), [2, 4]],
    [moved(new Float32Array(8)), [2, 4], { transfer: true }],
    [new BigInt64Array(8), [2, 4]],
    [new Float32Array(8), [2, 5]],
    [new Float32Array(8), [8]],
    [new Float32Array(8), [2, 4], null],
    [new Float32Array(8), [2, 4], { batchsize: 1 }],
    [new Float32Array(8), [2, 4], { normalise: { mean: [() => 1], std: 1 } }],
    [new Float32Array(8), [2, 4], {}, 1],
  ],
  fit: () => [
    [],
    [data()],
    [null, { optimizer, epochs: 1 }],
    [bars(4), { optimizer, epochs: 1 }],
    [data(), { optimizer: { ...optimizer, lr: () => 1 }, epochs: 1 }],
    [data(), { optimizer: { ...optimizer, momentun: 0.9 }, epochs: 1 }],
    [data(), { optimizer: { name: 'Nadam' }, epochs: 1 }],
    [data(), { optimizer, epochs: 1, callbacks: [] }],
    [
      { ...data(), labels: moved(new Int32Array(4)) },
      { optimizer, epochs: 1 },
    ],
    [
      { ...data(), labels: [0, 1, 0, 9] },
      { optimizer, epochs: 1 },
    ],
    [data(), { optimizer, epochs: 1, validation: null }],
    [data(), { optimizer, epochs: 1, onEpoch: 'log' }],
  ],
  save: () => [[null], [{ signal: 1 }], [{ timeoutMs: 1 }], [{}, {}]],
};

/** A worker while a sequence runs, and all that was promised. */
interface Sequence {
  readonly worker: ModelWorker;
  readonly random: Random;
  readonly controllers: AbortController[];
  readonly promises: Promise<unknown>[];
  /** Sends a message from the worker to the host. */
  readonly say: (message: unknown) => void;
  /** Ends the worker behind the host's back. */
  readonly die: () => void;
}

const pick = <Item>(items: readonly Item[], random: Random): Item =>
  items[random.integer(items.length)]!;

function signalOf({ controllers }: Sequence): { signal: AbortSignal } {
  const controller = new AbortController();
  controllers.push(controller);
  return { signal: controller.signal };
}

const ACTIONS: readonly ((sequence: Sequence) => Promise<unknown> | void)[] = [
  ({ worker, random }) =>
    worker.predict(new Float32Array(8), [2, 4], { transfer: random.integer(2) === 0 }),
  (sequence) => sequence.worker.predict(new Uint8Array(4000), [1000, 4], signalOf(sequence)),
  (sequence) =>
    sequence.worker.fit(data(), {
      optimizer,
      epochs: pick([1, 3, 1e6], sequence.random),
      transfer: sequence.random.integer(2) === 0,
      ...signalOf(sequence),
    }),
  (sequence) =>
    sequence.worker.fit(data(), {
      optimizer,
      epochs: 1e6,
      ...signalOf(sequence),
      onEpoch: async ({ epoch }) => {
        if (epoch > 2) throw new EvalError('from the callback');
      },
    }),
  (sequence) => sequence.worker.save(signalOf(sequence)),
  ({ worker, random }) => call(worker, 'predict', pick(BAD.predict(), random)),
  ({ worker, random }) => call(worker, 'fit', pick(BAD.fit(), random)),
  ({ worker, random }) => call(worker, 'save', pick(BAD.save(), random)),
  ({ controllers, random }) => {
    if (controllers.length > 0) pick(controllers, random).abort(new EvalError('aborted'));
  },
  ({ random }) => new Promise((resolve) => setTimeout(resolve, random.integer(4))),
  ({ say, random }) => say(pick(STRAY, random)),
  ({ say, random }) => {
    if (random.integer(3) === 0) say(pick(MALFORMED, random));
  },
  ({ die, random }) => {
    if (random.integer(4) === 0) die();
  },
  ({ worker, random }) => {
    if (random.integer(4) === 0) return worker.terminate();
  },
];

function call(worker: ModelWorker, name: keyof typeof BAD, given: unknown[]): Promise<unknown> {
  return (worker[name] as (...values: unknown[]) => Promise<unknown>)(...given).then(() => {
    throw new Error(`${name} took what it has to refuse: ${JSON.stringify(given)}`);
  });
}

/** Some actions, of which none waits for another but by chance; then everything is ended. */
async function play(sequence: Sequence, place: string): Promise<void> {
  const { random, promises, controllers, worker } = sequence;
  for (let i = 4 + random.integer(8); i > 0; i--) {
    const promise = pick(ACTIONS, random)(sequence);
    if (!promise) continue;
    const outcome = promise.catch((error: unknown) => expectTyped(error, place));
    promises.push(outcome);
    if (random.integer(3) === 0) await Promise.race([outcome, new Promise(setImmediate)]);
  }
  for (const controller of controllers) controller.abort(new EvalError('the end'));
  if (random.integer(2) === 0) promises.push(worker.terminate());
  await settled(promises, place);
  await settled([worker.terminate()], place);
}

async function settled(
  promises: Promise<unknown>[],
  place: string,
  limit = LIMIT_MS,
): Promise<void> {
  let timer!: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${place}: not settled`)), limit);
  });
  await Promise.race([Promise.all(promises), late]).finally(() => clearTimeout(timer));
}

/** The kinds of errors that came. */
const seen = new Set<string>();

function expectTyped(error: unknown, place: string): void {
  const { name, message } = error as Error;
  seen.add(name);
  expect(name, `${place}: ${message}`).toMatch(
    /^(TypeError|RangeError|ShapeError|ThreadError|DisposedError|EvalError)$/,
  );
  expect(message, place).not.toMatch(/Cannot|undefined \(|is not|of undefined|of null|#/);
  expect(message.length, place).toBeLessThan(300);
}

const handles = () =>
  process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)).length;
let before: number;

beforeAll(() => {
  before = handles();
});

afterAll(() => expect(handles()).toBe(before));

const openModel = (start: () => WorkerThread) =>
  ModelWorker.open(start, MODEL, { source, seed: 1 });

describe('every promise settles', () => {
  test('in 950 sequences on models in this thread', async () => {
    for (let n = 0; n < 950; n++) {
      const channel = new Channel();
      const worker = await openModel(() => channel);
      const sequence = {
        worker,
        random: new Random(SEED + n),
        controllers: [],
        promises: [],
        say: (message: unknown) => channel.say(message),
        die: () => channel.die('it was killed'),
      };
      await play(sequence, `sequence ${n} of seed ${SEED}`);
    }
    const kinds = ['DisposedError', 'EvalError', 'RangeError', 'ShapeError', 'ThreadError'];
    expect([...seen].sort()).toEqual([...kinds, 'TypeError']);
  });

  test('in 20 sequences on workers of Node', async () => {
    const address = await modelScript();
    for (let n = 0; n < 20; n++) {
      let thread!: WorkerThread;
      const worker = await openModel(() => (thread = startNodeThread(address)));
      const random = new Random(SEED + n);
      const sequence = {
        worker,
        random,
        controllers: [],
        promises: [],
        say: (message: unknown) => thread.postMessage({ type: 'say', payload: message }),
        die: () =>
          random.integer(2) === 0 ? void thread.terminate() : thread.postMessage({ type: 'exit' }),
      };
      await play(sequence, `sequence ${n} of seed ${SEED}`);
    }
  });

  test('in 30 sequences on data sets of scripts that misbehave', async () => {
    const scripts = await Promise.all(
      ['serves', 'throws', 'dies', 'ends', 'wrong', 'null', 'payload', 'details', 'batch'].map(
        script,
      ),
    );
    for (let n = 0; n < 30; n++) {
      const random = new Random(SEED + n);
      await playBatches(pick(scripts, random), random, `sequence ${n} of seed ${SEED}`);
    }
  });
});

/** Opens a data set, takes some batches of it and ends it, at once or in the middle. */
async function playBatches(address: URL, random: Random, place: string): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  const outcome = (error: Error) => {
    if (error.name !== 'InitError') expectTyped(error, place);
  };
  if (random.integer(4) === 0) setTimeout(() => controller.abort(new EvalError('stop')), 30);
  const timeoutMs = pick([0, 5, 500], random);
  const opened = WorkerDataset.open(address, { signal, timeoutMs }).catch(outcome);
  await settled([opened], place, START_MS);
  const data = await opened;
  if (!data) return;
  const order = Uint32Array.from({ length: 90 }, (_, i) => (i < 80 ? i : i * random.integer(3)));
  const take = async () => {
    let count = 0;
    for await (const _ of data.batchesOf(order, 1 + random.integer(30), 0, signal)) {
      if (++count === 3 && random.integer(3) === 0) void data.terminate();
      if (count === 4 && random.integer(3) === 0) break;
    }
  };
  await settled([take().catch(outcome), take().catch(outcome)], place);
  await settled([data.terminate(), data.terminate()], place);
}
