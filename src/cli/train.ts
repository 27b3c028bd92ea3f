import {
  Adadelta,
  Adam,
  AdamW,
  type Callback,
  checkpoint,
  csvHistory,
  type EpochRecord,
  fit,
  FormatError,
  init,
  jsonHistory,
  manualSeed,
  type Optimizer,
  saveModel,
  type Sequential,
  SGD,
  ShapeError,
  weightsSha256,
} from '../index.js';
import { dataName, loadData, type RunData } from './data.js';
import { checkFinite, oddWeight, stopAtNaN } from './divergence.js';
import { InputError } from './errors.js';
import { interruptible } from './interrupt.js';
import type { Job } from './job.js';
import { buildModel } from './models.js';
import { completeOptions, type RunOptions } from './options.js';
import { showProgress } from './progress.js';
import { renderReport } from './report.js';
import { percent } from './report/format.js';
import { meanSpeed, type TestResult, testModel } from './results.js';
import { completeDetails, type RunDetails, readHistory, readDetails } from './run-details.js';
import { checkWritable, defaultRunPath, RunFolder, samePath } from './run-folder.js';
import { documentOf, optionsOf, resumedWith, sameRecord } from './run-record.js';
import { reportData } from './run-report.js';
import { type Output, print } from './terminal.js';
import { warnOfThreads } from './threads.js';
import { describeJob, describeResult, shellWord } from './train-texts.js';
import { writeJson } from './write-json.js';

/** What `simdgrad train` was given. */
export interface TrainArguments {
  readonly options: Partial<RunOptions>;
  /** As for `init`. */
  readonly threads: number | 'auto';
  /** The folder to write. */
  readonly out?: string;
  /** The folder of a run to go on with; true: that of `out`. */
  readonly resume?: string | true;
  /** Where to write the results as JSON; `-` is the standard output. */
  readonly json?: string;
}

const STEPS_PER_CHECKPOINT = 100;

/** Trains a model and writes all about it to a folder, or goes on where a run was interrupted. */
export async function train(args: TrainArguments): Promise<void> {
  const output: Output = args.json === '-' ? process.stderr : process.stdout;
  if (args.json !== undefined && args.json !== '-') await checkWritable('--json', args.json);
  const job = args.resume === undefined ? await newJob(args) : await resumedJob(args, args.resume);
  const { folder } = job;
  const finished = job.before ? await finishedDetails(job) : undefined;
  if (finished) return tellFinished(folder, finished, args.json, output);
  const results = await interruptible(
    () => `go on with: simdgrad train --resume ${shellWord(folder.path)}`,
    (signal) => runJob(job, args.threads, output, signal).finally(() => folder.release()),
  );
  if (args.json !== undefined) await writeJson(args.json, results);
}

async function newJob({ options, out }: TrainArguments): Promise<Job> {
  const complete = completeOptions(options);
  const folder = new RunFolder(out ?? defaultRunPath(dataName(complete), complete.model));
  await folder.checkFree();
  const record = { started: complete, resumed: [] };
  return { folder, record, options: complete };
}

async function resumedJob(args: TrainArguments, resume: string | true): Promise<Job> {
  const path = resume === true ? args.out : resume;
  if (path === undefined) {
    throw new InputError(
      '--resume: expected the folder of a run, as in: simdgrad train --resume runs/NAME',
    );
  }
  if (args.out !== undefined && !samePath(args.out, path)) {
    throw new InputError(`--out ${args.out} contradicts --resume ${path}: leave --out out`);
  }
  const folder = new RunFolder(path);
  const before = await folder.record();
  const record = resumedWith(before, args.options, path);
  return { folder, record, options: optionsOf(record), before };
}

/** The details of a run that has no epochs left to do; undefined for one that has. */
async function finishedDetails({
  folder,
  options,
  record,
  before,
}: Job): Promise<Partial<RunDetails> | undefined> {
  const details = await readDetails(folder);
  if (!details || (details.epochs ?? options.epochs) < options.epochs) return undefined;
  if (record === before) return details;
  throw new InputError(
    `--lr ${options.lr}: ${folder.path} is finished after ${options.epochs} epochs: ask for more with --epochs, too`,
  );
}

