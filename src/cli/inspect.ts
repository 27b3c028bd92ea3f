import { init, type Module, weightsSha256 } from '../index.js';
import { readModel } from '../node/index.js';
import { epochTable, summaryTable } from './display.js';
import { readingInput } from './errors.js';
import { flag, PARSERS, type RunOptions } from './options.js';
import { count, decimal, percent, shape } from './report/format.js';
import { shownEpoch } from './results.js';
import { readDetails, readHistory, type RunDetails } from './run-details.js';
import { RunFolder } from './run-folder.js';
import { layerRows } from './run-report.js';

/** Prints what a run is, how far it is, and what came of it. */
export async function inspect(path: string): Promise<void> {
  const folder = new RunFolder(path);
  const options = await folder.options();
  const history = await readHistory(folder);
  const sections = [describeOptions(options)];
  if (await folder.isFinished()) {
    const details = await readDetails(folder);
    await init();
    const { model } = await readingInput(path, () => readModel(path));
    sections.unshift(describeResult(details));
    sections.push(await describeModel(model, details));
  } else {
    sections.unshift(
      `not finished: ${history.length} of ${options.epochs} epochs done; ` +
        `go on with: simdgrad train --resume ${path}`,
    );
  }
  if (history.length > 0) sections.push(epochTable(history.map(shownEpoch)));
  process.stdout.write(`${sections.join('\n\n')}\n`);
}

function describeResult(details: RunDetails): string {
  const { data, trainExamples, testExamples, inputShape, classNames } = details;
  return [
    `test accuracy ${percent(details.testAccuracy)}  loss ${decimal(details.testLoss)}`,
    `data ${data}: ${count(trainExamples)} training and ${count(testExamples)} test samples, ` +
      `${shape(inputShape)}, ${classNames.length} classes: ${classNames.join(', ')}`,
  ].join('\n');
}

function describeOptions(options: RunOptions): string {
  const keys = Object.keys(PARSERS) as (keyof RunOptions)[];
  const given = keys.filter((key) => options[key] !== undefined);
  return `options ${given.map((key) => `${flag(key)} ${options[key]}`).join(' ')}`;
}

async function describeModel(model: Module, { inputShape }: RunDetails): Promise<string> {
  const table = summaryTable(layerRows(model, inputShape));
  return `${table}\n\nweights sha256 ${await weightsSha256(model)}`;
}
