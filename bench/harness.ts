// Fair timing: every implementation is checked, warmed up, then sampled in turns (A B C A B C …), so that
// a busy moment of the machine hits all of them alike. The minimum is the figure to compare.

import { makeInputs, type Adapter, type Inputs, type PreparedRun } from './adapter.js';
import { expectedResult } from './reference.js';
import { flops, type OpPass, type Pass, type Workload } from './workloads.js';

export interface Implementation {
  readonly name: string;
  run(): void | Promise<void>;
  /** The result of the last run; compared before a time counts. */
  output(): Float32Array | Promise<Float32Array>;
}

export interface CompareOptions {
  /** Samples of each implementation. */
  readonly rounds?: number;
  /** A sample repeats a short function until this long; its time is divided by the repetitions. */
  readonly minSampleMs?: number;
  /** Every implementation runs at least this long, and three times, before the first sample. */
  readonly warmupMs?: number;
  /** The right result; by default that of the first implementation that runs. */
  readonly expected?: Float32Array;
  /** Largest error allowed, as a share of max|expected|. */
  readonly tolerance?: number;
}

/** A measured time, or the reason why there is none. */
export interface Timing {
  readonly name: string;
  readonly msMin: number | null;
  readonly msMedian: number | null;
  /** max|y − expected| / max|expected|; null where there was no result. */
  readonly maxAbsError: number | null;
  readonly error: string | null;
}

/** One line of results, the same for every suite and every implementation. */
export interface ResultRow {
  readonly suite: string;
  readonly id: string;
  readonly pass: Pass;
  readonly impl: string;
  readonly variant: string;
  readonly threads: number;
  readonly msMin: number | null;
  readonly msMedian: number | null;
  /** At msMin; null where operations are not counted. */
  readonly gflops: number | null;
  /** Relative to max|expected|. */
  readonly maxAbsError: number | null;
  readonly error: string | null;
}

interface Candidate {
  readonly implementation: Implementation;
  readonly repetitions: number;
  readonly maxAbsError: number;
  readonly samples: number[];
}

const WARMUP_RUNS = 3;

/** Checks and times the implementations; one timing each, in their order. */
export async function compare(
  implementations: readonly Implementation[],
  {
    rounds = 10,
    minSampleMs = 20,
    warmupMs = 200,
    tolerance = 1e-4,
    ...options
  }: CompareOptions = {},
): Promise<Timing[]> {
  let { expected } = options;
  const entries: (Candidate | Timing)[] = [];
  for (const implementation of implementations) {
    try {
      const runMs = await warmUp(implementation, warmupMs);
      const output = await implementation.output();
      expected ??= output.slice();
      const maxAbsError = relativeError(output, expected);
      const repetitions = Math.max(1, Math.ceil(minSampleMs / runMs));
      entries.push(check({ implementation, repetitions, maxAbsError, samples: [] }, tolerance));
    } catch (error) {
      entries.push(failure(implementation.name, String(error), null));
    }
  }
  await sampleInTurns(
    entries.filter((entry) => 'samples' in entry),
    rounds,
  );
  return entries.map((entry) => ('samples' in entry ? timing(entry) : entry));
}

/** An implementation that is ready to run. */
export interface PreparedAdapter {
  readonly adapter: Adapter;
  readonly run: PreparedRun;
}

/** Compares the implementations on one pass of a workload. Those that cannot do it are left out. */
export async function compareAdapters(
  suite: string,
  workload: Workload,
  pass: OpPass,
  adapters: readonly Adapter[],
  options: CompareOptions = {},
): Promise<ResultRow[]> {
  const inputs = makeInputs(workload);
  const prepared = adapters.flatMap((adapter) => {
    const run = prepare(adapter, workload, pass, inputs);
    return run === null ? [] : [{ adapter, run }];
  });
  const labels = { suite, id: workload.id, pass };
  const expected = expectedResult(workload, pass, inputs);
  return compareRuns(labels, flops(workload), prepared, { expected, ...options });
}

/** Compares what is prepared, and disposes of it. */
export async function compareRuns(
  labels: { readonly suite: string; readonly id: string; readonly pass: Pass },
  operations: number,
  prepared: readonly PreparedAdapter[],
  options: CompareOptions,
): Promise<ResultRow[]> {
  const timings = await compare(
    prepared.map(({ adapter, run }) => ({
      name: adapter.name,
      run: () => run.run(),
      output: () => run.output(),
    })),
    options,
  );
  for (const { run } of prepared) run.dispose?.();
  return timings.map(({ name: impl, ...figures }, i) => {
    const { variant, threads } = prepared[i]!.adapter;
    const gflops = figures.msMin === null ? null : gflopsOf(operations, figures.msMin);
    return { ...labels, impl, variant, threads, gflops, ...figures };
  });
}

/** A preparation that throws becomes a run that throws: an error in the table, not the end of the suite. */
function prepare(
  adapter: Adapter,
  workload: Workload,
  pass: Pass,
  inputs: Inputs,
): PreparedRun | null {
  try {
    return adapter.prepare(workload, pass, inputs);
  } catch (error) {
    return failingRun(error);
  }
}

/** What could not be prepared. */
export function failingRun(error: unknown): PreparedRun {
  const fail = () => {
    throw error;
  };
  return { run: fail, output: fail };
}

function check(candidate: Candidate, tolerance: number): Candidate | Timing {
  const { implementation, maxAbsError } = candidate;
  if (maxAbsError <= tolerance) return candidate;
  const reason = `wrong result: error ${maxAbsError}, allowed ${tolerance}`;
  return failure(implementation.name, reason, maxAbsError);
}

async function sampleInTurns(candidates: readonly Candidate[], rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const { implementation, repetitions, samples } of candidates) {
      samples.push(await sample(implementation, repetitions));
    }
  }
}

/** max|actual − expected| / max|expected|; Infinity where the lengths differ, NaN where a value is NaN. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Infinity;
  let largest = 0;
  let largestError = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    largestError = Math.max(largestError, Math.abs(actual[i]! - expected[i]!));
  }
  return largestError === 0 ? 0 : largestError / largest;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs until compilers have settled; the fastest single run, in ms. */
async function warmUp(implementation: Implementation, warmupMs: number): Promise<number> {
  const begin = performance.now();
  let fastest = Infinity;
  for (let runs = 0; runs < WARMUP_RUNS || performance.now() - begin < warmupMs; runs++) {
    fastest = Math.min(fastest, await sample(implementation, 1));
  }
  return fastest;
}

async function sample(implementation: Implementation, repetitions: number): Promise<number> {
  const begin = performance.now();
  for (let i = 0; i < repetitions; i++) {
    // Awaiting what is not a promise would add a turn of the event loop to every short run.
    const pending = implementation.run();
    if (pending !== undefined) await pending;
  }
  return (performance.now() - begin) / repetitions;
}

function timing({ implementation: { name }, maxAbsError, samples }: Candidate): Timing {
  return { name, maxAbsError, msMin: Math.min(...samples), msMedian: median(samples), error: null };
}

function failure(name: string, error: string, maxAbsError: number | null): Timing {
  return { name, maxAbsError, msMin: null, msMedian: null, error };
}

function gflopsOf(operations: number, ms: number): number | null {
  return operations === 0 ? null : operations / ms / 1e6;
}
