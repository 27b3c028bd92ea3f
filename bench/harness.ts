// Fair timing: every implementation has a process of its own, fresh for each task. It is checked, warmed up, then
// sampled in turns (A B C A B C …), so that a busy moment of the machine hits all of them alike. Only one works at
// any moment. The minimum is the figure to compare.

import { maxAbsError, relativeError } from '../src/cli/bench/relative-error.js';
import { Isolate } from './isolate.js';
import { median } from './statistics.js';
import { answerTo, labelsOf, operationsOf, type Answer, type Task } from './task.js';
import type { Pass } from './workloads.js';

/** What is started once, then sampled. */
export interface Implementation {
  /** Prepares and warms up; null where it cannot do the task. */
  start(warmupMs: number): Promise<Started | null>;
  /** The mean time of a run, in ms. */
  sample(repetitions: number): Promise<number>;
}

export interface Started {
  /** The fastest run of the warm-up, in ms. */
  readonly runMs: number;
  /** The result of its last run. */
  readonly output: Float32Array;
}

export interface CompareOptions {
  /** Samples of each implementation. */
  readonly rounds?: number;
  /** A sample repeats a short function until this long; its time is divided by the repetitions. */
  readonly minSampleMs?: number;
  /** Every implementation runs at least this long, and three times, before the first sample. */
  readonly warmupMs?: number;
}

/** A measured time, or the reason why there is none. */
export interface Timing {
  readonly msMin: number | null;
  readonly msMedian: number | null;
  /** max|y − expected|; null where there was no result. */
  readonly maxAbsError: number | null;
  readonly error: string | null;
}

/** One line of results, the same for every suite and every implementation. */
export interface ResultRow extends Timing {
  readonly suite: string;
  readonly id: string;
  readonly pass: Pass;
  readonly impl: string;
  readonly variant: string;
  readonly threads: number;
  /** At msMin; null where operations are not counted. */
  readonly gflops: number | null;
}

/** An implementation that can do the task, and what is known of it. */
interface Candidate {
  readonly implementation: Implementation;
  readonly repetitions: number;
  readonly samples: number[];
  readonly maxAbsError: number | null;
  error: string | null;
}

/** Where the implementations are that can be chosen. */
const REGISTRY = new URL('./implementations.ts', import.meta.url);

/** Compares the implementations named `names` of the module `registry`. Those that cannot do the task are left out. */
export async function compareTask(
  task: Task,
  names: readonly string[],
  options: CompareOptions = {},
  registry = REGISTRY,
): Promise<ResultRow[]> {
  const isolates = names.map((name) => new Isolate(registry, name, task));
  try {
    const timings = await compare(isolates, await answerTo(task), options);
    return timings.flatMap((timing, i) =>
      timing === null ? [] : [row(task, isolates[i]!, timing)],
    );
  } finally {
    await Promise.all(isolates.map((isolate) => isolate.end()));
  }
}

/** Checks and times the implementations, in their order; null for one that cannot do the task. */
export async function compare(
  implementations: readonly Implementation[],
  answer: Answer,
  { rounds = 10, minSampleMs = 20, warmupMs = 200 }: CompareOptions = {},
): Promise<(Timing | null)[]> {
  const candidates: (Candidate | null)[] = [];
  for (const implementation of implementations) {
    candidates.push(await start(implementation, answer, minSampleMs, warmupMs));
  }
  for (let round = 0; round < rounds; round++) {
    for (const candidate of candidates) {
      if (candidate?.error === null) await addSample(candidate);
    }
  }
  return candidates.map((candidate) => candidate && timing(candidate));
}

async function start(
  implementation: Implementation,
  { expected, tolerance }: Answer,
  minSampleMs: number,
  warmupMs: number,
): Promise<Candidate | null> {
  try {
    const started = await implementation.start(warmupMs);
    if (started === null) return null;
    const repetitions = Math.max(1, Math.ceil(minSampleMs / started.runMs));
    const share = relativeError(started.output, expected);
    const error = share <= tolerance ? null : `wrong result: error ${share}, allowed ${tolerance}`;
    const largest = maxAbsError(started.output, expected);
    return { implementation, repetitions, samples: [], maxAbsError: largest, error };
  } catch (reason) {
    const error = (reason as Error).message;
    return { implementation, repetitions: 0, samples: [], maxAbsError: null, error };
  }
}

async function addSample(candidate: Candidate): Promise<void> {
  try {
    candidate.samples.push(await candidate.implementation.sample(candidate.repetitions));
  } catch (reason) {
    candidate.error = (reason as Error).message;
  }
}

function timing({ samples, maxAbsError, error }: Candidate): Timing {
  if (error !== null) return { msMin: null, msMedian: null, maxAbsError, error };
  return { msMin: Math.min(...samples), msMedian: median(samples), maxAbsError, error };
}

function row(task: Task, { impl, variant, threads }: Isolate, timing: Timing): ResultRow {
  const operations = operationsOf(task);
  const isCounted = operations > 0 && timing.msMin !== null;
  const gflops = isCounted ? operations / timing.msMin / 1e6 : null;
  return { ...labelsOf(task), impl, variant, threads, gflops, ...timing };
}
