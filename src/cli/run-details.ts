import type { EpochRecord } from '../index.js';
import { InputError, shown } from './errors.js';
import type { RunFiles } from './run-files.js';

/** What `model.json` says of a run beside the layers. A model that another program saved may say less. */
export interface RunDetails {
  readonly data: string;
  readonly model: string;
  /** Epochs that were done. */
  readonly epochs: number;
  /** The shape of one sample. */
  readonly inputShape: readonly number[];
  readonly classNames: readonly string[];
  /** Per channel: inputs are normalised as (value − mean) / std; bytes are divided by 255 before. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly trainExamples: number;
  readonly testExamples: number;
  readonly testAccuracy: number;
  readonly testLoss: number;
  readonly imagesPerSecond: number;
  readonly weightsSha256: string;
  /** All that shaped the run, as in `options.json`. */
  readonly run: Readonly<Record<string, unknown>>;
}

/** A sample of more values than this is a mistake, or an attempt to fill the memory. */
const MAX_VALUES = 2 ** 26;

type Check = readonly [expected: string, ok: (value: unknown) => boolean];

const isPositive = (value: unknown) => Number.isFinite(value) && (value as number) > 0;
const isList = (item: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every(item);
const isShare = (value: unknown) =>
  Number.isFinite(value) && (value as number) >= 0 && (value as number) <= 1;
const isText = (value: unknown) => typeof value === 'string';

const TEXT: Check = ['text', isText];
const COUNT: Check = ['a count', (value) => Number.isSafeInteger(value) && (value as number) >= 0];
const NUMBER: Check = ['a finite number', Number.isFinite];

const CHECKS: Readonly<Record<keyof RunDetails, Check>> = {
  data: TEXT,
  model: TEXT,
  epochs: COUNT,
  inputShape: [`positive integers whose product is at most ${MAX_VALUES}`, isInputShape],
  classNames: ['a list of names', isList(isText)],
  mean: ['a list of finite numbers', isList(Number.isFinite)],
  std: ['a list of finite numbers above 0', isList(isPositive)],
  trainExamples: COUNT,
  testExamples: COUNT,
  testAccuracy: ['a number from 0 to 1', isShare],
  testLoss: NUMBER,
  imagesPerSecond: NUMBER,
  weightsSha256: TEXT,
  run: ['an object', (value) => typeof value === 'object' && value !== null],
};

/** Whether it can be the shape of one sample. */
export function isInputShape(value: unknown): value is number[] {
  const isSize = (size: unknown) => Number.isInteger(size) && (size as number) > 0;
  if (!isList(isSize)(value)) return false;
  return (value as number[]).reduce((product, size) => product * size, 1) <= MAX_VALUES;
}

/** What `model.json` says; undefined without one. @throws InputError for a file that is damaged */
export async function readDetails(folder: RunFiles): Promise<Partial<RunDetails> | undefined> {
  const text = await folder.read('model.json');
  if (text === undefined) return undefined;
  const name = folder.file('model.json');
  const document = parse(text.toString(), name) as { details?: unknown } | null;
  return checkDetails(document?.details ?? {}, name);
}

/**
 * The known details of a model.
 * @param name what errors call the file
 * @throws InputError for one of another type, or two that do not go together
 */
export function checkDetails(details: unknown, name: string): Partial<RunDetails> {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) {
    throw new InputError(`${name}: details: expected an object, got ${shown(details)}`);
  }
  const known = details as Partial<RunDetails>;
  for (const [key, [expected, ok]] of Object.entries(CHECKS)) {
    const value = known[key as keyof RunDetails];
    if (value === undefined || ok(value)) continue;
    throw new InputError(`${name}: details: ${key}: expected ${expected}, got ${shown(value)}`);
  }
  const { inputShape, mean, std } = known;
  const channels = inputShape?.at(-1) ?? mean?.length ?? std?.length;
  if (mean?.length !== std?.length || (mean && mean.length !== channels)) {
    throw new InputError(
      `${name}: details: mean, std: expected a number for each of ${channels} channels in both, ` +
        `got ${mean?.length ?? 'no'} and ${std?.length ?? 'no'} numbers`,
    );
  }
  return known;
}

/** @throws InputError unless there is all that `simdgrad train` writes */
export function completeDetails(folder: RunFiles, details: Partial<RunDetails>): RunDetails {
  const missing = Object.keys(CHECKS).find((key) => details[key as keyof RunDetails] === undefined);
  if (missing === undefined) return details as RunDetails;
  throw new InputError(
    `${folder.file('model.json')}: details: ${missing}: expected what simdgrad train writes, got nothing`,
  );
}

/** The epochs that are done. @throws InputError for a file that is damaged */
export async function readHistory(folder: RunFiles): Promise<readonly EpochRecord[]> {
  const text = await folder.read('history.json');
  if (text === undefined) return [];
  const name = folder.file('history.json');
  const history = parse(text.toString(), name);
  if (!Array.isArray(history)) {
    throw new InputError(`${name}: expected a list of epochs, got ${shown(history)}`);
  }
  return history.map((epoch: unknown, i) => checkEpoch(epoch, `${name}: epoch ${i + 1}`));
}

function checkEpoch(epoch: unknown, name: string): EpochRecord {
  if (typeof epoch !== 'object' || epoch === null) {
    throw new InputError(`${name}: expected an object, got ${shown(epoch)}`);
  }
  const record = epoch as Record<string, unknown>;
  const keys = new Set(['epoch', 'loss', 'seconds', 'samplesPerSecond', ...Object.keys(record)]);
  for (const key of keys) {
    if (Number.isFinite(record[key])) continue;
    throw new InputError(`${name}: ${key}: expected a finite number, got ${shown(record[key])}`);
  }
  return epoch as EpochRecord;
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${name}: expected JSON, got text that is not: ${String(cause)}`, {
      cause,
    });
  }
}
