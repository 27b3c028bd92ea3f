import { checkArity, wrongKind } from '../check.js';
import { checkBatchSize } from '../data/dataset-source.js';
import type { Batch, BatchSource } from '../data/dataset-types.js';
import { describe, isDetached, isNumberArray, typedArrayName } from '../describe.js';
import { ThreadError } from '../errors.js';
import { checkOptions } from '../options.js';
import { sizeOf } from '../shape.js';
import { Caller } from './caller.js';
import { checkSeed, checkSignal } from './check-calls.js';
import type { CallOptions } from './options.js';
import { checkTimeout, inTime } from './in-time.js';
import type { BatchCalls } from './messages.js';
import { checkScript, startScript } from './script.js';

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
    if (!(caller instanceof Caller)) {
      throw wrongKind(OWNER, 'constructor', 'WorkerDataset.open to call it', caller);
    }
    this.#caller = caller;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Starts the script, a JavaScript module. It keeps a process alive until `terminate` is called.
   * @param script its address, or, as bundlers want it, a worker just made:
   * `new Worker(new URL('./data.js', import.meta.url), { type: 'module' })`
   * @param options `signal` ends the wait for a script that is slow to call `serveBatches`
   * @throws TypeError, RangeError for another script or options; InitError where the script cannot be started, throws,
   * ends without `serveBatches`, or takes longer than `timeoutMs`; the reason of `signal` when it is aborted
   */
  static async open(
    script: URL | Worker,
    options: WorkerDatasetOptions = {},
  ): Promise<WorkerDataset> {
    checkArity(`${OWNER}.open`, arguments.length, 2);
    checkOptions(OWNER, options, ['signal', 'timeoutMs']);
    const { signal, timeoutMs = 0 } = options;
    checkTimeout(OWNER, timeoutMs);
    checkSignal(OWNER, signal);
    checkScript(OWNER, script);
    signal?.throwIfAborted();
    const caller = new Caller<BatchCalls>(OWNER, () => startScript(script, 'simdgrad data'));
    const data = new WorkerDataset(caller, timeoutMs);
    const details = caller.unsent('open', signal).then(checkDetails);
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

  /** The shape of one sample's targets; [] for class labels. */
  get targetShape(): readonly number[] {
    return this.#details.targetShape;
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
   * @throws TypeError, RangeError for arguments that are none; ThreadError for a batch that cannot be prepared (a map
   * that throws, a position outside) or takes longer than `timeoutMs`, or where the worker dies; DisposedError after
   * `terminate`; the reason of `signal` when it is aborted
   */
  batchesOf(
    order: Uint32Array,
    batchSize: number,
    seed = 0,
    signal?: AbortSignal,
  ): AsyncGenerator<Batch, void> {
    checkArity('batchesOf', arguments.length, 4);
    if (!isNumberArray(order) || isDetached(order.buffer)) {
      throw wrongKind('batchesOf', 'order', 'positions in a Uint32Array', order);
    }
    checkBatchSize('batchesOf', batchSize);
    checkSeed('batchesOf', seed);
    checkSignal('batchesOf', signal);
    return this.#batches(order.slice(), batchSize, seed, signal);
  }

  async *#batches(
    order: Uint32Array,
    batchSize: number,
    seed: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Batch, void> {
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
    const batch = this.#caller
      .call('batch', { indices, seed }, { signal, op: 'batchesOf' })
      .then((answer) => checkBatch(answer, indices.length * sizeOf(this.inputShape)));
    // Whoever leaves the loop does not wait for the batches ahead.
    batch.catch(() => undefined);
    return batch;
  }
}

type Details = BatchCalls['open']['result'];

/** @throws ThreadError for what another program than `serveBatches` answers */
function checkDetails(details: Details | null): Details {
  const { length, inputShape, targetShape, classNames, augmented } =
    details ?? ({} as Partial<Details>);
  const isSource = Number.isInteger(length) && typeof augmented === 'boolean';
  if (isSource && [inputShape, targetShape, classNames].every(Array.isArray)) return details!;
  throw new ThreadError(
    `${OWNER}: expected a data set of serveBatches, got ${describe(details)}: length ${describe(length)}, inputShape ${describe(inputShape)}`,
  );
}

/** @throws ThreadError for what another program than `serveBatches` answers */
function checkBatch(batch: Batch | null, size: number): Batch {
  const { inputs, targets, indices } = batch ?? ({} as Partial<Batch>);
  const kinds = [inputs, targets, indices].map(typedArrayName).join();
  const isBatch = /^Float32Array,(Int|Float)32Array,Uint32Array$/.test(kinds);
  if (isBatch && inputs!.length === size) return batch!;
  throw new ThreadError(`${OWNER}: expected a batch of ${size} values, got ${describe(inputs)}`);
}
