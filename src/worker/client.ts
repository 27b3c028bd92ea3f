import { DisposedError, InitError, ThreadError } from '../errors.js';
import type { Statistics } from '../data/dataset-types.js';
import type { ModelDetails, ModelFiles } from '../formats/model.js';
import type { LayerConfig } from '../layers/module.js';
import type { Capabilities, InitOptions } from '../runtime/runtime.js';
import type { WorkerThread } from '../runtime/worker-thread.js';
import type { Shape } from '../shape.js';
import type { Progress } from '../training/callbacks.js';
import type { EpochRecord } from '../training/run.js';
import {
  type CallName,
  type Calls,
  type FitRequest,
  fromPlainError,
  type Prediction,
  type Response,
  type TrainingData,
} from './messages.js';

export interface CallOptions {
  /** Ends the call: its promise rejects at once with the signal's reason, the worker stops after the running batch. */
  readonly signal?: AbortSignal;
}

export interface TransferOptions {
  /**
   * Moves the inputs into the worker: nothing is copied, and their buffer is detached here. Default false: a copy is
   * sent.
   */
  readonly transfer?: boolean;
}

/** The options of `init` for the worker, and how its model is made. */
export interface ModelWorkerOptions
  extends Omit<InitOptions, 'source' | 'workerScript'>, CallOptions {
  /** As for `init`, but a Response, which cannot be sent to a worker. */
  readonly source?: WebAssembly.Module | BufferSource | URL;
  /** Seeds the worker's generator before the model is made: initial weights of an architecture. Default 0. */
  readonly seed?: number;
}

export interface WorkerPredictOptions extends CallOptions, TransferOptions {
  /** Each value v becomes (v − mean) / std, per channel, as in training. */
  readonly normalise?: Statistics;
  /** Samples that are computed at a time. Default 256. */
  readonly batchSize?: number;
}

/** The options of `fit` that can be sent to a worker. */
export interface WorkerFitOptions
  extends Omit<FitRequest, 'data' | 'progressIntervalMs'>, CallOptions, TransferOptions {
  /** Called at most every `progressIntervalMs`, and after the last step of each epoch. */
  readonly onProgress?: (progress: Progress) => void;
  /** 0: after every step. Default 100. */
  readonly progressIntervalMs?: number;
  /** Called after each epoch. */
  readonly onEpoch?: (epoch: EpochRecord) => void;
}

interface Pending {
  readonly name: CallName;
  readonly resolve: (value: never) => void;
  readonly reject: (reason: unknown) => void;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onEpoch?: ((epoch: EpochRecord) => void) | undefined;
}

type Reports = Pick<Pending, 'onProgress' | 'onEpoch'>;

/**
 * A model in a worker of its own: the thread that uses it stays free, and needs none of the library's kernels. Errors
 * are those that the library throws, of the same classes. Made by `createModelWorker`.
 */
export class ModelWorker {
  readonly #thread: WorkerThread;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #opened!: Calls['load']['result'];
  /** Why no call can be answered any more. */
  #ended: Error | undefined;

  private constructor(thread: WorkerThread) {
    this.#thread = thread;
    thread.listen(
      (message) => this.#receive(message as Response),
      (reason) => {
        this.#end(new ThreadError(`ModelWorker: the worker ended unexpectedly: ${reason}`));
        void thread.terminate();
      },
    );
  }

