// Measures the library against plain JavaScript: npm run bench. See README.md.

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { compareTask, type ResultRow } from './harness.js';
import { absentPeers, BASELINE, implementations } from './implementations.js';
import { nets, trainings } from './nets/graph.js';
import { type BenchOptions, parseOptions, type Suite, USAGE, UsageError } from './options.js';
import { PeakMeter, type Peak } from './peak.js';
import { writeReports } from './report.js';
import { compareStarts } from './start.js';
import { comparisonTable, imagesPerSecond, toText } from './table.js';
import { graphOfTask, NET_TOLERANCE, OP_TOLERANCE, type Task } from './task.js';
import { CHECKED_STEPS, LOSS_TOLERANCE } from './train.js';
import { workloads } from './workloads.js';

/** What the times were measured on. */
function environment() {
  const { version } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  const [cpu] = cpus();
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    simdgrad: version,
  };
}

function header({ rounds }: BenchOptions): string[] {
  const { cpu, cores, node, simdgrad } = environment();
  return [
    `simdgrad ${simdgrad}, Node ${node}, ${cpu}, ${cores} cores`,
    `${rounds} rounds in turns, everyone in a process of its own; x NAME: how many times as fast, by the minima`,
    `checked against float64, relative to the largest value: ops and grads within ${OP_TOLERANCE}, nets ${NET_TOLERANCE}, the losses of the first ${CHECKED_STEPS} training steps ${LOSS_TOLERANCE}`,
  ];
}

function tasksOf(suite: Suite, only: readonly string[]): Task[] {
  if (suite === 'nets' || suite === 'train') {
    const specs = suite === 'nets' ? nets : trainings;
    return specs.filter(({ id }) => only.includes(id)).map(({ id }) => ({ suite, id }));
  }
  if (suite === 'start') return [];
  return workloads
    .filter(({ id }) => only.includes(id))
    .flatMap((workload) => workload.passes.map((pass) => ({ suite, workload, pass })))
    .filter(({ pass }) => (pass === 'forward') === (suite === 'ops'));
}

function rateOf(task: Task) {
  return task.suite === 'train' ? imagesPerSecond(graphOfTask(task).batch) : undefined;
}

function print(
  rows: readonly ResultRow[],
  peak: Peak,
  rate?: (result: ResultRow) => string | null,
): void {
  if (rows.length === 0) return;
  console.log(`\n${toText(comparisonTable(rows, BASELINE, peak, rate))}`);
}

function describePeak({ simd, relaxed }: Peak): string {
  const fused = relaxed === null ? 'no relaxed SIMD' : `${relaxed.toFixed(1)} fused`;
  return `peak of one thread in this run, GFLOP/s: ${simd.toFixed(1)} multiplying and adding, ${fused}`;
}

/** Every task of the chosen suites, with the peak before each. */
async function measure(options: BenchOptions, impl: readonly string[], meter: PeakMeter) {
  const rows: ResultRow[] = [];
  await meter.measure();
  for (const suite of options.suites) {
    for (const task of tasksOf(suite, options.only)) {
      await meter.measure();
      const ofTask = await compareTask(task, impl, options);
      print(ofTask, meter.best, rateOf(task));
      rows.push(...ofTask);
    }
    if (suite === 'start') {
      const starts = await compareStarts(impl, options.rounds);
      print(starts, meter.best);
      rows.push(...starts);
    }
  }
  return rows;
}

/** 0, or 1 where an implementation failed or was wrong. */
async function main(options: BenchOptions): Promise<number> {
  console.log(header(options).join('\n'));
  const absent = absentPeers(options.impl);
  if (absent.length > 0) {
    console.log(`absent: ${absent.join(', ')}; to install them: npm ci --prefix bench/peers`);
  }
  const meter = new PeakMeter();
  const present = options.impl.filter((name) => !absent.includes(name));
  const rows = await measure(options, present, meter).finally(() => meter.end());
  const peak = meter.best;
  if (rows.length === 0) throw new UsageError('--only: expected some of the suite, got none of it');
  console.log(`\n${describePeak(peak)}`);
  if (options.json !== undefined) {
    const results = { environment: environment(), peak, rows };
    writeFileSync(options.json, JSON.stringify(results, null, 2));
  }
  if (options.report) {
    const report = { header: [...header(options), describePeak(peak)], peak, rows };
    console.log(`written to bench/results: ${writeReports(report, BASELINE).join(', ')}`);
  }
  return rows.every(({ error }) => error === null) ? 0 : 1;
}

try {
  const ids = [...workloads, ...nets, ...trainings].map(({ id }) => id);
  const options = parseOptions(process.argv.slice(2), ids, Object.keys(implementations));
  process.exitCode = await main(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