async function runJob(
  job: Job,
  threads: number | 'auto',
  output: Output,
  signal: AbortSignal,
): Promise<RunResults> {
  const { folder, options, record, before } = job;
  const say = (line: string) => print(output, line);
  await init({ threads });
  warnOfThreads(threads);
  const data = await loadData(options, { signal, say });
  manualSeed(options.seed);
  const model = buildModel(options.model, data.train.inputShape, data.train.classNames.length);
  signal.throwIfAborted();
  if (before) await folder.goOn(before, record);
  else await folder.begin(record);
  say(describeJob(job, data, model));
  const history = await trainModel(job, data, model, output, signal);
  signal.throwIfAborted();
  const result = await testModel(model, data.test);
  checkFinite('the test loss', result.loss, 'the last step', options.lr);
  say(describeResult(history, result, data));
  const results = await writeResults(job, data, model, history, result, say);
  await folder.checkComplete();
  return results;
}

async function trainModel(
  { folder, options, record, before }: Job,
  data: RunData,
  model: Sequential,
  output: Output,
  signal: AbortSignal,
): Promise<readonly EpochRecord[]> {
  const resume = before ? await folder.read('checkpoint.safetensors') : undefined;
  const progress = showProgress(output);
  const callbacks: Callback[] = [
    sameRecord(record, folder.file('options.json'), resume !== undefined),
    stopAtNaN(options.lr),
    progress,
    jsonHistory((text) => folder.write('history.json', text)),
    csvHistory((text) => folder.write('history.csv', text)),
    checkpoint({
      everySteps: STEPS_PER_CHECKPOINT,
      save: async (bytes) => {
        // Of a run that has diverged, the last good one stays.
        if (oddWeight(model) === undefined) await folder.write('checkpoint.safetensors', bytes);
      },
    }),
  ];
  try {
    return await fit(model, data.train, {
      optimizer: makeOptimizer(options, model),
      epochs: options.epochs,
      batchSize: options.batchSize,
      validation: data.validation ?? data.test,
      callbacks,
      signal,
      ...(resume ? { resume } : {}),
    });
  } catch (error) {
    if (!resume || !(error instanceof FormatError || error instanceof ShapeError)) throw error;
    throw new InputError(`${folder.path}: ${error.message}`, { cause: error });
  } finally {
    progress.stop();
  }
}

function makeOptimizer(options: RunOptions, model: Sequential): Optimizer {
  const { optimizer, lr, momentum = 0, weightDecay } = options;
  const parameters = model.parameters();
  if (optimizer === 'sgd') return new SGD(parameters, { lr, momentum, weightDecay });
  const Kind = { adam: Adam, adamw: AdamW, adadelta: Adadelta }[optimizer];
  return new Kind(parameters, { lr, weightDecay });
}

/** What `--json` writes. */
export interface RunResults {
  readonly testAccuracy: number;
  readonly testLoss: number;
  readonly epochs: readonly EpochRecord[];
  readonly imagesPerSecond: number;
  readonly weightsSha256: string;
}

async function writeResults(
  { folder, options, record }: Job,
  data: RunData,
  model: Sequential,
  history: readonly EpochRecord[],
  result: TestResult,
  say: (line: string) => void,
): Promise<RunResults> {
  const sha256 = await weightsSha256(model);
  const title = `${options.model} on ${data.name}`;
  const run = { title, options, model, data, history, result, weightsSha256: sha256 };
  await folder.write('report.html', renderReport(reportData(run)));
  const scores = {
    testAccuracy: result.accuracy,
    testLoss: result.loss,
    imagesPerSecond: meanSpeed(history),
    weightsSha256: sha256,
  };
  const details: RunDetails = {
    data: data.name,
    model: options.model,
    epochs: history.length,
    inputShape: data.train.inputShape,
    classNames: data.train.classNames,
    mean: data.mean,
    std: data.std,
    trainExamples: data.train.length,
    testExamples: data.test.length,
    ...scores,
    run: documentOf(record),
  };
  const { json, weights } = saveModel(model, { ...details });
  await folder.write('model.safetensors', weights);
  await folder.write('model.json', json);
  say(`weights  sha256 ${sha256}\nreport   ${folder.file('report.html')}`);
  return { ...scores, epochs: history };
}

async function tellFinished(
  folder: RunFolder,
  details: Partial<RunDetails>,
  json: string | undefined,
  output: Output,
): Promise<void> {
  const { testAccuracy, testLoss, imagesPerSecond, weightsSha256 } = completeDetails(
    folder,
    details,
  );
  print(
    output,
    `${folder.path} is finished: test accuracy ${percent(testAccuracy)}, ` +
      `see ${folder.file('report.html')}`,
  );
  if (json === undefined) return;
  const epochs = await readHistory(folder);
  await writeJson(json, { testAccuracy, testLoss, epochs, imagesPerSecond, weightsSha256 });
}
