import type { EpochRecord } from '../index.js';
import { InputError } from './errors.js';
import type { RunFolder } from './run-folder.js';

/** What `model.json` says of a run beside the layers. */
export interface RunDetails {
  readonly data: string;
  readonly model: string;
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
}

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === 'number';
const isText: Check = (value) => typeof value === 'string';
const isList = (item: Check) => (value: unknown) => Array.isArray(value) && value.every(item);

const CHECKS: Readonly<Record<keyof RunDetails, Check>> = {
  data: isText,
  model: isText,
  inputShape: isList(isNumber),
  classNames: isList(isText),
  mean: isList(isNumber),
  std: isList(isNumber),
  trainExamples: isNumber,
  testExamples: isNumber,
  testAccuracy: isNumber,
  testLoss: isNumber,
  imagesPerSecond: isNumber,
  weightsSha256: isText,
};

/** @throws InputError for a run that is not finished, or whose `model.json` is damaged */
export async function readDetails(folder: RunFolder): Promise<RunDetails> {
  const text = await folder.read('model.json');
  if (text === undefined) {
    await folder.options();
    throw new InputError(
      `${folder.path}: expected a finished run, got one without model.json: ` +
        `finish it with simdgrad train --resume ${folder.path}`,
    );
  }
  const document = parse(text.toString(), folder.file('model.json')) as {
    details?: Record<string, unknown> | null;
  } | null;
  const details = document?.details ?? {};
  for (const [key, check] of Object.entries(CHECKS)) {
    if (check(details[key])) continue;
    throw new InputError(
      `${folder.file('model.json')}: details: ${key}: expected what simdgrad train writes, ` +
        `got ${JSON.stringify(details[key]) ?? 'nothing'}`,
    );
  }
  return details as unknown as RunDetails;
}

/** The epochs that are done. @throws InputError for a file that is damaged */
export async function readHistory(folder: RunFolder): Promise<readonly EpochRecord[]> {
  const text = await folder.read('history.json');
  if (text === undefined) return [];
  const history = parse(text.toString(), folder.file('history.json'));
  if (isList((epoch) => epoch !== null && typeof epoch === 'object')(history)) {
    return history as EpochRecord[];
  }
  throw new InputError(`${folder.file('history.json')}: expected a list of epochs, got another`);
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
