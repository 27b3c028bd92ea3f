import { readFile } from 'node:fs/promises';
import { type Module, scope, tensor } from '../index.js';
import { InputError, readingInput } from './errors.js';
import { decodeImage, describePlain, imageToInput } from './image.js';
import { checkFinite } from './predictions.js';
import { type Classifier, perChannel, type PictureArguments } from './picture-options.js';
import { softmax } from './results.js';
import {
  classNamesOf,
  inputShapeOf,
  normalisationOf,
  openModel,
  type SavedModel,
} from './saved-model.js';
import { print, printable } from './terminal.js';

/** What every picture is made into. */
interface Preparation {
  readonly inputShape: readonly [height: number, width: number, channels: number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Data on a dark ground (digits) against pictures on a bright one: only such a model's input is inverted. */
  readonly invert: 'auto' | false;
}

/** What a model that `simdgrad train` or another program of this library saved makes of pictures. */
export async function ownClassifier(path: string, given: PictureArguments): Promise<Classifier> {
  for (const name of ['size', 'layout'] as const) {
    if (given[name] === undefined) continue;
    throw new InputError(
      `--${name}: expected a model of another library, got ${path}, whose pictures are [height, width, channels]`,
    );
  }
  const saved = await openModel(path);
  const preparation = preparationOf(saved, given);
  return async (file) => {
    const input = await readPicture(file, preparation);
    const logits = await readingInput(path, () => logitsOf(saved.model, input, preparation));
    const classNames = given.labels ?? classNamesOf(saved, logits.length);
    return { probabilities: softmax(logits), classNames };
  };
}

function preparationOf(saved: SavedModel, given: PictureArguments): Preparation {
  const inputShape = inputShapeOf(saved, given.inputShape);
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
  const { mean, std } = normalisation(saved, channels, given);
  const isDark = saved.details.mean !== undefined && channels === 1 && mean[0]! < 0.5;
  return { inputShape: [height, width, channels], mean, std, invert: isDark ? 'auto' : false };
}

function normalisation(saved: SavedModel, channels: number, given: PictureArguments) {
  if (given.mean === undefined && given.std === undefined) return normalisationOf(saved, channels);
  return {
    mean: perChannel('--mean', given.mean ?? [0], channels),
    std: perChannel('--std', given.std ?? [1], channels),
  };
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
  checkFinite(output.data);
  return output.data;
}
