import type { SharedTasks } from './pool.js';
import type { Kernel } from './pool-protocol.js';
import { type Kernels, runtime } from './runtime.js';

/**
 * Addresses in a recording are virtual until it is placed: a region's number times this, and the offset in it. Linear
 * memory ends before the first of them.
 */
const REGION = 2 ** 33;
const LINE_BYTES = 64;
/** What the host writes for kernels to read is kept in blocks of so many bytes. */
const KEPT_BYTES = 4096;

/** Thrown where a forward function reads or writes values that are not there yet: it is called again in each replay. */
export class NotRecordable extends Error {}

/** Whether it is an address in a recording that is not placed yet. */
export function isVirtual(pointer: number): boolean {
  return pointer >= REGION;
}

/** The address where region `number` begins, until the recording is placed. */
export function virtualAddress(number: number): number {
  return (number + 1) * REGION;
}

/** Something that a replay does. */
export interface Step {
  run(): void;
  /** Whether it may read memory from `begin` to `end`; only what it surely does not is said not to be. */
  mayRead(begin: number, end: number): boolean;
  /** Puts real addresses in the place of virtual ones. */
  place(bases: readonly number[]): void;
}

/** What an op does in a replay. */
export interface RecordedOp {
  readonly steps: readonly Step[];
  /** Of the memory that is lent to it, the last region that the recording has. */
  readonly scratchBytes: number;
}

let current: Recorder | undefined;

/** The recording that kernel calls go to at present, which do not run then. */
export function recorder(): Recorder | undefined {
  return current;
}

/** Runs `body` outside of a recording: kernels run. */
export function unrecorded<T>(body: () => T): T {
  return within(undefined, body);
}

function within<T>(next: Recorder | undefined, body: () => T): T {
  const before = current;
  current = next;
  try {
    return body();
  } finally {
    current = before;
  }
}

/** Takes down the kernel calls that ops make, with what they read beside tensors. */
export class Recorder {
  /** Most threads that a kernel may run in. */
  readonly threads: number;
  readonly #kept: number[] = [];
  /** Of them all, and those in use of the last one. */
  #allKeptBytes = 0;
  #keptBytes = KEPT_BYTES;
  /** What the op has prepared, by form and values. */
  readonly #prepared = new Map<string, number>();
  #regions = 0;
  #steps: Step[] = [];
  #scratch = 0;
  #lent = 0;
  #mostLent = 0;

  constructor(threads: number) {
    this.threads = threads;
  }

  /** Another stretch of memory, whose place is not known yet. @returns its number */
  region(): number {
    return this.#regions++;
  }

  /**
   * Records what `forward` does: its kernel calls or, where it needs the values themselves, that it is called again.
   * @throws what `forward` throws
   */
  record(forward: () => void): RecordedOp {
    this.#steps = [];
    this.#scratch = this.region();
    this.#prepared.clear();
    this.#lent = this.#mostLent = 0;
    try {
      within(this, forward);
    } catch (error) {
      if (!(error instanceof NotRecordable)) throw error;
      this.#steps = [new HostStep(forward)];
      this.#mostLent = 0;
    }
    return { steps: this.#steps, scratchBytes: this.#mostLent };
  }

  /** Takes a call of a kernel down, as it would run now. @internal */
  call(name: keyof Kernels, values: readonly unknown[], shared?: SharedTasks): void {
    const kernel = runtime().kernels[name] as Kernel;
    this.#steps.push(new KernelStep(name, kernel, values, shared));
  }

  /** Lends scratch memory, which the op has for itself; what `body` lends lies behind it. */
  lend<T>(bytes: number, body: (pointer: number) => T): T {
    const begin = this.#lent;
    this.#take(bytes);
    try {
      return body(virtualAddress(this.#scratch) + begin);
    } finally {
      this.#lent = begin;
    }
  }

  /** Scratch memory that `write` fills in each replay, once for the op. */
  prepare(form: string, bytes: number, write: (to: number) => void): number {
    let pointer = this.#prepared.get(form);
    if (pointer === undefined) {
      pointer = virtualAddress(this.#scratch) + this.#lent;
      this.#take(bytes);
      this.#prepared.set(form, pointer);
      write(pointer);
    }
    return pointer;
  }

  /** Memory for what is written now and read in each replay. @throws OutOfMemoryError */
  keep(bytes: number): number {
    const { heap } = runtime();
    const size = LINE_BYTES * Math.ceil(bytes / LINE_BYTES);
    if (this.#keptBytes + size > KEPT_BYTES) {
      const block = Math.max(size, KEPT_BYTES);
      this.#kept.push(heap.allocate(block));
      this.#allKeptBytes += block;
      this.#keptBytes = 0;
    }
    const pointer = this.#kept.at(-1)! + this.#keptBytes;
    this.#keptBytes += size;
    return pointer;
  }

  #take(bytes: number): void {
    this.#lent += LINE_BYTES * Math.ceil(bytes / LINE_BYTES);
    this.#mostLent = Math.max(this.#mostLent, this.#lent);
  }

  /** Of what was kept. */
  get keptBytes(): number {
    return this.#allKeptBytes;
  }

  /** Frees what was kept. */
  dispose(): void {
    for (const pointer of this.#kept.splice(0)) runtime().heap.free(pointer);
  }
}

/** A call of a kernel; the last two arguments of one with tasks are their range. */
class KernelStep implements Step {
  readonly #name: string;
  readonly #kernel: Kernel;
  readonly #values: unknown[];
  readonly #shared: SharedTasks | undefined;

  constructor(
    name: string,
    kernel: Kernel,
    values: readonly unknown[],
    shared: SharedTasks | undefined,
  ) {
    this.#name = name;
    this.#kernel = kernel;
    // An array that has held something else keeps its numbers as objects, so that no call makes any.
    this.#values = Array<unknown>(values.length).fill(undefined);
    values.forEach((value, i) => (this.#values[i] = value));
    this.#shared = shared;
  }

  run(): void {
    const { pool } = runtime();
    if (this.#shared && pool) pool.run(this.#name, this.#values, this.#shared);
    else this.#kernel(...this.#values);
  }

  mayRead(begin: number, end: number): boolean {
    return this.#values.some((value) => typeof value === 'number' && value >= begin && value < end);
  }

  place(bases: readonly number[]): void {
    this.#values.forEach((value, i) => {
      if (typeof value === 'number' && isVirtual(value)) this.#values[i] = placed(value, bases);
    });
  }
}

/** The real address. */
function placed(address: number, bases: readonly number[]): number {
  return bases[Math.floor(address / REGION) - 1]! + (address % REGION);
}

/** A forward function that works on the values itself. */
class HostStep implements Step {
  readonly #forward: () => void;

  constructor(forward: () => void) {
    this.#forward = forward;
  }

  run(): void {
    this.#forward();
  }

  mayRead(): boolean {
    return true;
  }

  place(): void {
    // Its tensors know their places.
  }
}
