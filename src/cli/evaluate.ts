import { init } from '../index.js';
import { loadDataset, readModel } from '../node/index.js';
import { classTable } from './display.js';
import { InputError, readingInput } from './errors.js';
import { count, decimal, percent } from './report/format.js';
import { testModel } from './results.js';
import { readDetails } from './run-details.js';
import { RunFolder } from './run-folder.js';
import { writeJson } from './write-json.js';

/** Measures a trained model on the test part of a data set, its own or another of the same kind. */
export async function evaluate(
  run: string,
  { data, threads, json = false }: { data: string; threads: number | 'auto'; json?: boolean },
): Promise<void> {
  const { inputShape, classNames, mean, std } = await readDetails(new RunFolder(run));
  const { test } = await readingInput(`--data ${data}`, () => loadDataset(data));
  if (
    String(test.inputShape) !== String(inputShape) ||
    test.classNames.length !== classNames.length
  ) {
    throw new InputError(
      `--data ${data}: expected [${inputShape.join(', ')}] and ${classNames.length} classes as ${run} was trained on, ` +
        `got [${test.inputShape.join(', ')}] and ${test.classNames.length}`,
    );
  }
  await init({ threads });
  const { model } = await readingInput(run, () => readModel(run));
  const { accuracy, loss, perClass } = await testModel(model, test.normalise({ mean, std }));
  if (json) return writeJson('-', { testAccuracy: accuracy, testLoss: loss, perClass });
  process.stdout.write(
    `${classTable(perClass, classNames)}\n\n` +
      `test accuracy ${percent(accuracy)}  loss ${decimal(loss)}  on ${count(test.length)} samples\n`,
  );
}
