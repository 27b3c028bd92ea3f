import { SingleBar } from 'cli-progress';
import type { BenchRow } from './bench/compare.js';
import type { Peaks } from './bench/peak.js';
import type { ClassScore } from '../index.js';
import type { OpTime } from '../index.js';
import type { Latency } from './latency.js';
import type { EpochRecord, LayerRow } from './report/data.js';
import { count, decimal, duration, percent, shape } from './report/format.js';
import { bold, colourEnabled, type Output, print, printable } from './terminal.js';

/** What to show of a step; all but `step` are averages over the epoch so far. */
export interface StepRecord {
  /** Steps of this epoch that are done. */
  step: number;
  loss: number;
  accuracy: number;
  samplesPerSecond: number;
}

export interface ProgressOptions {
  output: Output;
  epochs: number;
  stepsPerEpoch: number;
  /** Epochs that an earlier run already did. Default 0. */
  firstEpoch?: number;
  /** Steps of the next epoch that an earlier run already did. Default 0. */
  firstStep?: number;
  /** Milliseconds that only go up. Default `performance.now`. */
  now?: () => number;
}

/**
 * Shows training as it runs: on a terminal a bar with loss, accuracy, the time left and samples
 * per second, and everywhere a line for each finished epoch. `stop` ends it, whatever happened.
 */
export class TrainingProgress {
  readonly #options: Required<ProgressOptions>;
  readonly #startedAt: number;
  #bar: SingleBar | undefined;
  #epoch = 0;

  constructor(options: ProgressOptions) {
    this.#options = { firstEpoch: 0, firstStep: 0, now: () => performance.now(), ...options };
    this.#startedAt = this.#options.now();
  }

  /** @param epoch Counted from 1. */
  startEpoch(epoch: number): void {
    this.stop();
    this.#epoch = epoch;
    const { output, stepsPerEpoch } = this.#options;
    if (!output.isTTY) return;
    this.#bar = createBar(output);
    this.#bar.start(stepsPerEpoch, 0, { head: this.#head(epoch), tail: '' });
  }

  step(record: StepRecord): void {
    this.#bar?.update(record.step, { tail: this.#tail(record) });
  }

