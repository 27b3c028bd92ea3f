import { init, type Module, weightsSha256 } from '../index.js';
import { readModel } from '../node/index.js';
import { oddWeight } from './divergence.js';
import { InputError, readingInput, shortened } from './errors.js';
import { checkDetails, isInputShape, type RunDetails } from './run-details.js';
import { RunFolder } from './run-folder.js';
import { print } from './terminal.js';

/** A model that `simdgrad train` or another program saved to a folder, and what is known of it. */
export interface SavedModel {
  readonly folder: RunFolder;
  readonly model: Module;
  readonly details: Partial<RunDetails>;
}

/**
 * Reads `model.json` and `model.safetensors` of a folder.
 * @throws InputError where they are missing, damaged, do not belong together or hold weights that are not finite
 */
export async function openModel(
  path: string,
  { threads }: { threads?: number | 'auto' } = {},
): Promise<SavedModel> {
  const folder = new RunFolder(path);
  const name = folder.file('model.json');
  if ((await folder.read('model.json')) === undefined) throw await notSaved(folder);
  await init(threads === undefined ? {} : { threads });
  const { model, details: given } = await readingInput(path, () => readModel(path));
  const details = checkDetails(given, name);
  await checkWeights(folder, model, details);
  return { folder, model, details };
}

async function notSaved(folder: RunFolder): Promise<InputError> {
  if ((await folder.read('options.json')) === undefined) {
    return folder.missing('a run of simdgrad train or of a saved model', 'model.json');
  }
  return new InputError(
    `${folder.path}: expected a finished run, got one without model.json: ` +
      `finish it with simdgrad train --resume ${folder.path}`,
  );
}

async function checkWeights(
  folder: RunFolder,
  model: Module,
  { weightsSha256: expected = '' }: Partial<RunDetails>,
): Promise<void> {
  const name = folder.file('model.safetensors');
  const odd = oddWeight(model);
  if (odd !== undefined) {
    throw new InputError(`${name}: expected finite weights, got ${odd}: the model is of no use`);
  }
  const got = await weightsSha256(model);
  if (expected === '' || got === expected) return;
  throw new InputError(
    `${name}: expected weights of sha256 ${expected}, as model.json says, got ${got}: ` +
      'one of the two files was changed, or is of another run',
  );
}

/** Reads `--input-shape`: sizes with commas between them. */
export function parseInputShape(text: string): readonly number[] {
  const sizes = /^\d+(,\d+)*$/.test(text) ? text.split(',').map(Number) : [];
  if (isInputShape(sizes)) return sizes;
  throw new InputError(
    `--input-shape: expected positive integers with commas, as in 28,28,1, got '${shortened(text)}'`,
  );
}

/** The shape of one sample, as the model says or else as it is given; undefined where neither does. */
export function inputShapeOf(
  { folder, details: { inputShape } }: SavedModel,
  given: readonly number[] | undefined,
): readonly number[] | undefined {
  if (given && inputShape && String(given) !== String(inputShape)) {
    throw new InputError(
      `--input-shape ${given.join(',')} contradicts ${folder.file('model.json')}, ` +
        `which says ${inputShape.join(',')}: leave --input-shape out`,
    );
  }
  return inputShape ?? given;
}

/** Mean and standard deviation of each channel; where the model says nothing, values stay, and that is said. */
export function normalisationOf({ folder, details }: SavedModel, channels: number) {
  if (details.mean && details.std) return { mean: details.mean, std: details.std };
  print(
    process.stderr,
    `simdgrad: ${folder.file('model.json')}: details: no mean and std: inputs are not normalised, bytes become 0 to 1`,
  );
  return { mean: new Array<number>(channels).fill(0), std: new Array<number>(channels).fill(1) };
}

/** The names of the model's classes; their numbers where it has none. @throws InputError for too few or many */
export function classNamesOf(
  { folder, details: { classNames } }: SavedModel,
  outputs: number,
): readonly string[] {
  if (classNames === undefined) return Array.from({ length: outputs }, (_, c) => String(c));
  if (classNames.length === outputs) return classNames;
  throw new InputError(
    `${folder.file('model.json')}: details: classNames: expected ${outputs} names, one for each output, ` +
      `got ${classNames.length}`,
  );
}
