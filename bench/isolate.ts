// An implementation in a process of its own: nothing that others do to their JavaScript engine slows it.

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Task } from './task.js';

export type Request =
  | { readonly type: 'load'; readonly registry: string; readonly name: string }
  | { readonly type: 'start'; readonly task: Task; readonly warmupMs: number }
  | { readonly type: 'sample'; readonly repetitions: number };

export type Reply = { readonly value: unknown } | { readonly error: string };

export interface Loaded {
  readonly variant: string;
  readonly threads: number;
}

/** Prepared and warmed up. */
export interface Started {
  /** The fastest run so far. */
  readonly runMs: number;
  /** The result of the last run. */
  readonly output: Float32Array;
}

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Every method rejects with the reason where the implementation fails or its process ends. */
export class Isolate {
  readonly #process: ChildProcess;
  /** Rejects when the process ends. */
  readonly #ended: Promise<never>;

  constructor() {
    this.#process = fork(WORKER, {
      execArgv: ['--import', LOADER],
      serialization: 'advanced',
    });
    this.#ended = new Promise((_, reject) => {
      this.#process.once('error', (error) => reject(String(error)));
      this.#process.once('exit', (code, signal) =>
        reject(`the process ended: ${signal ?? `exit code ${code}`}`),
      );
    });
    // Nobody may be waiting when it ends.
    this.#ended.catch(() => {});
  }

  /** Loads an implementation of the module `registry`, which exports them as implementations.ts does. */
  load(registry: URL, name: string): Promise<Loaded> {
    return this.#request({ type: 'load', registry: registry.href, name });
  }

  /** null where the implementation cannot do it. */
  start(task: Task, warmupMs: number): Promise<Started | null> {
    return this.#request({ type: 'start', task, warmupMs });
  }

  /** The mean time of a run, in ms. */
  sample(repetitions: number): Promise<number> {
    return this.#request({ type: 'sample', repetitions });
  }

  /** Ends the process, whatever it does. */
  async end(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended.catch(() => {});
  }

  async #request<T>(request: Request): Promise<T> {
    const stop = new AbortController();
    try {
      const replied = once(this.#process, 'message', { signal: stop.signal });
      replied.catch(() => {});
      // A process that has ended cannot be sent to; #ended says so.
      this.#process.send(request, () => {});
      const [reply] = (await Promise.race([replied, this.#ended])) as [Reply];
      if ('error' in reply) throw reply.error;
      return reply.value as T;
    } finally {
      stop.abort();
    }
  }
}
