import { weightsSha256 } from '../index.js';
import { epochTable, summaryTable } from './display.js';
import { readingInput } from './errors.js';
import { describeImported, describeWeights } from './inspect-imported.js';
import { findModel } from './model-kind.js';
import { flag, OPTION_NAMES, type RunOptions } from './options.js';
import { count, decimal, percent, shape } from './report/format.js';
import { shownEpoch } from './results.js';
import { readHistory, type RunDetails } from './run-details.js';
import { RunFolder } from './run-folder.js';
import { layerRows } from './run-report.js';
import { optionsOf } from './run-record.js';
import { inputShapeOf, openModel, type SavedModel } from './saved-model.js';
import { print, printable } from './terminal.js';

/** Prints what a model of another library is, or what a run or a saved model is, how far it is, and what came of it. */
export async function inspect(
  path: string,
  { inputShape }: { inputShape?: readonly number[] } = {},
): Promise<void> {
  const found = await findModel(path);
  if (found.kind === 'safetensors' || found.kind === 'torch') {
    return print(process.stdout, await describeWeights(found));
  }
  if (found.kind !== 'simdgrad') {
    return print(process.stdout, await describeImported(found, inputShape));
  }
  const folder = new RunFolder(found.file);
  const hasModel = (await folder.read('model.json')) !== undefined;
  const isRun = !hasModel || (await folder.read('options.json')) !== undefined;
  const options = isRun ? optionsOf(await folder.record()) : undefined;
  const history = await readHistory(folder);
  const saved = hasModel ? await openModel(found.file) : undefined;
  const sections: string[] = [];
  const done = saved ? (saved.details.epochs ?? options?.epochs ?? 0) : history.length;
  if (options && (!saved || done < options.epochs)) {
    sections.push(
      `not finished: ${history.length} of ${options.epochs} epochs done; ` +
        `go on with: simdgrad train --resume ${path}`,
    );
  }
  if (saved) sections.push(...describeDetails(saved.details));
  if (options) sections.push(describeOptions(options));
  if (saved) sections.push(await describeModel(saved, inputShape));
  if (history.length > 0) sections.push(epochTable(history.map(shownEpoch)));
  print(process.stdout, sections.join('\n\n'));
}

/** What the model says of its data and scores; a model of another program may say nothing. */
function describeDetails(details: Partial<RunDetails>): string[] {
  const { data, trainExamples, testExamples, inputShape, classNames } = details;
  const { testAccuracy, testLoss } = details;
  const scores = [
    ...(testAccuracy === undefined ? [] : [`test accuracy ${percent(testAccuracy)}`]),
    ...(testLoss === undefined ? [] : [`loss ${decimal(testLoss)}`]),
  ];
  const parts = [
    ...(trainExamples === undefined ? [] : [`${count(trainExamples)} training samples`]),
    ...(testExamples === undefined ? [] : [`${count(testExamples)} test samples`]),
    ...(inputShape === undefined ? [] : [shape(inputShape)]),
    ...(classNames === undefined
      ? []
      : [`${classNames.length} classes: ${classNames.map(printable).join(', ')}`]),
  ];
  const name = data === undefined ? 'data' : `data ${printable(data)}`;
  const lines = [scores.join('  '), parts.length > 0 ? `${name}: ${parts.join(', ')}` : ''];
  const text = lines.filter(Boolean).join('\n');
  return text === '' ? [] : [text];
}

function describeOptions(options: RunOptions): string {
  const given = OPTION_NAMES.filter((key) => options[key] !== undefined);
  return `options ${given.map((key) => `${flag(key)} ${options[key]}`).join(' ')}`;
}

async function describeModel(
  saved: SavedModel,
  given: readonly number[] | undefined,
): Promise<string> {
  const { model, folder } = saved;
  const inputShape = inputShapeOf(saved, given);
  const rows = await readingInput(folder.path, () => layerRows(model, inputShape));
  const hint =
    inputShape === undefined ? '\n\nto see the outputs, say --input-shape, as in 28,28,1' : '';
  return `${summaryTable(rows)}${hint}\n\nweights sha256 ${await weightsSha256(model)}`;
}
