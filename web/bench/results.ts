import type { BenchTask } from '../../src/cli/bench/workloads.js';
import { text } from '../text.js';
import type { Row } from './measure.js';

export interface Result {
  readonly task: BenchTask;
  readonly rows: readonly Row[];
}

const words = text.bench;

/** A task in words: the kernel, what it goes over, the pass. */
export function taskName({ g, pass }: BenchTask): string {
  const kernel = `${g.kernelHeight} × ${g.kernelWidth}`;
  const input = `${g.batch} × ${g.inHeight} × ${g.inWidth} × ${g.inChannels}`;
  return words.task(kernel, g.groups > 1, input, g.outChannels, words.passes[pass]);
}

export const nameOf = ({ implementation: { name, threads } }: Row) =>
  words.implementation(words.names[name], threads);

/** All figures, for programs. */
export function asJson(results: readonly Result[], peak: number): string {
  const rows = results.flatMap(({ task: { id, pass }, rows: own }) =>
    own.map(({ implementation, ...figures }) => ({ id, pass, ...implementation, ...figures })),
  );
  const { userAgent, hardwareConcurrency } = navigator;
  return `${JSON.stringify({ userAgent, hardwareConcurrency, peak, rows }, null, 2)}\n`;
}

/** The same as a table for people. */
export function asMarkdown(results: readonly Result[], peak: number): string {
  const lines = results.flatMap(({ task, rows }) =>
    rows.map((row) =>
      [
        taskName(task),
        nameOf(row),
        row.msMin.toFixed(3),
        row.msMedian.toFixed(3),
        row.gflops.toFixed(1),
        row.timesJs.toFixed(1),
      ].join(' | '),
    ),
  );
  const head = words.columns.join(' | ');
  const rule = words.columns.map(() => '---').join(' | ');
  const table = [head, rule, ...lines].map((line) => `| ${line} |`).join('\n');
  return `${navigator.userAgent}\n\n${words.peak(peak)}\n\n${table}\n`;
}
