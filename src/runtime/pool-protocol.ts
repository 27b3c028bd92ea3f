// What the calling thread and the pool's workers agree on: a block of shared memory, apart from the tensors'.
//
// A job is one kernel call, whose tasks are claimed in chunks. The caller opens it, works on it like everybody else,
// closes it and waits for those who joined. A worker that comes late finds it closed and misses nothing: nobody waits
// for a worker that sleeps, is still starting, or is no more.

/** Indices of int32 cells; each one that threads write has a cache line of its own. */
export const STATE = 0;
export const NEXT_TASK = 16;
export const FINISHED = 32;
export const SLEEPING = 48;
export const FAILED = 64;
/** Cells that only the caller writes, before it opens the job. */
export const KERNEL = 80;
export const TASKS = 81;
export const CHUNK = 82;
export const ARGUMENTS = 83;
export const SCRATCH_ARGUMENT = 84;
export const SCRATCH_BYTES = 85;

const CELLS = 96;
const MAX_ARGUMENTS = 18;
const MESSAGE_BYTES = 256;

/** STATE: whether the job may be joined, how many workers have, and above them the job's number. */
export const OPEN = 0x80;
export const JOINED = 0x7f;
export const JOB = 0x100;

export const MAX_WORKERS = JOINED;

/** Views of the block. */
export interface Control {
  readonly cells: Int32Array<SharedArrayBuffer>;
  /** The kernel's arguments, with the range of all tasks. */
  readonly values: Float64Array<SharedArrayBuffer>;
  /** What a failed worker says, in ASCII. */
  readonly message: Uint8Array<SharedArrayBuffer>;
}

export function createControlBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * CELLS + 8 * MAX_ARGUMENTS + MESSAGE_BYTES);
}

export function controlOf(buffer: SharedArrayBuffer): Control {
  const values = 4 * CELLS;
  return {
    cells: new Int32Array(buffer, 0, CELLS),
    values: new Float64Array(buffer, values, MAX_ARGUMENTS),
    message: new Uint8Array(buffer, values + 8 * MAX_ARGUMENTS, MESSAGE_BYTES),
  };
}

/** What a worker is started with. */
export interface WorkerStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
  /** 1 for the first worker; the caller is 0. */
  readonly id: number;
  /** The kernels, in the order of their numbers. */
  readonly names: readonly string[];
}

/** What it answers once it can join jobs. */
export const READY = 'simdgrad: ready';

export type Kernel = (...values: unknown[]) => unknown;

/**
 * Claims chunks of the open job, and runs the kernel on them, until none is left.
 * @param values the arguments; the range of the tasks, the last two, is written before each call
 */
export function work({ cells }: Control, kernel: Kernel, values: unknown[], id: number): void {
  const tasks = cells[TASKS]!;
  const chunk = cells[CHUNK]!;
  const scratch = cells[SCRATCH_ARGUMENT]!;
  if (scratch >= 0 && id > 0) {
    values[scratch] = (values[scratch] as number) + id * cells[SCRATCH_BYTES]!;
  }
  const range = values.length - 2;
  for (;;) {
    const begin = Atomics.add(cells, NEXT_TASK, chunk);
    if (begin >= tasks) return;
    values[range] = begin;
    values[range + 1] = Math.min(tasks, begin + chunk);
    kernel(...values);
  }
}
