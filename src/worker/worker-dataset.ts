import { checkBatchSize } from '../data/dataset-source.js';
import type { Batch, BatchSource } from '../data/dataset-types.js';
import { startNodeThread, webThread, type WorkerThread } from '../runtime/worker-thread.js';
import { Caller } from './caller.js';
import type { CallOptions } from './client.js';
import { checkTimeout, inTime } from './in-time.js';
import type { BatchCalls } from './messages.js';

const OWNER = 'WorkerDataset';
/** Batches that are prepared while another is trained on. */
const AHEAD = 2;

export interface WorkerDatasetOptions extends CallOptions {
  /**
   * How long `open` waits for the script, and `fit`, `evaluate` and `predict` for each batch, in milliseconds; the time
   * of steps does not count. For scripts that never call `serveBatches`, maps that hang, and browsers, which end workers
   * without a word. Default 0: for ever.
   */
  readonly timeoutMs?: number;
}

/**
 * A `Dataset` that a script of yours makes in a worker and hands to `serveBatches`: `fit`, `evaluate` and `predict` take
 * it in place of the data set, with the same bits. The next batches are prepared there while a step runs here, and moved
 * here, not copied.
 */
export class WorkerDataset implements BatchSource {
  readonly #caller: Caller<BatchCalls>;
  readonly #timeoutMs: number;
  #details!: BatchCalls['open']['result'];

  private constructor(caller: Caller<BatchCalls>, timeoutMs: number) {
    this.#caller = caller;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Starts the script, a JavaScript module. It keeps a process alive until `terminate` is called.
   * @param script its address, or, as bundlers want it, a worker just made:
   * `new Worker(new URL('./data.js', import.meta.url), { type: 'module' })`
   * @param options `signal` ends the wait for a script that is slow to call `serveBatches`
   * @throws InitError where the script cannot be started, throws, ends without `serveBatches`, or takes longer than
   * `timeoutMs`; RangeError for a `timeoutMs` that is none; the reason of `signal` when it is aborted
   */
  static async open(
    script: URL | Worker,
    { signal, timeoutMs = 0 }: WorkerDatasetOptions = {},
  ): Promise<WorkerDataset> {
    signal?.throwIfAborted();
    checkTimeout(OWNER, timeoutMs);
    const caller = new Caller<BatchCalls>(OWNER, () => startThread(script));
    const data = new WorkerDataset(caller, timeoutMs);
    const details = caller.unsent('open', signal);
    data.#details = await caller.opened(inTime(OWNER, details, timeoutMs));
    return data;
  }

  /** How many samples there are. */
  get length(): number {
    return this.#details.length;
  }

  /** The shape of one sample, channels last. */
  get inputShape(): readonly number[] {
    return this.#details.inputShape;
  }

  /** The name of each class. */
  get classNames(): readonly string[] {
    return this.#details.classNames;
  }

  /** Whether there are maps. */
  get augmented(): boolean {
    return this.#details.augmented;
  }

  /**
   * As `Dataset.batchesOf`, but each batch has memory of its own.
   * @throws ThreadError for a batch that cannot be prepared (a map that throws) or takes longer than `timeoutMs`, or
   * where the worker dies; DisposedError after `terminate`; the reason of `signal` when it is aborted
   */
  async *batchesOf(
    order: Uint32Array,
    batchSize: number,
    seed = 0,
    signal?: AbortSignal,
  ): AsyncGenerator<Batch, void> {
    checkBatchSize('batchesOf', batchSize);
    const asked: Promise<Batch>[] = [];
    let begin = 0;
    const ask = () => {
      if (begin >= order.length) return;
      const indices = order.slice(begin, begin + batchSize);
      asked.push(this.#prepare(indices, seed + begin / batchSize, signal));
      begin += batchSize;
    };
    for (let i = 0; i < AHEAD; i++) ask();
    while (asked.length > 0) {
      const batch = await inTime(OWNER, asked.shift()!, this.#timeoutMs);
      ask();
      yield batch;
    }
  }

  /** Ends the worker at once; pending and later batches are a DisposedError. Nothing keeps the process alive. */
  async terminate(): Promise<void> {
    await this.#caller.terminate();
  }

  #prepare(indices: Uint32Array, seed: number, signal: AbortSignal | undefined): Promise<Batch> {
    const batch = this.#caller.call('batch', { indices, seed }, { signal });
    // Whoever leaves the loop does not wait for the batches ahead.
    batch.catch(() => undefined);
    return batch;
  }
}

function startThread(script: URL | Worker): WorkerThread {
  if (!(script instanceof URL)) return webThread(script);
  if (typeof Worker !== 'function') return startNodeThread(script);
  return webThread(new Worker(script, { type: 'module', name: 'simdgrad data' }));
}
