// One implementation at one task, in a process of its own: nothing that the others do to their JavaScript engine slows
// it. (A growing WebAssembly memory detaches its buffer, and from then on V8 checks every access to a typed array.)

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Variant } from '../../index.js';
import type { BenchTask } from './workloads.js';

/** Plain JavaScript, or a build of this library. */
export type BenchImplementation = 'js' | Variant;

export type Request =
  | {
      readonly type: 'start';
      readonly implementation: BenchImplementation;
      readonly task: BenchTask;
    }
  | { readonly type: 'sample'; readonly repetitions: number };

export interface Started {
  /** The fastest run of the warm-up, in ms. */
  readonly runMs: number;
  readonly output: Float32Array;
}

export type Reply = Started | number;

export class Contender {
  /** The fastest sample so far, in ms. */
  msMin = Infinity;
  readonly #process: ChildProcess;

  /** @param worker the program of the process: worker.ts, built */
  constructor(
    readonly implementation: BenchImplementation,
    worker: URL,
  ) {
    this.#process = fork(fileURLToPath(worker), { serialization: 'advanced' });
  }

  /** Prepares and warms up. */
  start(task: BenchTask): Promise<Started> {
    const { implementation } = this;
    return this.#request({ type: 'start', implementation, task }) as Promise<Started>;
  }

  /** Times a mean of `repetitions` runs. */
  async sample(repetitions: number): Promise<void> {
    const ms = (await this.#request({ type: 'sample', repetitions })) as number;
    this.msMin = Math.min(this.msMin, ms);
  }

  /** Ends the process, whatever it does. */
  end(): void {
    this.#process.kill('SIGKILL');
  }

  async #request(request: Request): Promise<Reply> {
    const child = this.#process;
    const { promise, settle } = replyOf(child, this.implementation);
    child.send(request);
    return promise.finally(settle);
  }
}

/** The next message of the process; rejects where it ends first. `settle` takes the listeners away. */
function replyOf(child: ChildProcess, name: string): { promise: Promise<Reply>; settle(): void } {
  const promise = new Promise<Reply>((resolve, reject) => {
    child.once('message', (reply) => resolve(reply as Reply));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`bench: the process of ${name} ended: ${signal ?? `exit code ${code}`}`)),
    );
  });
  const settle = () => {
    for (const event of ['message', 'error', 'exit']) child.removeAllListeners(event);
  };
  return { promise, settle };
}
