import type { Callback } from '../index.js';
import { InputError, shown } from './errors.js';
import { completeOptions, flag, OPTION_NAMES, PARSERS, type RunOptions } from './options.js';

/** What may be other when a run goes on than when it began. */
export type RunChanges = Partial<Pick<RunOptions, 'epochs' | 'lr'>>;

/** All that shapes a run: how it was started, and with what changes it was gone on with. */
export interface RunRecord {
  readonly started: RunOptions;
  readonly resumed: readonly RunChanges[];
}

const CHANGEABLE = ['epochs', 'lr'] as const;
const TEXTS: readonly (keyof RunOptions)[] = ['data', 'model', 'optimizer'];

/** The options as they are now. */
export function optionsOf({ started, resumed }: RunRecord): RunOptions {
  return Object.assign({}, started, ...resumed) as RunOptions;
}

/**
 * The record of a run that goes on with options that were given now; the same one where they change nothing.
 * @throws InputError for an option that differs from that of the run and cannot be changed
 */
export function resumedWith(
  record: RunRecord,
  given: Partial<RunOptions>,
  folder: string,
): RunRecord {
  const run = optionsOf(record);
  const changed = OPTION_NAMES.filter((key) => given[key] !== undefined && given[key] !== run[key]);
  for (const key of changed) {
    if (key === 'lr' || (key === 'epochs' && given.epochs! > run.epochs)) continue;
    throw new InputError(
      `${flag(key)} ${given[key]} contradicts ${folder}, which was started with ` +
        `${run[key] ?? `no ${flag(key)}`}: leave ${flag(key)} out, or start a new run`,
    );
  }
  if (changed.length === 0) return record;
  const changes = Object.fromEntries(changed.map((key) => [key, given[key]])) as RunChanges;
  return { ...record, resumed: [...record.resumed, changes] };
}

/** The record as plain JSON. */
export function documentOf({ started, resumed }: RunRecord): Record<string, unknown> {
  const changes = resumed.length > 0 ? { resumed } : {};
  return { format: 'simdgrad-run', version: 1, ...started, ...changes };
}

/** The text of `options.json`. */
export function formatRecord(record: RunRecord): string {
  return `${JSON.stringify(documentOf(record), null, 2)}\n`;
}

/**
 * Reads `options.json`.
 * @param name what errors call the file
 * @throws InputError for anything but what `formatRecord` writes
 */
export function parseRecord(text: string, name: string): RunRecord {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // What is not JSON is no options file either: the same message serves.
  }
  return recordFrom(document, name);
}

/** The record that `documentOf` made plain JSON of. @throws InputError for anything else */
export function recordFrom(document: unknown, name: string): RunRecord {
  const { format, version, resumed = [], ...values } = (document ?? {}) as Record<string, unknown>;
  if (format !== 'simdgrad-run' || version !== 1) {
    throw new InputError(
      `${name}: expected the options of a run of simdgrad train, got other text`,
    );
  }
  const options = parseOptions(values, name, OPTION_NAMES);
  const started = completeOptions(options);
  const missing = OPTION_NAMES.find(
    (key) => started[key] !== undefined && options[key] === undefined,
  );
  if (missing) throw new InputError(`${name}: ${missing}: expected a value, got none`);
  if (!Array.isArray(resumed)) {
    throw new InputError(`${name}: resumed: expected a list, got ${shown(resumed)}`);
  }
  const changes = resumed.map((item: unknown, i) =>
    parseOptions(item, `${name}: resumed: ${i}`, CHANGEABLE),
  );
  return { started, resumed: changes };
}

/**
 * Keeps the record in checkpoints, and goes on only from one that the same options made.
 * @param name what errors call `options.json`
 * @returns a callback of `fit`; it throws an InputError that names both values
 */
export function sameRecord(record: RunRecord, name: string, isResumed: boolean): Callback {
  let isChecked = !isResumed;
  return {
    name: 'simdgrad train',
    state: () => record,
    restore(state) {
      checkRecord(record, state as RunRecord, name, 'checkpoint');
      isChecked = true;
    },
    onTrainBegin() {
      if (isChecked) return;
      throw new InputError(
        `${name}: expected a checkpoint of simdgrad train beside it, got another`,
      );
    },
  };
}

/**
 * Compares the record of `options.json` with the one that was kept when something was made; changes since then may follow.
 * @param name what errors call `options.json`
 * @param made what was made
 * @throws InputError that names both values
 */
export function checkRecord(
  record: RunRecord,
  kept: RunRecord,
  name: string,
  made: 'checkpoint' | 'model',
): void {
  const resumed = record.resumed.slice(0, kept.resumed.length);
  const [now, then] = [optionsOf({ ...record, resumed }), optionsOf(kept)];
  for (const key of OPTION_NAMES) {
    if (now[key] !== then[key]) throw edited(name, made, key, now, then);
  }
}

function edited(
  name: string,
  made: string,
  key: keyof RunOptions,
  now: RunOptions,
  then: RunOptions,
): InputError {
  const hint =
    key === 'epochs' || key === 'lr'
      ? `to change it, go on with simdgrad train --resume … ${flag(key)} ${now[key]}`
      : 'put it back, or start a new run';
  return new InputError(
    `${name}: ${key}: the ${made} was made with ${then[key] ?? 'none'}, ` +
      `it cannot go on with ${now[key] ?? 'none'}: ${hint}`,
  );
}

function parseOptions(
  record: unknown,
  name: string,
  known: readonly (keyof RunOptions)[],
): Partial<RunOptions> {
  if (typeof record !== 'object' || record === null) {
    throw new InputError(`${name}: expected options, got ${shown(record)}`);
  }
  const values = Object.entries(record).map(([key, value]: [string, unknown]) => {
    const option = known.find((other) => other === key);
    if (option === undefined) {
      throw new InputError(`${name}: expected ${known.join(', ')}, got ${shown(key)}`);
    }
    const isText = TEXTS.includes(option);
    const text = typeof value === (isText ? 'string' : 'number') ? String(value) : shown(value);
    return [key, PARSERS[option](`${name}: ${key}`, text)];
  });
  return Object.fromEntries(values) as Partial<RunOptions>;
}
