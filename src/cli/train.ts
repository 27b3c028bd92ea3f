import {
  Adadelta,
  Adam,
  AdamW,
  type Callback,
  capabilities,
  csvHistory,
  type EpochRecord,
  fit,
  FormatError,
  init,
  jsonHistory,
  manualSeed,
  type Optimizer,
  type Sequential,
  SGD,
  ShapeError,
  weightsSha256,
} from '../index.js';
import { checkpointFile, writeModel } from '../node/index.js';
import { dataName, loadData, type RunData } from './data.js';
import { classTable, epochTable, type Output } from './display.js';
import { InputError, readingInput } from './errors.js';
import { interruptible } from './interrupt.js';
import { buildModel } from './models.js';
import { checkAgainst, completeOptions, type RunOptions } from './options.js';
import { showProgress, stopAtNaN } from './progress.js';
import { renderReport } from './report.js';
import { count, decimal, percent, shape } from './report/format.js';
import { meanSpeed, shownEpoch, type TestResult, testModel } from './results.js';
import { type RunDetails, readHistory, readDetails } from './run-details.js';
import { checkWritable, defaultRunPath, RunFolder, samePath } from './run-folder.js';
import { reportData } from './run-report.js';
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

/** A run that is to be done, or to be gone on with. */
interface Job {
  readonly folder: RunFolder;
  readonly options: RunOptions;
  readonly isResumed: boolean;
}

const STEPS_PER_CHECKPOINT = 100;

/** Trains a model and writes all about it to a folder, or goes on where a run was interrupted. */
export async function train(args: TrainArguments): Promise<void> {
  const output: Output = args.json === '-' ? process.stderr : process.stdout;
  if (args.json !== undefined && args.json !== '-') await checkWritable('--json', args.json);
  const job = args.resume === undefined ? await newJob(args) : await resumedJob(args, args.resume);
  const { folder } = job;
  if (job.isResumed && (await folder.isFinished())) return tellFinished(folder, args.json, output);
  const results = await interruptible(
    () => `go on with: simdgrad train --resume ${shellWord(folder.path)}`,
    (signal) => runJob(job, args.threads, output, signal),
  );
  if (args.json !== undefined) await writeJson(args.json, results);
}

async function newJob({ options, out }: TrainArguments): Promise<Job> {
  const complete = completeOptions(options);
  const folder = new RunFolder(out ?? defaultRunPath(dataName(complete), complete.model));
  await folder.checkFree();
  return { folder, options: complete, isResumed: false };
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
  const options = await folder.options();
  checkAgainst(options, args.options, path);
  return { folder, options, isResumed: true };
}

async function runJob(
  job: Job,
  threads: number | 'auto',
  output: Output,
  signal: AbortSignal,
): Promise<RunResults> {
  const { folder, options, isResumed } = job;
  const say = (line: string) => void output.write(`${line}\n`);
  await init({ threads });
  const data = await loadData(options, { signal, say });
  manualSeed(options.seed);
  const model = buildModel(options.model, data.train.inputShape, data.train.classNames.length);
  signal.throwIfAborted();
  if (isResumed) await folder.removeTemporaries();
  else await folder.begin(options);
  say(describeJob(job, data, model));
  const history = await trainModel(job, data, model, output, signal);
  signal.throwIfAborted();
  const result = await testModel(model, data.test);
  say(describeResult(history, result, data));
  return writeResults(job, data, model, history, result, say);
}

async function trainModel(
  { folder, options, isResumed }: Job,
  data: RunData,
  model: Sequential,
  output: Output,
  signal: AbortSignal,
): Promise<readonly EpochRecord[]> {
  const resume = isResumed ? await folder.read('checkpoint.safetensors') : undefined;
  const progress = showProgress(output);
  const callbacks: Callback[] = [
    stopAtNaN(options.lr),
    progress,
    jsonHistory((text) => folder.write('history.json', text)),
    csvHistory((text) => folder.write('history.csv', text)),
    checkpointFile(folder.file('checkpoint.safetensors'), { everySteps: STEPS_PER_CHECKPOINT }),
  ];
  try {
    return await fit(model, data.train, {
      optimizer: makeOptimizer(options, model),
      epochs: options.epochs,
      batchSize: options.batchSize,
      validation: data.test,
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
  { folder, options }: Job,
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
    inputShape: data.train.inputShape,
    classNames: data.train.classNames,
    mean: data.mean,
    std: data.std,
    trainExamples: data.train.length,
    testExamples: data.test.length,
    ...scores,
  };
  await readingInput(folder.path, () => writeModel(folder.path, model, { ...details }));
  say(`weights  sha256 ${sha256}\nreport   ${folder.file('report.html')}`);
  return { ...scores, epochs: history };
}

async function tellFinished(folder: RunFolder, json: string | undefined, output: Output) {
  const { testAccuracy, testLoss, imagesPerSecond, weightsSha256 } = await readDetails(folder);
  output.write(
    `${folder.path} is finished: test accuracy ${percent(testAccuracy)}, ` +
      `see ${folder.file('report.html')}\n`,
  );
  if (json === undefined) return;
  const epochs = await readHistory(folder);
  await writeJson(json, { testAccuracy, testLoss, epochs, imagesPerSecond, weightsSha256 });
}

function describeJob({ folder, options, isResumed }: Job, data: RunData, model: Sequential) {
  const { train, test } = data;
  const weights = model.parameters().reduce((sum, { size }) => sum + size, 0);
  const { optimizer, lr, momentum, weightDecay, batchSize, seed } = options;
  const settings = [
    `${optimizer} with learning rate ${lr}`,
    ...(momentum ? [`momentum ${momentum}`] : []),
    ...(weightDecay ? [`weight decay ${weightDecay}`] : []),
    `batches of ${batchSize}`,
    `seed ${seed}`,
  ];
  return [
    `data     ${data.name}: ${count(train.length)} training and ${count(test.length)} test samples, ` +
      `${shape(train.inputShape)}, ${train.classNames.length} classes`,
    `model    ${options.model}: ${count(weights)} parameters`,
    `options  ${settings.join(', ')}`,
    `threads  ${describeThreads()}`,
    `run      ${folder.path}${isResumed ? ' (resumed)' : ''}`,
    '',
  ].join('\n');
}

/** How many threads compute, and why there are no more where more were asked for. */
function describeThreads(): string {
  const { threads, reasons } = capabilities();
  const why = reasons.filter((reason) => reason.startsWith('threads: '));
  return [threads, ...why].join('; ');
}

function describeResult(
  history: readonly EpochRecord[],
  { accuracy, loss, perClass }: TestResult,
  { test }: RunData,
): string {
  return [
    '',
    epochTable(history.map(shownEpoch)),
    '',
    classTable(perClass, test.classNames),
    '',
    `test accuracy ${percent(accuracy)}  loss ${decimal(loss)}  on ${count(test.length)} samples`,
  ].join('\n');
}

/** A path as it can be pasted into a shell. */
function shellWord(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
