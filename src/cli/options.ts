import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError, shortened } from './errors.js';
import { type ModelName, MODELS } from './models.js';

export const OPTIMIZERS = ['sgd', 'adam', 'adamw', 'adadelta'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

const LEARNING_RATES: Readonly<Record<OptimizerName, number>> = {
  sgd: 0.01,
  adam: 0.001,
  adamw: 0.001,
  adadelta: 1,
};

/** Data sets that have a name; any other data set is a folder. */
export const DATASETS = ['strokes', 'mnist', 'fashion-mnist', 'cifar10'] as const;

/** All that decides which weights come out of a run. */
export interface RunOptions {
  readonly data: string;
  readonly model: ModelName;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: OptimizerName;
  readonly lr: number;
  /** SGD only. */
  readonly momentum?: number;
  readonly weightDecay: number;
  readonly seed: number;
  /** Strokes only: how many to draw. */
  readonly trainSize?: number;
  readonly testSize?: number;
  /** Train on the first samples only. */
  readonly limit?: number;
  /** Validate on so many training samples, or this share of them, instead of on the test data. */
  readonly valSplit?: number;
}

type Value = string | number;
/** Reads a value from the command line or from a file; `name` stands in its errors. */
type Parser = (name: string, text: string) => Value;

/** How each option of a run is read, in the order in which they are shown. */
export const PARSERS: Readonly<Record<keyof RunOptions, Parser>> = {
  data: dataset,
  model: oneOf(MODELS),
  epochs: integer(1),
  batchSize: integer(1),
  optimizer: oneOf(OPTIMIZERS),
  lr: number('a number above 0', (value) => value > 0),
  momentum: number('a number from 0 to below 1', (value) => value >= 0 && value < 1),
  weightDecay: number('a number from 0', (value) => value >= 0),
  seed: integer(0, Number.MAX_SAFE_INTEGER),
  trainSize: integer(10),
  testSize: integer(10),
  limit: integer(1),
  valSplit: number(
    'a share between 0 and 1 or a number of samples',
    (value) => value > 0 && (value < 1 || Number.isInteger(value)),
  ),
};

export const OPTION_NAMES = Object.keys(PARSERS) as (keyof RunOptions)[];

/** The threads that `init` starts at most. */
const MOST_THREADS = 128;

/** Reads `--threads`, which is no option of a run: the weights do not depend on it. */
export function parseThreads(text: string): number | 'auto' {
  if (text === 'auto') return text;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= MOST_THREADS) return value;
  throw new InputError(
    `--threads: expected auto or an integer from 1 to ${MOST_THREADS}, got ${quoted(text)}`,
  );
}

/** The name of an option on the command line: `batchSize` → `--batch-size`. */
export function flag(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * All options of a new run, from those given and the defaults.
 * @throws InputError for options that do not go together
 */
export function completeOptions(given: Partial<RunOptions>): RunOptions {
  const { data = 'strokes', optimizer = 'sgd' } = given;
  const isSgd = optimizer === 'sgd';
  if (!isSgd && given.momentum !== undefined) {
    throw new InputError(`--momentum: expected --optimizer sgd, got --optimizer ${optimizer}`);
  }
  for (const key of ['trainSize', 'testSize'] as const) {
    if (data === 'strokes' || given[key] === undefined) continue;
    throw new InputError(`${flag(key)}: expected --data strokes, got --data ${data}`);
  }
  return {
    data,
    model: 'lenet',
    epochs: 5,
    batchSize: 32,
    optimizer,
    lr: LEARNING_RATES[optimizer],
    ...(isSgd ? { momentum: 0.9 } : {}),
    weightDecay: optimizer === 'adamw' ? 0.01 : 0,
    seed: 0,
    ...(data === 'strokes' ? { trainSize: 20_000, testSize: 4_000 } : {}),
    ...given,
  };
}

function oneOf(values: readonly string[]): Parser {
  return (name, text) => {
    if (values.includes(text)) return text;
    throw new InputError(`${name}: expected one of ${values.join(', ')}, got ${quoted(text)}`);
  };
}

function integer(least: number, most = 2 ** 31 - 1): Parser {
  return (name, text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const end = value > most ? ` to ${most}` : '';
    throw new InputError(`${name}: expected an integer from ${least}${end}, got ${quoted(text)}`);
  };
}

function number(expected: string, ok: (value: number) => boolean): Parser {
  return (name, text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && ok(value)) return value;
    throw new InputError(`${name}: expected ${expected}, got ${quoted(text)}`);
  };
}

/** A name, or the absolute path of a folder: a run can then be resumed from anywhere. */
function dataset(name: string, text: string): string {
  if ((DATASETS as readonly string[]).includes(text)) return text;
  if (text.includes('/') || existsSync(text)) return resolve(text);
  throw new InputError(
    `${name}: expected one of ${DATASETS.join(', ')} or a folder, got ${quoted(text)}`,
  );
}

const quoted = (text: string) => `'${shortened(text)}'`;
