import { readFile } from 'node:fs/promises';
import { init, type Module, scope, tensor } from '../index.js';
import { readModel } from '../node/index.js';
import { InputError, readingInput } from './errors.js';
import { decodeImage, describePlain, imageToInput } from './image.js';
import { percent } from './report/format.js';
import { softmax } from './results.js';
import { type RunDetails, readDetails } from './run-details.js';
import { RunFolder } from './run-folder.js';
import { writeJson } from './write-json.js';

const SHOWN_CLASSES = 3;

/** What a model takes a picture for: the likeliest classes first. */
export interface Prediction {
  readonly file: string;
  readonly class: string;
  readonly top: readonly { readonly class: string; readonly probability: number }[];
}

/** Says what a trained model takes pictures for. */
export async function predict(
  run: string,
  files: readonly string[],
  { json = false }: { json?: boolean } = {},
): Promise<void> {
  const folder = new RunFolder(run);
  const details = await readDetails(folder);
  if (details.inputShape.length !== 3) {
    throw new InputError(
      `${run}: expected a model of pictures, got one of series [${details.inputShape.join(', ')}]`,
    );
  }
  const inputs = await Promise.all(files.map((file) => readPicture(file, details)));
  await init();
  const { model } = await readingInput(run, () => readModel(run));
  const predictions = files.map((file, i) => predictOne(file, model, inputs[i]!, details));
  if (json) await writeJson('-', predictions);
  else for (const prediction of predictions) process.stdout.write(`${describe(prediction)}\n`);
}

async function readPicture(file: string, details: RunDetails): Promise<Float32Array> {
  const [height, width, channels] = details.inputShape as [number, number, number];
  const { mean, std } = details;
  const bytes = await readingInput(file, () => readFile(file));
  // Data on a dark ground (digits) against pictures on a bright one: only such a model's input is inverted.
  const invert = channels === 1 && mean[0]! < 0.5 ? 'auto' : false;
  const options = { height, width, channels, invert } as const;
  const input = await readingInput(file, () => imageToInput(decodeImage(bytes, file), options));
  const plain = describePlain(input, options);
  if (plain) process.stderr.write(`${file}: ${plain}\n`);
  return input.map((value, i) => (value - mean[i % channels]!) / std[i % channels]!);
}

function predictOne(
  file: string,
  model: Module,
  input: Float32Array,
  { inputShape, classNames }: RunDetails,
): Prediction {
  const logits = scope(() => model.predict(tensor(input, [1, ...inputShape])).data());
  const top = Array.from(softmax(logits), (probability, c) => ({
    class: classNames[c] ?? String(c),
    probability,
  }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, SHOWN_CLASSES);
  return { file, class: top[0]!.class, top };
}

function describe({ file, class: name, top }: Prediction): string {
  const shares = top.map((entry) => `${entry.class} ${percent(entry.probability, 1)}`);
  return `${file}: ${name}  (${shares.join(', ')})`;
}
