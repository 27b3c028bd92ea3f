import type { Dataset } from '../index.js';
import { loadTest } from './data.js';
import { classTable } from './display.js';
import { InputError } from './errors.js';
import { completeOptions, PARSERS, type RunOptions } from './options.js';
import { count, decimal, percent } from './report/format.js';
import { testModel } from './results.js';
import type { RunFolder } from './run-folder.js';
import { optionsOf } from './run-record.js';
import { normalisationOf, openModel, type SavedModel } from './saved-model.js';
import { print } from './terminal.js';
import { warnOfThreads } from './threads.js';
import { writeJson } from './write-json.js';

/** Options of `simdgrad evaluate`. */
export interface EvaluateArguments {
  /** Default: the data of the run. */
  readonly data?: string;
  readonly threads: number | 'auto';
  readonly json?: boolean;
}

/** Measures a trained model on the test part of a data set, its own or another of the same kind. */
export async function evaluate(
  path: string,
  { data, threads, json = false }: EvaluateArguments,
): Promise<void> {
  const saved = await openModel(path, { threads });
  warnOfThreads(threads);
  const options = await optionsFor(saved.folder, data);
  const test = await loadTest(options);
  checkFits(saved, test, options.data);
  const normalised = test.normalise(normalisationOf(saved, test.inputShape.at(-1)!));
  const { accuracy, loss, perClass } = await testModel(saved.model, normalised);
  if (!Number.isFinite(loss)) {
    throw new InputError(
      `${path}: expected finite outputs for --data ${options.data}, got a loss of ${loss}`,
    );
  }
  if (json) return writeJson('-', { testAccuracy: accuracy, testLoss: loss, perClass });
  print(
    process.stdout,
    `${classTable(perClass, saved.details.classNames ?? test.classNames)}\n\n` +
      `test accuracy ${percent(accuracy)}  loss ${decimal(loss)}  on ${count(test.length)} samples`,
  );
}

/** How to come by the data: those of the run as they were for it, others by the defaults. */
async function optionsFor(folder: RunFolder, given: string | undefined): Promise<RunOptions> {
  const data = given === undefined ? undefined : (PARSERS.data('--data', given) as string);
  const isRun = (await folder.read('options.json')) !== undefined;
  const run = isRun ? optionsOf(await folder.record()) : undefined;
  if (run && (data === undefined || data === run.data)) return run;
  if (data !== undefined) return completeOptions({ data });
  throw new InputError(
    `--data: expected the data to evaluate on, as ${folder.path} holds no options.json that says it`,
  );
}

function checkFits({ folder, details }: SavedModel, test: Dataset, data: string): void {
  const { inputShape = test.inputShape, classNames = test.classNames } = details;
  const expected = `[${inputShape.join(', ')}] and ${classNames.length} classes`;
  const got = `[${test.inputShape.join(', ')}] and ${test.classNames.length}`;
  if (`${inputShape}` !== `${test.inputShape}` || classNames.length !== test.classNames.length) {
    throw new InputError(
      `--data ${data}: expected ${expected} as ${folder.path} was trained on, got ${got}`,
    );
  }
  if (areNumbers(classNames) || areNumbers(test.classNames)) return;
  const other = classNames.findIndex((name, c) => name !== test.classNames[c]);
  if (other < 0) return;
  throw new InputError(
    `--data ${data}: expected the classes that ${folder.path} was trained on, ` +
      `got ${test.classNames[other]} in place of ${classNames[other]}`,
  );
}

/** Whether classes are named by their numbers only: such names say nothing about what they are. */
const areNumbers = (names: readonly string[]) => names.every((name, c) => name === String(c));
