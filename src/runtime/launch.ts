import type { Scratch } from './pool.js';
import { type Kernels, runtime } from './runtime.js';

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
const LEAST_CHUNK_WORK = 100_000;
/** Where work is even, the thread that is done first takes over from the others. */
const CHUNKS_PER_THREAD = 4;
/** Floats in a cache line. */
export const LINE = 16;

export interface LaunchOptions {
  /** Multiply-adds of all tasks. */
  readonly multiplyAdds?: number;
  /** The elements of all tasks, where nothing is multiplied; left out, each task is one. */
  readonly elements?: number;
  /** Threads take multiples of so many tasks; left out, a cache line of elements, or 1. */
  readonly align?: number;
  /** Each call of the kernel prepares what all of its tasks need: each thread calls it once. */
  readonly shared?: boolean;
  /** Memory for one thread; that of all must lie at the argument. */
  readonly scratch?: Scratch;
}

/** Calls a kernel for the tasks [0, tasks), in all threads where that pays. @internal */
export function launch<K extends RangedKernel>(
  name: K,
  values: Head<Parameters<Kernels[K]>>,
  tasks: number,
  options: LaunchOptions = {},
): void {
  const { kernels, pool, debug } = runtime();
  if (pool && pool.threads > 1) {
    const chunk = chunkOf(tasks, pool.threads, debug ? 0 : LEAST_CHUNK_WORK, options);
    if (chunk < tasks) return pool.run(name, values, tasks, chunk, options.scratch);
  }
  (kernels[name] as (...values: unknown[]) => void)(...values, 0, tasks);
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

/** Threads that a kernel may run in: so many times its scratch memory has to be lent. @internal */
export function threads(): number {
  return runtime().pool?.threads ?? 1;
}
