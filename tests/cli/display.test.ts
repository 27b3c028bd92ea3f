import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { classTable, epochTable, summaryTable, TrainingProgress } from '../../src/cli/display.js';
import type { Output } from '../../src/cli/terminal.js';

/** A stream that remembers, as a terminal or as a file. */
function output(isTTY: boolean, columns = 120) {
  const written: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  const terminal = Object.assign(stream, {
    isTTY,
    columns,
    getWindowSize: () => [columns, 24],
  });
  return { stream: terminal as Output, text: () => written.join('') };
}

const plainEpoch = {
  epoch: 3,
  loss: 0.1234,
  accuracy: 0.9654,
  seconds: 61.2,
  samplesPerSecond: 12_345.6,
};
const epoch = { ...plainEpoch, validationLoss: 0.2, validationAccuracy: 0.95 };
const step = { step: 5, loss: 0.5, accuracy: 0.8, samplesPerSecond: 2500 };

describe('TrainingProgress', () => {
  it('writes one plain line an epoch where there is no terminal', () => {
    const { stream, text } = output(false);
    const progress = new TrainingProgress({ output: stream, epochs: 10, stepsPerEpoch: 10 });
    progress.startEpoch(3);
    progress.step(step);
    progress.endEpoch(epoch);
    progress.stop();
    expect(text()).toBe(
      'epoch  3/10  loss 0.1234  accuracy 96.54%  validation loss 0.2000  ' +
        'validation accuracy 95.00%  12,346 samples/s  1 min 1 s\n',
    );
  });

  it('reckons the time left from the steps that it saw itself', () => {
    const { stream, text } = output(true, 160);
    let now = 0;
    const progress = new TrainingProgress({
      output: stream,
      epochs: 2,
      stepsPerEpoch: 10,
      firstStep: 6,
      now: () => now,
    });
    progress.startEpoch(1);
    now = 4_000;
    // Two steps in 4 s, 12 to go.
    progress.step({ ...step, step: 8 });
    progress.stop();
    expect(text()).toContain('24 s left');
  });

  it('shows a bar on a terminal, and clears it for the line of the epoch', () => {
    const { stream, text } = output(true, 160);
    let now = 0;
    const progress = new TrainingProgress({
      output: stream,
      epochs: 3,
      stepsPerEpoch: 10,
      firstEpoch: 2,
      now: () => now,
    });
    progress.startEpoch(3);
    now = 20_000;
    progress.step(step);
    progress.endEpoch(epoch);
    expect(text()).toContain('epoch 3/3 ' + '█'.repeat(20) + '░'.repeat(20) + ' 50%');
    expect(text()).toContain('loss 0.5000  accuracy 80.00%  20 s left  2,500 samples/s');
    const [, last] = text().split('\x1b[2K').slice(-2);
    expect(last).toMatch(/^(\x1b\[0m)?epoch 3\/3 {2}loss 0\.1234 .*\n$/);
  });

  /** The lines of a step in the hundreds of thousands, of a run with hours to go, on so many columns. */
  function linesOf(columns: number): string[] {
    const { stream, text } = output(true, columns);
    let now = 0;
    const options = { output: stream, epochs: 100, stepsPerEpoch: 1000, now: () => now };
    const progress = new TrainingProgress(options);
    progress.startEpoch(1);
    now = 6_000;
    progress.step({ ...step, samplesPerSecond: 123_456 });
    progress.stop();
    return text().split(/\x1b(?:\[[0-9;]*[A-Za-z]|[78])/);
  }

  it('never writes a line wider than the terminal', () => {
    const lines = linesOf(40);
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(40);
  });

  it('shows whole what there is room for: the time left on 80 columns, the speed on wide ones', () => {
    const line = (columns: number) =>
      linesOf(columns).find((text) => text.includes('loss 0.5000'))!;
    expect(line(80)).toMatch(
      /^epoch {3}1\/100 [█░]{8} 0% {2}loss 0\.5000 {2}accuracy 80\.00% {2}\d+ h \d+ min left$/,
    );
    expect(line(100)).toMatch(/min left {2}123,456 samples\/s$/);
    for (const columns of [80, 81, 90, 100, 127, 200]) {
      expect(line(columns).length, `${columns} columns`).toBeLessThanOrEqual(columns);
      expect(line(columns), `${columns} columns`).toMatch(/(left|samples\/s)$/);
    }
  });

  it('leaves no timer behind when it is stopped in the middle', () => {
    const { stream } = output(true);
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const progress = new TrainingProgress({ output: stream, epochs: 1, stepsPerEpoch: 10 });
    progress.startEpoch(1);
    progress.startEpoch(1);
    progress.stop();
    progress.stop();
    const after = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    expect(after).toBe(before);
  });
});

describe('tables', () => {
  it('aligns the epochs', () => {
    expect(
      epochTable(
        [
          { ...epoch, epoch: 9 },
          { ...epoch, epoch: 10, seconds: 5 },
        ],
        false,
      ),
    ).toBe(
      [
        'epoch    loss  accuracy  val. loss  val. accuracy  samples/s       time',
        '─────  ──────  ────────  ─────────  ─────────────  ─────────  ─────────',
        '    9  0.1234    96.54%     0.2000         95.00%     12,346  1 min 1 s',
        '   10  0.1234    96.54%     0.2000         95.00%     12,346      5.0 s',
      ].join('\n'),
    );
  });

  it('leaves validation out where there is none, and survives a loss that is not a number', () => {
    expect(epochTable([{ ...plainEpoch, loss: NaN }], false)).toBe(
      [
        'epoch  loss  accuracy  samples/s       time',
        '─────  ────  ────────  ─────────  ─────────',
        '    3   NaN    96.54%     12,346  1 min 1 s',
      ].join('\n'),
    );
  });

  it('aligns classes, and keeps control characters from the terminal', () => {
    const score = { precision: 1, recall: 0.99999, f1: 0.00001, iou: 0, support: 1234 };
    expect(classTable([score, score], ['T-shirt/top', 'a\x1b[2Jb'], false)).toBe(
      [
        'class        precision  recall     F1  support',
        '───────────  ─────────  ──────  ─────  ───────',
        'T-shirt/top    100.00%  99.99%  0.01%    1,234',
        'a\uFFFD[2Jb         100.00%  99.99%  0.01%    1,234',
      ].join('\n'),
    );
  });

  it('sums the parameters of a summary', () => {
    const layers = [
      { name: 'conv2d', outputShape: [26, 26, 8], parameters: 80 },
      { name: 'linear', outputShape: [10], parameters: 13_530 },
    ];
    expect(summaryTable(layers, false)).toBe(
      [
        'layer   output       parameters',
        '──────  ───────────  ──────────',
        'conv2d  26 × 26 × 8          80',
        'linear  10               13,530',
        '──────  ───────────  ──────────',
        'total                    13,610',
      ].join('\n'),
    );
  });

  it('sets the head in bold when colour is on', () => {
    expect(summaryTable([], true)).toMatch(/^\x1b\[1mlayer {2}output {2}parameters\x1b\[22m\n/);
  });
});