  /** @throws InitError where the worker cannot be started, and what loading the model throws @internal */
  static async open(
    start: () => WorkerThread,
    model: ModelFiles | LayerConfig,
    { signal, seed, source, ...options }: ModelWorkerOptions,
  ): Promise<ModelWorker> {
    signal?.throwIfAborted();
    const worker = new ModelWorker(startThread(start));
    const init = {
      ...options,
      ...(source !== undefined && { source: source instanceof URL ? source.href : source }),
    };
    try {
      worker.#opened = await worker.#call(
        'load',
        { init, model, ...(seed !== undefined && { seed }) },
        [],
        signal,
      );
      return worker;
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  /** The details that the model was saved with. */
  get details(): ModelDetails {
    return this.#opened.details;
  }

  /** What the worker runs on, as `capabilities` of the library says, when it started. */
  get capabilities(): Capabilities {
    return this.#opened.capabilities;
  }

  /**
   * The model's output in evaluation mode. While `fit` runs it is computed between two steps.
   * @param inputs all samples one after the other; bytes count as value / 255
   * @param shape [samples, …shape of one]
   * @throws TypeError, ShapeError, RangeError
   */
  async predict(
    inputs: Float32Array | Uint8Array,
    shape: Shape,
    { signal, transfer = false, ...options }: WorkerPredictOptions = {},
  ): Promise<Prediction> {
    signal?.throwIfAborted();
    const sent = transfer ? inputs : copyOf(inputs);
    return this.#call('predict', { ...options, inputs: sent, shape }, buffersOf(sent), signal);
  }

  /**
   * Trains the model, as `fit` does. Calls run one after the other; each starts with a new optimizer.
   * @returns one record per epoch
   * @throws what `fit`, `Dataset` and the optimizer throw; what `onProgress` or `onEpoch` throws, which ends the run
   */
  async fit(
    data: TrainingData,
    { signal, transfer = false, onProgress, onEpoch, validation, ...options }: WorkerFitOptions,
  ): Promise<readonly EpochRecord[]> {
    signal?.throwIfAborted();
    const sent = (part: TrainingData) =>
      transfer ? part : { ...part, inputs: copyOf(part.inputs) };
    const request = {
      ...options,
      data: sent(data),
      ...(validation && { validation: sent(validation) }),
    };
    const buffers = [request.data, request.validation].flatMap((part) => buffersOf(part?.inputs));
    return this.#call('fit', request, [...new Set(buffers)], signal, { onProgress, onEpoch });
  }

  /** The model as it is now, for `loadModel` or another worker; while `fit` runs, as it is between two steps. */
  async save({ signal }: CallOptions = {}): Promise<ModelFiles> {
    return this.#call('save', null, [], signal);
  }

  /** Ends the worker at once; pending and later calls reject with a DisposedError. Nothing keeps the process alive. */
  async terminate(): Promise<void> {
    this.#end(new DisposedError('ModelWorker: the worker was terminated'));
    await this.#thread.terminate();
  }

  #call<Name extends CallName>(
    name: Name,
    payload: Calls[Name]['request'],
    transfer: Transferable[],
    signal: AbortSignal | undefined,
    reports: Reports = {},
  ): Promise<Calls[Name]['result']> {
    const id = this.#calls++;
    const abort = () => this.#abort(id, signal!.reason);
    const answer = new Promise<Calls[Name]['result']>((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#ended) throw this.#ended;
      this.#thread.postMessage({ id, type: name, payload }, transfer);
      this.#pending.set(id, { name, resolve, reject, ...reports });
      signal?.addEventListener('abort', abort, { once: true });
    });
    return answer.finally(() => signal?.removeEventListener('abort', abort));
  }

  /** Rejects a call and has the worker stop it. */
  #abort(id: number, reason: unknown): void {
    this.#take(id)?.reject(reason);
    this.#thread.postMessage({ id, type: 'abort' });
  }

  #receive({ id, type, payload }: Response): void {
    if (type === 'result') this.#take(id)?.resolve(payload as never);
    else if (type === 'error') this.#take(id)?.reject(fromPlainError(payload));
    else {
      const { onProgress, onEpoch } = this.#pending.get(id) ?? {};
      try {
        if (type === 'progress') onProgress?.(payload);
        else onEpoch?.(payload);
      } catch (error) {
        this.#abort(id, error);
      }
    }
  }

  /** A call that was aborted is no longer there: its late answer is dropped. */
  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { name, reject } of this.#pending.values()) {
      reject(name === 'load' ? new InitError(error.message, { cause: error }) : this.#ended);
    }
    this.#pending.clear();
  }
}

function startThread(start: () => WorkerThread): WorkerThread {
  try {
    return start();
  } catch (cause) {
    throw new InitError(`createModelWorker: no worker can be started: ${String(cause)}`, { cause });
  }
}

/** A copy of its own buffer, whatever part of a buffer the values are; anything else is for the worker to refuse. */
function copyOf<Values>(values: Values): Values {
  if (values instanceof Float32Array) return new Float32Array(values) as Values;
  return values instanceof Uint8Array ? (new Uint8Array(values) as Values) : values;
}

function buffersOf(values: unknown): Transferable[] {
  return ArrayBuffer.isView(values) ? [values.buffer as ArrayBuffer] : [];
}
