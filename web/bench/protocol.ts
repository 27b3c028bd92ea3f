import type { Variant } from 'simdgrad';
import type { BenchTask } from '../../src/cli/bench/workloads.js';

/** Plain JavaScript, or a build of the kernels in so many threads. */
export interface Implementation {
  readonly name: 'js' | Variant;
  readonly threads: number;
}

export type Request =
  | { readonly type: 'peak' }
  | { readonly type: 'start'; readonly implementation: Implementation; readonly task: BenchTask }
  | { readonly type: 'sample'; readonly repetitions: number };

/** What a worker that has started says: what it runs on, the fastest run of its warm-up, and what it computed. */
export interface Started {
  readonly variant: 'js' | Variant;
  readonly threads: number;
  readonly runMs: number;
  readonly output: Float32Array;
}

export type Reply = { readonly result: Started | number } | { readonly error: string };
