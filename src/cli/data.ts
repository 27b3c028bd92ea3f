import { basename } from 'node:path';
import { type Dataset, Random, strokes } from '../index.js';
import { loadDataset } from '../node/index.js';
import { InputError, readingInput } from './errors.js';
import type { RunOptions } from './options.js';

/** The data of a run, normalised with the statistics of the training part. */
export interface RunData {
  /** What to call the data set. */
  readonly name: string;
  readonly train: Dataset;
  /** Held out of the training samples; left out where the test data serve. */
  readonly validation?: Dataset;
  readonly test: Dataset;
  /** Per channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** What is to be told while a data set is fetched. */
export interface LoadHooks {
  readonly signal?: AbortSignal;
  readonly say?: (line: string) => void;
}

/** The name of a data set without the folders that lead to it. */
export const dataName = ({ data }: Pick<RunOptions, 'data'>) => basename(data);

/** @throws InputError for data that are missing, damaged or not fit to train on, DownloadError */
export function loadData(options: RunOptions, hooks: LoadHooks = {}): Promise<RunData> {
  return readingInput(`--data ${options.data}`, async () => {
    const whole = await loadParts(options, hooks);
    const { train, validation } = heldOut(limited(whole.train, options.limit), options);
    checkParts(train, whole.test);
    const { mean, std } = train.statistics();
    // A channel that never changes has nothing to be divided by.
    const statistics = { mean, std: std.map((value) => (value > 0 ? value : 1)) };
    return {
      name: dataName(options),
      train: train.normalise(statistics),
      ...(validation ? { validation: validation.normalise(statistics) } : {}),
      test: whole.test.normalise(statistics),
      ...statistics,
    };
  });
}

/** The test part of a run's data, as it is stored. @throws InputError, DownloadError */
export function loadTest(options: RunOptions): Promise<Dataset> {
  return readingInput(`--data ${options.data}`, async () =>
    options.data === 'strokes'
      ? drawStrokes(options).test()
      : (await loadDataset(options.data)).test,
  );
}

async function loadParts(
  options: RunOptions,
  hooks: LoadHooks,
): Promise<{ train: Dataset; test: Dataset }> {
  if (options.data !== 'strokes') return loadDataset(options.data, downloadOptions(hooks));
  const { train, test } = drawStrokes(options);
  return { train: train(), test: test() };
}

function drawStrokes({ seed, trainSize = 0, testSize = 0 }: RunOptions) {
  // Two seeds from one: no test picture is drawn as one of the training pictures was.
  const random = new Random(seed);
  const [trainSeed, testSeed] = [random.uint32(), random.uint32()];
  return {
    train: () => strokes({ count: trainSize, seed: trainSeed }),
    test: () => strokes({ count: testSize, seed: testSeed }),
  };
}

/** Training samples in two parts, drawn by the seed: files are often sorted by class. */
function heldOut(
  whole: Dataset,
  { valSplit, seed }: RunOptions,
): { train: Dataset; validation?: Dataset } {
  if (valSplit === undefined) return { train: whole };
  const count = valSplit < 1 ? Math.round(valSplit * whole.length) : valSplit;
  if (count < 1 || count >= whole.length) {
    throw new InputError(
      `--val-split: expected to leave samples on both sides, got ${count} of ${whole.length} training samples`,
    );
  }
  const [validation, train] = whole.shuffle(new Random(seed)).split(count);
  return { train, validation };
}

function downloadOptions({ signal, say }: LoadHooks) {
  const announced = new Set<string>();
  return {
    ...(signal ? { signal } : {}),
    onProgress: ({ file }: { file: string }) => {
      if (!announced.has(file)) say?.(`downloading ${file}`);
      announced.add(file);
    },
  };
}

function limited(train: Dataset, limit: number | undefined): Dataset {
  if (limit === undefined) return train;
  if (limit <= train.length) return train.slice(0, limit);
  throw new InputError(
    `--limit: expected at most ${train.length}, as many as there are training samples, got ${limit}`,
  );
}

function checkParts(train: Dataset, test: Dataset): void {
  if (String(train.inputShape) !== String(test.inputShape)) {
    throw new InputError(
      `expected test samples of the same shape as the training samples, [${train.inputShape.join(', ')}], ` +
        `got [${test.inputShape.join(', ')}]`,
    );
  }
  if (train.classNames.length < 2) {
    throw new InputError(`expected at least two classes, got ${train.classNames.length}`);
  }
}
