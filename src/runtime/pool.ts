import { ThreadError } from '../errors.js';
import {
  ARGUMENTS,
  CHUNK,
  type Control,
  controlOf,
  createControlBuffer,
  FAILED,
  FINISHED,
  JOB,
  JOINED,
  type Kernel,
  KERNEL,
  NEXT_TASK,
  OPEN,
  READY,
  SCRATCH_ARGUMENT,
  SCRATCH_BYTES,
  SLEEPING,
  STATE,
  TASKS,
  work,
} from './pool-protocol.js';
import { startWorkerThread, type WorkerThread } from './worker-thread.js';

/** How long workers may take to start. */
const START_MS = 20_000;
/** How long the caller spins before it sleeps, where it may. */
const SPIN_MS = 0.5;
/** How long it sleeps at most. */
const SLEEP_MS = 100;
const LOOKS = 64;
/**
 * A worker that has joined is in the middle of one chunk, as the caller was of its own: it may take so many times as long,
 * on a slower core, or one that others use.
 */
const SLOWER = 10;

/** The scratch memory of a kernel: the index of its argument, and the bytes that each thread has for itself. */
export interface Scratch {
  readonly argument: number;
  readonly bytes: number;
}

/** The tasks of a kernel call that threads share. */
export interface SharedTasks {
  readonly tasks: number;
  /** So many are claimed at a time. */
  readonly chunk: number;
  readonly scratch: Scratch | undefined;
}

/**
 * Worker threads that run kernels over the calling thread's linear memory, each on a part of the tasks. The caller takes
 * its share; it needs none of the workers, only those that have joined a job.
 */
export class Pool {
  /**
   * How long the caller waits for a worker that has joined, beyond `SLOWER` times its own work. Whether the worker lives
   * cannot be seen from here, where no event arrives; that it is kept from its processor this long is unheard of.
   */
  static giveUpMs = 1000;

  readonly #control: Control;
  readonly #kernels: readonly Kernel[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #threads = new Map<number, WorkerThread>();
  readonly #reasons: string[] = [];
  readonly #mayWait = mayWait();
  #job = 0;

  private constructor(control: Control, kernels: Readonly<Record<string, Kernel>>) {
    this.#control = control;
    this.#kernels = Object.values(kernels);
    this.#numbers = new Map(Object.keys(kernels).map((name, i) => [name, i]));
  }

  /**
   * Starts `count` workers and waits until they can work.
   * @throws ThreadError when one of them cannot be started; none is left then
   */
  static async start(
    count: number,
    script: URL | undefined,
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    kernels: Readonly<Record<string, Kernel>>,
  ): Promise<Pool> {
    const buffer = createControlBuffer();
    const pool = new Pool(controlOf(buffer), kernels);
    const names = Object.keys(kernels);
    const start = (id: number) =>
      pool.#startThread(id, script, { module, memory, control: buffer, id, names });
    try {
      await Promise.all(Array.from({ length: count }, (_, i) => start(i + 1)));
    } catch (error) {
      await pool.terminate();
      throw error;
    }
    for (const thread of pool.#threads.values()) thread.unref();
    return pool;
  }

  /** Threads, the calling one included. */
  get threads(): number {
    return 1 + this.#threads.size;
  }

  /** Why there are fewer than at the start. */
  get reasons(): readonly string[] {
    return this.#reasons;
  }

  /**
   * Calls the kernel with the arguments and a task range, until all tasks are done, in chunks of `chunk`.
   * @param values its arguments; the last two, the range of all tasks, are what they were afterwards
   * @throws ThreadError when a worker fails, or has joined and is heard of no more
   */
  run(name: string, values: unknown[], { tasks, chunk, scratch }: SharedTasks): void {
    const { cells } = this.#control;
    const number = this.#numbers.get(name)!;
    this.#control.values.set(values as number[]);
    cells[KERNEL] = number;
    cells[ARGUMENTS] = values.length;
    cells[TASKS] = tasks;
    cells[CHUNK] = chunk;
    cells[SCRATCH_ARGUMENT] = scratch?.argument ?? -1;
    cells[SCRATCH_BYTES] = scratch?.bytes ?? 0;
    cells[NEXT_TASK] = 0;
    cells[FAILED] = 0;
    cells[FINISHED] = 0;
    this.#job = (this.#job + JOB) | 0;
    Atomics.store(cells, STATE, this.#job | OPEN);
    if (Atomics.load(cells, SLEEPING) > 0) Atomics.notify(cells, STATE);
    const begin = performance.now();
    try {
      work(this.#control, this.#kernels[number]!, values, 0);
    } finally {
      values[values.length - 2] = 0;
      values[values.length - 1] = tasks;
      this.#awaitWorkers(Atomics.and(cells, STATE, ~OPEN) & JOINED, name, begin);
    }
    if (cells[FAILED] !== 0) throw this.#failure(name);
  }

  /** Ends the workers; afterwards the calling thread works alone. */
  async terminate(): Promise<void> {
    const threads = [...this.#threads.values()];
    this.#threads.clear();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }

  async #startThread(id: number, script: URL | undefined, start: object): Promise<void> {
    const thread = startWorkerThread(script);
    this.#threads.set(id, thread);
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string) => {
        if (this.#threads.delete(id)) this.#reasons.push(`threads: worker ${id} ended: ${reason}`);
        reject(new ThreadError(`worker ${id} could not be started: ${reason}`));
      };
      const timeout = setTimeout(() => fail(`no answer within ${START_MS / 1000} s`), START_MS);
      const settle = (outcome: () => void) => {
        clearTimeout(timeout);
        outcome();
      };
      thread.listen(
        (message) => message === READY && settle(resolve),
        (reason) => settle(() => fail(reason)),
      );
      thread.postMessage(start);
    });
  }

  /** @param begin when the caller began its own work */
  #awaitWorkers(joined: number, name: string, begin: number): void {
    const { cells } = this.#control;
    let last = performance.now();
    const limit = Pool.giveUpMs + SLOWER * (last - begin);
    for (let waited = 0; ;) {
      for (let look = 0; look < LOOKS; look++) {
        if (Atomics.load(cells, FINISHED) === joined) return;
      }
      const now = performance.now();
      // What kept this thread for longer, a machine that slept, kept the workers too.
      waited += Math.min(now - last, SLEEP_MS);
      last = now;
      if (waited > limit) throw this.#lost(name);
      if (waited > SPIN_MS && this.#mayWait) this.#sleep(joined);
    }
  }

  #sleep(joined: number): void {
    const { cells } = this.#control;
    const finished = Atomics.load(cells, FINISHED);
    if (finished < joined) Atomics.wait(cells, FINISHED, finished, SLEEP_MS);
  }

  #lost(name: string): ThreadError {
    void this.terminate();
    const message = `${name}: a worker thread began and did not finish within ${Pool.giveUpMs} ms`;
    this.#reasons.push(`threads: ${message}`);
    return new ThreadError(
      `${message}; the result is incomplete, the calling thread goes on alone`,
    );
  }

  #failure(name: string): ThreadError {
    const { cells, message } = this.#control;
    const text = String.fromCharCode(...message.filter((code) => code > 0));
    return new ThreadError(`${name}: worker thread ${cells[FAILED]} failed: ${text}`);
  }
}

/** Whether the calling thread may sleep: that of a page may not. */
function mayWait(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}
