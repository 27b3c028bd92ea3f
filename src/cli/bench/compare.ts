// Fair timing of one task: everyone is checked and warmed up, then sampled in turns (A B C A B C …), so that a busy
// moment of the machine hits all alike. Only one works at any moment.

import { type BenchImplementation, Contender, type Started } from './contender.js';
import { relativeError } from './relative-error.js';
import { type BenchTask, operations } from './workloads.js';

const ROUNDS = 5;
/** A sample repeats a short run until this long. */
const SAMPLE_MS = 20;
/** Largest error allowed, as a share of the largest magnitude in the result of plain JavaScript. */
const TOLERANCE = 1e-4;

/** How fast one implementation is at one task. */
export interface BenchRow {
  readonly id: string;
  readonly pass: string;
  readonly implementation: BenchImplementation;
  readonly msMin: number;
  /** Of the direct algorithm, at `msMin`. */
  readonly gflops: number;
  /** How many times as fast as plain JavaScript, by the minima. */
  readonly timesJs: number;
}

/**
 * Times plain JavaScript and `variants` at a task.
 * @throws Error where a result is not that of plain JavaScript
 */
export async function compareTask(
  task: BenchTask,
  variants: readonly Exclude<BenchImplementation, 'js'>[],
  worker: URL,
): Promise<BenchRow[]> {
  const contenders = ['js' as const, ...variants].map((name) => new Contender(name, worker));
  try {
    await sampleInTurns(contenders, await startAll(contenders, task));
  } finally {
    for (const contender of contenders) contender.end();
  }
  const { id, pass } = task;
  const jsMs = contenders[0]!.msMin;
  return contenders.map(({ implementation, msMin }) => {
    const gflops = operations(task.g) / msMin / 1e6;
    return { id, pass, implementation, msMin, gflops, timesJs: jsMs / msMin };
  });
}

/** The repetitions of each that make a sample. */
async function startAll(contenders: readonly Contender[], task: BenchTask): Promise<number[]> {
  const started: Started[] = [];
  for (const contender of contenders) started.push(await contender.start(task));
  const expected = started[0]!.output;
  started.forEach(({ output }, i) => {
    const error = relativeError(output, expected);
    if (error <= TOLERANCE) return;
    const name = `${task.id} ${task.pass}: ${contenders[i]!.implementation}`;
    throw new Error(
      `bench: ${name}: expected the result of plain JavaScript within ${TOLERANCE}, got an error of ${error}`,
    );
  });
  return started.map(({ runMs }) => Math.max(1, Math.ceil(SAMPLE_MS / runMs)));
}

async function sampleInTurns(
  contenders: readonly Contender[],
  repetitions: readonly number[],
): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, contender] of contenders.entries()) await contender.sample(repetitions[i]!);
  }
}
