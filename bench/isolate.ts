// An implementation in a process of its own: nothing that others do to their JavaScript engine slows it.

import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { acceptsRelaxedSimd } from '../src/runtime/variant.js';
import type { Implementation, Started } from './harness.js';
import type { Task } from './task.js';

/** The messages to the process (worker.ts), and its answers. */
export type Request =
  | { readonly type: 'load'; readonly registry: string; readonly name: string }
  | { readonly type: 'start'; readonly task: Task; readonly warmupMs: number }
  | { readonly type: 'sample'; readonly repetitions: number };

export type Reply = { readonly value: unknown } | { readonly error: string };

export interface Loaded {
  readonly variant: string;
  readonly threads: number;
}

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
const LOADER = new URL('./typescript.js', import.meta.url).href;

/** Node's options for a process that runs TypeScript and needs what `variant` does. */
export function nodeOptions(variant: string | undefined): string[] {
  const isMissing = variant?.startsWith('relaxed') && !acceptsRelaxedSimd();
  return [...(isMissing ? ['--experimental-wasm-relaxed-simd'] : []), '--import', LOADER];
}

/** A call rejects, with the reason as message, where the implementation fails or its process ends. */
export class Isolate implements Implementation {
  /** As the implementation says once it is loaded. */
  variant = 'unknown';
  threads = 1;
  #process: ChildProcess | undefined;
  /** Rejects when the process ends. */
  #ended: Promise<never> | undefined;

  /**
   * `registry`: a module that exports implementations as implementations.ts does; `name`: one of them, IMPL or
   * IMPL:VARIANT.
   */
  constructor(
    readonly registry: URL,
    readonly name: string,
    readonly task: Task,
  ) {}

  /** The name without the variant. */
  get impl(): string {
    return this.name.split(':', 1)[0]!;
  }

  async start(warmupMs: number): Promise<Started | null> {
    this.#fork();
    const { registry, name, task } = this;
    const request = { type: 'load', registry: registry.href, name } as const;
    const { variant, threads } = await this.#request<Loaded>(request);
    this.variant = variant;
    this.threads = threads;
    return this.#request({ type: 'start', task, warmupMs });
  }

  sample(repetitions: number): Promise<number> {
    return this.#request({ type: 'sample', repetitions });
  }

  /** Ends the process, whatever it does. */
  async end(): Promise<void> {
    this.#process?.kill('SIGKILL');
    await this.#ended?.catch(() => {});
  }

  #fork(): void {
    const [, variant] = this.name.split(':');
    const child = fork(WORKER, { execArgv: nodeOptions(variant), serialization: 'advanced' });
    this.#process = child;
    this.#ended = new Promise((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        reject(new Error(`the process ended: ${signal ?? `exit code ${code}`}`)),
      );
    });
    // Nobody may be waiting when it ends.
    this.#ended.catch(() => {});
  }

  async #request<T>(request: Request): Promise<T> {
    const replied = new Promise<Reply>((resolve) => this.#process!.once('message', resolve));
    // A process that has ended cannot be sent to: #ended tells.
    this.#process!.send(request, () => {});
    const reply = await Promise.race([replied, this.#ended!]);
    if ('error' in reply) throw new Error(reply.error);
    return reply.value as T;
  }
}