  endEpoch(record: EpochRecord): void {
    this.stop();
    print(this.#options.output, `${this.#head(record.epoch)}  ${epochLine(record)}`);
  }

  /** Takes the bar away. Safe to call at any time, also twice. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #head(epoch: number): string {
    const total = String(this.#options.epochs);
    return `epoch ${String(epoch).padStart(total.length)}/${total}`;
  }

  /** As much as there is room for beside the bar, the most important first. */
  #tail({ step, loss, accuracy, samplesPerSecond }: StepRecord): string {
    const { output, epochs, stepsPerEpoch, firstEpoch, firstStep, now } = this.#options;
    const done = (this.#epoch - 1 - firstEpoch) * stepsPerEpoch + step - firstStep;
    const left = (epochs - firstEpoch) * stepsPerEpoch - firstStep - done;
    const secondsPerStep = (now() - this.#startedAt) / 1000 / done;
    const parts = [
      `loss ${decimal(loss)}`,
      `accuracy ${percent(accuracy)}`,
      `${duration(secondsPerStep * left)} left`,
      `${count(samplesPerSecond)} samples/s`,
    ];
    const columns = columnsOf(output);
    const beside = `${this.#head(this.#epoch)} ${' '.repeat(barSize(columns))} 100%`.length;
    while (parts.length > 1 && beside + parts.join('  ').length + 2 > columns) parts.pop();
    return parts.join('  ');
  }
}

const columnsOf = (output: Output) => output.columns || 80;

/** What is beside the bar takes up to 87 columns; a narrow terminal keeps the numbers. */
const barSize = (columns: number) => Math.min(Math.max(columns - 87, 8), 40);

function createBar(output: Output): SingleBar {
  return new SingleBar({
    stream: output,
    format: '{head} {bar} {percentage}%  {tail}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: barSize(columnsOf(output)),
    clearOnComplete: true,
    // Cut the line at the terminal's edge, rather than switch wrapping off: nothing to restore.
    linewrap: true,
  });
}

function epochLine(epoch: EpochRecord): string {
  const { validationLoss, validationAccuracy } = epoch;
  const parts = [`loss ${decimal(epoch.loss)}`, `accuracy ${percent(epoch.accuracy)}`];
  if (validationLoss !== undefined) parts.push(`validation loss ${decimal(validationLoss)}`);
  if (validationAccuracy !== undefined) {
    parts.push(`validation accuracy ${percent(validationAccuracy)}`);
  }
  parts.push(`${count(epoch.samplesPerSecond)} samples/s`, duration(epoch.seconds));
  return parts.join('  ');
}

/** The epochs as an aligned table; validation columns only where there is a validation. */
export function epochTable(epochs: readonly EpochRecord[], colour = colourEnabled(process.stdout)) {
  const optional = (value: number | undefined, format: (value: number) => string) =>
    value === undefined ? '' : format(value);
  const rows = epochs.map((epoch) => [
    String(epoch.epoch),
    decimal(epoch.loss),
    percent(epoch.accuracy),
    optional(epoch.validationLoss, decimal),
    optional(epoch.validationAccuracy, percent),
    count(epoch.samplesPerSecond),
    duration(epoch.seconds),
  ]);
  const heads = ['epoch', 'loss', 'accuracy', 'val. loss', 'val. accuracy', 'samples/s', 'time'];
  const used = heads.map((_, c) => epochs.length === 0 || rows.some((row) => row[c] !== ''));
  const keep = (row: string[]) => row.filter((_, c) => used[c]);
  return table(keep(heads), rows.map(keep), { left: [], colour });
}

/** Precision, recall, F1 and support of each class, aligned. */
export function classTable(
  perClass: readonly ClassScore[],
  classNames: readonly string[],
  colour = colourEnabled(process.stdout),
): string {
  const rows = perClass.map((score, c) => [
    classNames[c] ?? String(c),
    percent(score.precision),
    percent(score.recall),
    percent(score.f1),
    count(score.support),
  ]);
  const heads = ['class', 'precision', 'recall', 'F1', 'support'];
  return table(heads, rows, { left: [0], colour });
}

/** The layers of a model with output shapes and parameters, aligned, and their total. */
export function summaryTable(
  layers: readonly LayerRow[],
  colour = colourEnabled(process.stdout),
): string {
  const rows = layers.map((layer) => [
    layer.name,
    shape(layer.outputShape),
    count(layer.parameters),
  ]);
  const total = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const heads = ['layer', 'output', 'parameters'];
  return table(heads, rows, { left: [0, 1], colour, foot: ['total', '', count(total)] });
}

/** How many nodes there are of each op, the commonest first, aligned. */
export function opTable(
  ops: ReadonlyMap<string, number>,
  colour = colourEnabled(process.stdout),
): string {
  const rows = [...ops].sort(([, a], [, b]) => b - a).map(([op, nodes]) => [op, count(nodes)]);
  const total = [...ops.values()].reduce((sum, nodes) => sum + nodes, 0);
  return table(['op', 'nodes'], rows, { left: [0], colour, foot: ['total', count(total)] });
}

/** The times of a model's runs, in milliseconds. */
export function latencyTable(
  { runs, min, p50, p90, p99, max }: Latency,
  colour = colourEnabled(process.stdout),
): string {
  const cells = [count(runs), ...[min, p50, p90, p99, max].map((ms) => ms.toFixed(2))];
  const heads = ['runs', 'min ms', 'p50', 'p90', 'p99', 'max'];
  return table(heads, [cells], { left: [], colour });
}

/** Where the time of a run goes, the dearest op first. */
export function profileTable(
  byOp: readonly OpTime[],
  colour = colourEnabled(process.stdout),
): string {
  const all = byOp.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const rows = byOp.map(({ op, nodes, multiplyAdds, milliseconds }) => [
    op,
    count(nodes),
    multiplyAdds === 0 ? '' : count(multiplyAdds),
    milliseconds.toFixed(2),
    percent(all === 0 ? 0 : milliseconds / all, 1),
  ]);
  const heads = ['op', 'nodes', 'multiply-adds', 'ms', 'share'];
  return table(heads, rows, { left: [0], colour });
}

/** The tensors of a file of weights, aligned, and their total. */
export function tensorTable(
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
  colour = colourEnabled(process.stdout),
): string {
  const sizes = tensors.map((tensor) => tensor.shape.reduce((size, length) => size * length, 1));
  const rows = tensors.map((tensor, i) => [tensor.name, shape(tensor.shape), count(sizes[i]!)]);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const foot = ['total', '', count(total)];
  return table(['tensor', 'shape', 'values'], rows, { left: [0, 1], colour, foot });
}

/** The times of a benchmark, aligned; the share of the peak only of this library's builds. */
export function benchTable(
  rows: readonly BenchRow[],
  peaks: Peaks,
  colour = colourEnabled(process.stdout),
): string {
  const cells = rows.map(({ id, pass, implementation, msMin, gflops, timesJs }) => {
    const peak = implementation === 'js' ? undefined : peaks[implementation];
    return [
      ...[id, pass, implementation, msMin.toFixed(2), gflops.toFixed(1)],
      peak === undefined ? '' : `${((100 * gflops) / peak).toFixed(0)} %`,
      timesJs.toFixed(1),
    ];
  });
  const heads = ['convolution', 'pass', 'by', 'ms', 'GFLOP/s', 'of peak', 'x js'];
  const measured = Object.entries(peaks).map(([name, peak]) => `${name} ${peak.toFixed(1)}`);
  return (
    `${table(heads, cells, { left: [0, 1, 2], colour })}\n\n` +
    `peak on registers alone, GFLOP/s: ${measured.join(', ')}; Winograd's algorithm may exceed it`
  );
}

interface TableOptions {
  /** Columns of words, aligned left; numbers are aligned right. */
  left: number[];
  colour: boolean;
  foot?: string[];
}

function table(heads: string[], rows: string[][], { left, colour, foot }: TableOptions): string {
  const all = [heads, ...rows, ...(foot ? [foot] : [])].map((row) => row.map(printable));
  const widths = heads.map((_, c) => Math.max(...all.map((row) => length(row[c]!))));
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  const [head, ...lines] = all.map((row) =>
    row
      .map((cell, c) => pad(cell, widths[c]!, left.includes(c)))
      .join('  ')
      .trimEnd(),
  );
  if (foot) lines.splice(-1, 0, rule);
  return [colour ? bold(head!) : head, rule, ...lines].join('\n');
}

const length = (cell: string) => [...cell].length;

function pad(cell: string, width: number, left: boolean): string {
  const space = ' '.repeat(width - length(cell));
  return left ? cell + space : space + cell;
}
