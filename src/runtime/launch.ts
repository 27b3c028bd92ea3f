import type { Scratch } from './pool.js';
import type { Kernel } from './pool-protocol.js';
import { recorder } from './recording.js';
import { type Kernels, runtime } from './runtime.js';
import { withScratch } from './storage.js';

type Head<Arguments extends readonly unknown[]> = Arguments extends [
  ...infer Values,
  begin: number,
  end: number,
]
  ? Values
  : never;

/** A kernel that takes a range of tasks. */
type RangedKernel = {
  [K in keyof Kernels]: Head<Parameters<Kernels[K]>> extends never ? never : K;
}[keyof Kernels];

/** Multiply-adds that cost as much as an element that is read and written. */
const ELEMENT_WORK = 8;
/** The least that is worth a thread's while, about 5 µs: claiming it costs 0.1 µs, waking a worker 10. */
export const LEAST_CHUNK_WORK = 100_000;
/** Where work is even, the thread that is done first takes over from the others. */
const CHUNKS_PER_THREAD = 4;
/** Floats, and bytes, in a cache line. */
export const LINE = 16;
const LINE_BYTES = 64;
/** Stands for the address of the scratch memory among the arguments of a kernel. */
export const SCRATCH = -1;

export interface LaunchOptions {
  /** Multiply-adds of all tasks. */
  readonly multiplyAdds?: number;
  /** The elements of all tasks, where nothing is multiplied; left out, each task is one. */
  readonly elements?: number;
  /** Threads take multiples of so many tasks; left out, a cache line of elements, or 1. */
  readonly align?: number;
  /** Each call of the kernel prepares what all of its tasks need: each thread calls it once. */
  readonly shared?: boolean;
  /** Memory that is lent to each thread for the call, in cache lines of its own, in place of `SCRATCH`; none if 0. */
  readonly scratchBytes?: number;
}

/** Calls a kernel for the tasks [0, tasks), in all threads where that pays. @internal */
export function launch<K extends RangedKernel>(
  name: K,
  values: Head<Parameters<Kernels[K]>>,
  tasks: number,
  options: LaunchOptions = {},
): void {
  const { pool, debug } = runtime();
  const most = pool?.threads ?? 1;
  const threads = Math.min(most, recorder()?.threads ?? most);
  const shared = options.shared || threads < most;
  const chunk =
    threads > 1
      ? chunkOf(tasks, threads, debug ? 0 : LEAST_CHUNK_WORK, { ...options, shared })
      : tasks;
  const { scratchBytes } = options;
  if (!scratchBytes) return run(name, [...values, 0, tasks], tasks, chunk);
  const bytes = LINE_BYTES * Math.ceil(scratchBytes / LINE_BYTES);
  const own: unknown[] = [...values, 0, tasks];
  const argument = own.indexOf(SCRATCH);
  withScratch((chunk < tasks ? most : 1) * bytes, (pointer) => {
    own[argument] = pointer;
    run(name, own, tasks, chunk, { argument, bytes });
  });
}

/** Calls a kernel that has no tasks. @internal */
export function call<K extends keyof Kernels>(name: K, values: Parameters<Kernels[K]>): void {
  const recording = recorder();
  if (recording) recording.call(name, values);
  else (runtime().kernels[name] as Kernel)(...values);
}

/** @param values with the range of all tasks at their end */
function run(
  name: RangedKernel,
  values: unknown[],
  tasks: number,
  chunk: number,
  scratch?: Scratch,
): void {
  const { kernels, pool } = runtime();
  const shared = chunk < tasks ? { tasks, chunk, scratch } : undefined;
  const recording = recorder();
  if (recording) recording.call(name, values, shared);
  else if (shared) pool!.run(name, values, shared);
  else (kernels[name] as Kernel)(...values);
}

function chunkOf(
  tasks: number,
  threads: number,
  leastWork: number,
  options: LaunchOptions,
): number {
  const { multiplyAdds, elements, shared } = options;
  const work = multiplyAdds ?? ELEMENT_WORK * (elements ?? tasks);
  const align = options.align ?? (work === ELEMENT_WORK * tasks ? LINE : 1);
  const even = tasks / (shared ? threads : CHUNKS_PER_THREAD * threads);
  const chunk = Math.max(even, (leastWork * tasks) / work) / align;
  return align * (shared ? Math.ceil(chunk) : Math.max(1, Math.floor(chunk)));
}
