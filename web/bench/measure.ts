import { relativeError } from '../../src/cli/bench/relative-error.js';
import { type BenchTask, operations } from '../../src/cli/bench/workloads.js';
import type { Implementation, Reply, Request, Started } from './protocol.js';

const ROUNDS = 7;
/** A sample repeats a short run until this long. */
const SAMPLE_MS = 20;
/** The largest error allowed, as a share of the largest number in the result of plain JavaScript. */
const TOLERANCE = 1e-4;

/** How fast one implementation is at one task. */
export interface Row {
  readonly implementation: Implementation;
  readonly msMin: number;
  readonly msMedian: number;
  readonly msMax: number;
  /** Of the direct algorithm, at `msMin`. */
  readonly gflops: number;
  /** How many times as fast as plain JavaScript, by the minima. */
  readonly timesJs: number;
}

/** A worker that answers one request at a time. */
class Contender {
  readonly samples: number[] = [];
  readonly #worker = new Worker(new URL('./bench-worker.js', import.meta.url), { type: 'module' });

  ask(request: Request): Promise<Started | number> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => {
        if ('result' in data) resolve(data.result);
        else reject(new Error(data.error));
      };
      this.#worker.onerror = ({ message }) => reject(new Error(message));
      this.#worker.postMessage(request);
    });
  }

  end(): void {
    this.#worker.terminate();
  }
}

/** GFLOP/s of one thread on registers alone. */
export async function measuredPeak(): Promise<number> {
  const contender = new Contender();
  try {
    return (await contender.ask({ type: 'peak' })) as number;
  } finally {
    contender.end();
  }
}

/** Who takes part on this device. */
export function implementations(): Implementation[] {
  const cores = Math.min(navigator.hardwareConcurrency, 8);
  const all: Implementation[] = [
    { name: 'js', threads: 1 },
    { name: 'simd', threads: 1 },
    { name: 'relaxed', threads: 1 },
  ];
  return crossOriginIsolated && cores > 1 ? [...all, { name: 'simd', threads: cores }] : all;
}

/**
 * Times all at a task, in turns (A B C A B C …): a busy moment of the device hits all alike.
 * @throws Error where a result is not that of plain JavaScript; the signal's reason
 */
export async function compare(task: BenchTask, signal: AbortSignal): Promise<Row[]> {
  const all = implementations().map((implementation) => ({
    implementation,
    contender: new Contender(),
    repetitions: 1,
  }));
  const taking: typeof all = [];
  try {
    let expected: Float32Array | undefined;
    for (const each of all) {
      const { implementation, contender } = each;
      signal.throwIfAborted();
      const request = { type: 'start', implementation, task } as const;
      const started = (await contender.ask(request)) as Started;
      // An engine without it has run another: it takes no part.
      if (started.variant !== implementation.name) continue;
      expected ??= started.output;
      checkResult(task, started.output, expected);
      each.repetitions = Math.max(1, Math.ceil(SAMPLE_MS / started.runMs));
      taking.push(each);
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const { contender, repetitions } of taking) {
        signal.throwIfAborted();
        contender.samples.push((await contender.ask({ type: 'sample', repetitions })) as number);
      }
    }
  } finally {
    for (const { contender } of all) contender.end();
  }
  const jsMs = Math.min(...taking[0]!.contender.samples);
  return taking.map(({ implementation, contender: { samples } }) => {
    const sorted = [...samples].sort((a, b) => a - b);
    const msMin = sorted[0]!;
    return {
      implementation,
      msMin,
      msMedian: sorted[Math.floor(sorted.length / 2)]!,
      msMax: sorted.at(-1)!,
      gflops: operations(task.g) / msMin / 1e6,
      timesJs: jsMs / msMin,
    };
  });
}

function checkResult({ id, pass }: BenchTask, got: Float32Array, expected: Float32Array): void {
  const error = relativeError(got, expected);
  if (error <= TOLERANCE) return;
  throw new Error(
    `${id} ${pass}: expected the result of plain JavaScript, got an error of ${error}`,
  );
}
