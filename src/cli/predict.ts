import { importedClassifier } from './classify-imported.js';
import { ownClassifier } from './classify-own.js';
import { InputError } from './errors.js';
import { readLabels } from './labels.js';
import { findModel } from './model-kind.js';
import type { PictureArguments } from './picture-options.js';
import { describePrediction, type Prediction, predictionOf } from './predictions.js';
import { print } from './terminal.js';
import { writeJson } from './write-json.js';

/** Options of `simdgrad predict`. */
export interface PredictArguments extends Omit<PictureArguments, 'labels'> {
  readonly json?: boolean;
  /** A file with the names of the classes. */
  readonly labels?: string;
  /** How many classes are shown. Default 3. */
  readonly top?: number;
}

/** Says what a model takes pictures for. */
export async function predict(
  path: string,
  files: readonly string[],
  { json = false, labels: labelsFile, top = 3, ...rest }: PredictArguments = {},
): Promise<void> {
  const labels = labelsFile === undefined ? undefined : await readLabels(labelsFile);
  const given = { ...rest, ...(labels && { labels }) };
  const found = await findModel(path);
  const classify =
    found.kind === 'simdgrad'
      ? await ownClassifier(found.file, given)
      : await importedClassifier(found, given);
  const predictions: Prediction[] = [];
  for (const file of files) {
    const { probabilities, classNames } = await classify(file);
    if (labels && labels.length !== probabilities.length) {
      throw new InputError(
        `--labels ${labelsFile}: expected ${probabilities.length} names, one for each output, got ${labels.length}`,
      );
    }
    predictions.push(predictionOf(file, probabilities, classNames, top));
  }
  if (json) await writeJson('-', predictions);
  else for (const prediction of predictions) print(process.stdout, describePrediction(prediction));
}
