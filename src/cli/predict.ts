import { readFile } from 'node:fs/promises';
import { type Module, scope, tensor } from '../index.js';
import { InputError, readingInput } from './errors.js';
import { decodeImage, describePlain, imageToInput } from './image.js';
import { percent } from './report/format.js';
import { softmax } from './results.js';
import {
  classNamesOf,
  inputShapeOf,
  normalisationOf,
  openModel,
  type SavedModel,
} from './saved-model.js';
import { print, printable } from './terminal.js';
import { writeJson } from './write-json.js';

const SHOWN_CLASSES = 3;

/** What a model takes a picture for: the likeliest classes first. */
export interface Prediction {
  readonly file: string;
  readonly class: string;
  readonly top: readonly { readonly class: string; readonly probability: number }[];
}

/** What every picture is made into. */
interface Preparation {
  readonly inputShape: readonly [height: number, width: number, channels: number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Data on a dark ground (digits) against pictures on a bright one: only such a model's input is inverted. */
  readonly invert: 'auto' | false;
}

/** Options of `simdgrad predict`. */
export interface PredictArguments {
  readonly json?: boolean;
  /** The shape of one picture, for a model that does not say it. */
  readonly inputShape?: readonly number[];
}

/** Says what a trained model takes pictures for. */
export async function predict(
  path: string,
  files: readonly string[],
  { json = false, inputShape }: PredictArguments = {},
): Promise<void> {
  const saved = await openModel(path);
  const preparation = preparationOf(saved, inputShape);
  const predictions: Prediction[] = [];
  for (const file of files) {
    const input = await readPicture(file, preparation);
    const logits = await readingInput(path, () => logitsOf(saved.model, input, preparation));
    predictions.push(predictionOf(file, logits, saved));
  }
  if (json) await writeJson('-', predictions);
  else for (const prediction of predictions) print(process.stdout, describe(prediction));
}

function preparationOf(saved: SavedModel, given: readonly number[] | undefined): Preparation {
  const inputShape = inputShapeOf(saved, given);
  if (inputShape === undefined) {
    throw new InputError(
      `${saved.folder.file('model.json')}: details: inputShape: expected the shape of one picture, got nothing: ` +
        'say it with --input-shape, as in --input-shape 28,28,1',
    );
  }
  const [height, width, channels] = inputShape;
  if (inputShape.length !== 3 || !height || !width || !channels) {
    throw new InputError(
      `${saved.folder.path}: expected a model of pictures [height, width, channels], got one of [${inputShape.join(', ')}]`,
    );
  }
  const { mean, std } = normalisationOf(saved, channels);
  const isDark = saved.details.mean !== undefined && channels === 1 && mean[0]! < 0.5;
  return { inputShape: [height, width, channels], mean, std, invert: isDark ? 'auto' : false };
}

async function readPicture(
  file: string,
  { inputShape: [height, width, channels], mean, std, invert }: Preparation,
): Promise<Float32Array> {
  const bytes = await readingInput(file, () => readFile(file));
  const options = { height, width, channels, invert } as const;
  const image = decodeImage(bytes, file);
  const input = await readingInput(file, () => imageToInput(image, options));
  const plain = describePlain(input, options);
  if (plain) print(process.stderr, `${printable(file)}: ${plain}`);
  return input.map((value, i) => (value - mean[i % channels]!) / std[i % channels]!);
}

/** @throws InputError for a model that does not put out one finite number for each class */
function logitsOf(model: Module, input: Float32Array, { inputShape }: Preparation): Float32Array {
  const output = scope(() => {
    const y = model.predict(tensor(input, [1, ...inputShape]));
    return { shape: y.shape, data: y.data() as Float32Array };
  });
  if (output.shape.length !== 2) {
    throw new InputError(
      `expected a model that puts out [1, classes] for a picture, got [${output.shape.join(', ')}]`,
    );
  }
  const odd = output.data.find((value) => !Number.isFinite(value));
  if (odd === undefined) return output.data;
  throw new InputError(`expected finite outputs, got ${odd}: mean, std or weights do not fit`);
}

function predictionOf(file: string, logits: Float32Array, saved: SavedModel): Prediction {
  const classNames = classNamesOf(saved, logits.length);
  const top = Array.from(softmax(logits), (probability, c) => ({
    class: classNames[c]!,
    probability,
  }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, SHOWN_CLASSES);
  return { file, class: top[0]!.class, top };
}

function describe({ file, class: name, top }: Prediction): string {
  const shares = top.map((entry) => `${printable(entry.class)} ${percent(entry.probability, 1)}`);
  return `${printable(file)}: ${printable(name)}  (${shares.join(', ')})`;
}
