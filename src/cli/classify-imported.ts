import { readFile } from 'node:fs/promises';
import { preprocess, scope, tensor } from '../index.js';
import type { FileInput, ImportedModule } from '../tfjs/index.js';
import { InputError, readingInput } from './errors.js';
import { decodeImage } from './image.js';
import { openImported } from './imported-model.js';
import type { FoundModel } from './model-kind.js';
import { covering, isFloat, onWhite, pictureOptions, shownShape } from './picture-input.js';
import type { Classifier, PictureArguments } from './picture-options.js';
import { checkFinite, probabilitiesOf } from './predictions.js';
import { print } from './terminal.js';

/** What a model of another library makes of pictures. */
export async function importedClassifier(
  found: FoundModel,
  given: PictureArguments,
): Promise<Classifier> {
  const model = await openImported(found);
  const { file } = found;
  const input = pictureInput(model, file);
  const options = pictureOptions(input, file, given);
  if (isFloat(input) && given.mean === undefined && given.std === undefined) {
    print(
      process.stderr,
      `simdgrad: ${file}: no --mean and --std: inputs are not normalised, bytes become 0 to 1`,
    );
  }
  return async (picture) => {
    const bytes = await readingInput(picture, () => readFile(picture));
    const image = onWhite(decodeImage(bytes, picture));
    const resize = covering(image, options.centerCrop);
    const { data, shape } = preprocess(image, { ...options, resize });
    const outputs = await readingInput(file, () => outputsOf(model, data, shape));
    const classNames = given.labels ?? Array.from(outputs, (_, c) => String(c));
    return { probabilities: probabilitiesOf(outputs), classNames };
  };
}

/** The only input of a model of pictures. @throws InputError */
function pictureInput(model: ImportedModule, file: string): FileInput {
  const [input, ...others] = model.inputs;
  if (input && others.length === 0 && (input.shape === undefined || input.shape.length === 4)) {
    return input;
  }
  const got = model.inputs.map(({ name, shape }) => `${name} ${shownShape(shape)}`).join(', ');
  throw new InputError(
    `${file}: expected a model of pictures, with one input of rank 4, got ${got}`,
  );
}

/** @throws InputError for a model that does not put out one finite number for each class */
function outputsOf(
  model: ImportedModule,
  data: Float32Array,
  shape: readonly number[],
): Float32Array {
  const { output, name } = scope(() => {
    const outputs = Object.entries(model.run(tensor(data, shape)));
    const named = outputs.map(([name, y]) => `${name} [${y.shape.join(', ')}]`).join(', ');
    const classes = outputs.filter(([, y]) => y.shape.filter((size) => size !== 1).length === 1);
    const [only] = classes.length === 1 ? classes : [];
    return { output: only?.[1].data() as Float32Array | undefined, name: named };
  });
  if (!output) {
    throw new InputError(`expected a model that puts out [1, classes] for a picture, got ${name}`);
  }
  checkFinite(output);
  return output;
}
