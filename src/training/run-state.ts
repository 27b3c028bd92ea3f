import { checkBoolean, checkInteger, checkNumber, wrongKind } from '../check.js';
import { FormatError, OutOfMemoryError } from '../errors.js';
import type { NamedArray } from '../formats/safetensors.js';
import type { RandomState } from '../random.js';
import type { MeansState } from './metrics.js';
import type { EpochRecord } from './types.js';

const OP = 'checkpoint';

/** Where a run stands, apart from its tensors. */
export interface RunState {
  /** What must be the same for the run to go on: sizes of data, batches, options of the optimizer … */
  readonly setup: Readonly<Record<string, unknown>>;
  /** Epochs that it was to have. */
  readonly epochs: number;
  /** Epochs done, and steps of the next one. */
  readonly epoch: number;
  readonly step: number;
  /** Whether `stop` was called. */
  readonly stopped: boolean;
  /** The optimizer's learning rate when the run began, and that of the last step. */
  readonly beginLr: number;
  readonly stepLr: number;
  /** Generator when the epoch began (its order of samples follows from it), and now. */
  readonly epochRandom: RandomState;
  readonly random: RandomState;
  readonly means: MeansState;
  readonly epochSeconds: number;
  readonly history: readonly EpochRecord[];
  readonly callbacks: readonly CallbackState[];
}

/** What a callback remembers. */
export interface CallbackState {
  readonly name: string;
  readonly state: unknown;
  /** Kept as tensors of the file. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
  /** Whether it has not been told yet of the step, or of the epoch, that was done last. */
  readonly isPending: boolean;
}

/** JSON that keeps every number: NaN, ±Infinity and −0 are strings behind a `#`, as are strings that begin with one. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (key, item: unknown) => {
    if (typeof item === 'number') return isInJson(item) ? item : `#${item === 0 ? '-0' : item}`;
    if (typeof item === 'string') return item.startsWith('#') ? `#${item}` : item;
    if (isPlain(item)) return item;
    throw wrongKind('checkpoint', key, 'plain JSON', item);
  });
}

/** What `encode` was given. @throws FormatError */
export function decode(text: string): unknown {
  return asFormatError('checkpoint: the state is not JSON: ', () =>
    JSON.parse(text, (_key, item: unknown) => {
      if (typeof item !== 'string' || !item.startsWith('#')) return item;
      return item.startsWith('##') ? item.slice(1) : Number(item.slice(1));
    }),
  );
}

const isInJson = (value: number) => Number.isFinite(value) && !Object.is(value, -0);

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object') return value === undefined || typeof value === 'boolean';
  return (
    value === null || /^\[object (Object|Array)\]$/.test(Object.prototype.toString.call(value))
  );
}

/**
 * Checks all but the setup.
 * @param sizes those of the run that is to go on
 * @throws TypeError, RangeError
 */
export function checkRunState(
  state: unknown,
  { steps, samples, batchSize }: { steps: number; samples: number; batchSize: number },
): asserts state is RunState {
  const run = record('state', state);
  checkInteger(OP, 'epochs', run['epochs'], 1);
  checkUpTo('epoch', run['epoch'], run['epochs']);
  checkUpTo('step', run['step'], run['epoch'] < run['epochs'] ? steps : 0);
  checkBoolean(OP, 'stopped', run['stopped']);
  checkNumber(OP, 'beginLr', run['beginLr'], 0);
  checkNumber(OP, 'stepLr', run['stepLr'], 0);
  checkNumber(OP, 'epochSeconds', run['epochSeconds'], 0);
  for (const name of ['random', 'epochRandom']) checkRandom(name, run[name]);
  const means = record('means', run['means']);
  checkInteger(OP, 'means: samples', means['samples'], 0);
  if (run['step'] > 0 && means['samples'] !== Math.min(run['step'] * batchSize, samples)) {
    throw wrongKind(OP, 'means: samples', `those of ${run['step']} steps`, means['samples']);
  }
  checkNumbers('means: sums', means['sums']);
  for (const [name, numbers] of Object.entries(record('means: numbers', means['numbers']))) {
    checkNumbers(`means: numbers: ${name}`, { ...(numbers as object) });
  }
  checkHistory(run['history'], run['epoch']);
  checkCallbacks(run['callbacks']);
}

export function record(argument: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw wrongKind(OP, argument, 'an object', value);
}

function checkUpTo(argument: string, value: unknown, most: number): asserts value is number {
  checkInteger(OP, argument, value, 0);
  if (value > most) throw wrongKind(OP, argument, `an integer up to ${most}`, value);
}

function checkRandom(argument: string, state: unknown): void {
  const isWord = (word: unknown) => Number.isInteger(word) && (word as number) >>> 0 === word;
  if (Array.isArray(state) && state.length === 4 && state.every(isWord)) return;
  throw wrongKind(OP, argument, 'four unsigned 32-bit integers', state);
}

/** NaN is one of them: a run may have diverged. */
function checkNumbers(argument: string, values: unknown): Record<string, number> {
  for (const [name, value] of Object.entries(record(argument, values))) {
    if (typeof value !== 'number') throw wrongKind(OP, `${argument}: ${name}`, 'a number', value);
  }
  return values as Record<string, number>;
}

function checkHistory(history: unknown, epochs: number): void {
  if (!Array.isArray(history) || history.length !== epochs) {
    throw wrongKind(OP, 'history', `${epochs} epochs`, history);
  }
  history.forEach((epoch: unknown, i) => {
    const argument = `history[${i}]`;
    const measures = checkNumbers(argument, epoch);
    if (measures['epoch'] === i + 1 && measures['loss'] !== undefined) return;
    throw wrongKind(OP, argument, `the measures of epoch ${i + 1}`, epoch);
  });
}

function checkCallbacks(callbacks: unknown): void {
  if (!Array.isArray(callbacks)) throw wrongKind(OP, 'callbacks', 'an array', callbacks);
  callbacks.forEach((callback: unknown, i) => {
    const { name, isPending } = record(`callbacks[${i}]`, callback);
    if (typeof name === 'string' && typeof isPending === 'boolean') return;
    throw wrongKind(OP, `callbacks[${i}]`, 'a name and a state', callback);
  });
}

/** Runs `body`; what it finds wrong is wrong with the file. */
export function asFormatError<T>(prefix: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    const isKnown = cause instanceof FormatError || cause instanceof OutOfMemoryError;
    if (isKnown || !/^(Type|Range|Shape|Syntax)Error$/.test((cause as Error).name)) throw cause;
    throw new FormatError(prefix + (cause as Error).message, { cause });
  }
}
