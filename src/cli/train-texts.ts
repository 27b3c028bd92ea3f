import type { EpochRecord, Sequential } from '../index.js';
import type { RunData } from './data.js';
import { classTable, epochTable } from './display.js';
import type { Job } from './job.js';
import { count, decimal, percent, shape } from './report/format.js';
import { shownEpoch, type TestResult } from './results.js';
import { printable } from './terminal.js';
import { describeThreads } from './threads.js';

/** What is about to be trained, and where to. */
export function describeJob(
  { folder, options, before }: Job,
  data: RunData,
  model: Sequential,
): string {
  const { train, validation, test } = data;
  const weights = model.parameters().reduce((sum, { size }) => sum + size, 0);
  const { optimizer, lr, momentum, weightDecay, batchSize, seed } = options;
  const parts = [
    `${count(train.length)} training`,
    ...(validation ? [`${count(validation.length)} validation`] : []),
  ];
  const settings = [
    `${optimizer} with learning rate ${lr}`,
    ...(momentum ? [`momentum ${momentum}`] : []),
    ...(weightDecay ? [`weight decay ${weightDecay}`] : []),
    `batches of ${batchSize}`,
    `seed ${seed}`,
  ];
  return [
    `data     ${printable(data.name)}: ${parts.join(', ')} and ${count(test.length)} test samples, ` +
      `${shape(train.inputShape)}, ${train.classNames.length} classes`,
    `model    ${options.model}: ${count(weights)} parameters`,
    `options  ${settings.join(', ')}`,
    `threads  ${describeThreads()}`,
    `run      ${printable(folder.path)}${before ? ' (resumed)' : ''}`,
    '',
  ].join('\n');
}

/** The epochs, the classes and the scores. */
export function describeResult(
  history: readonly EpochRecord[],
  { accuracy, loss, perClass }: TestResult,
  { test }: RunData,
): string {
  return [
    '',
    epochTable(history.map(shownEpoch)),
    '',
    classTable(perClass, test.classNames),
    '',
    `test accuracy ${percent(accuracy)}  loss ${decimal(loss)}  on ${count(test.length)} samples`,
  ].join('\n');
}

/** A path as it can be pasted into a shell. */
export function shellWord(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
