import { checkArity, wrongKind } from '../check.js';
import type { Dataset } from '../data/dataset.js';
import { ShapeError } from '../errors.js';
import type { ModelDetails, ModelFiles } from '../formats/model.js';
import type { LayerConfig } from '../layers/module.js';
import { checkOptions } from '../options.js';
import type { Capabilities } from '../runtime/runtime.js';
import type { WorkerThread } from '../runtime/worker-thread.js';
import { checkShape, formatShape, type Shape } from '../shape.js';
import type { EpochRecord } from '../training/types.js';
import { Caller } from './caller.js';
import {
  checkFitOptions,
  checkPredictOptions,
  checkSignal,
  checkWorkerOptions,
  modelToSend,
  sourceToSend,
} from './check-calls.js';
import type { ImportedFile } from './imported-file.js';
import type { Calls, Inputs, Prediction, Report, TrainingData } from './messages.js';
import type {
  CallOptions,
  ModelWorkerOptions,
  WorkerFitOptions,
  WorkerPredictOptions,
} from './options.js';
import { checkStatistics, dataToSend, inputsToSend } from './samples.js';
import { checkScript } from './script.js';

/**
 * A model in a worker of its own: the thread that uses it stays free, and needs none of the library's kernels. Errors
 * are those that the library throws, of the same classes. Made by `createModelWorker`.
 */
export class ModelWorker {
  readonly #caller: Caller<Calls, Report>;
  #opened!: Calls['load']['result'];

  private constructor(caller: Caller<Calls, Report>) {
    if (!(caller instanceof Caller)) {
      throw wrongKind('ModelWorker', 'constructor', 'createModelWorker to call it', caller);
    }
    this.#caller = caller;
  }

  /** @throws InitError where the worker cannot be started, and what loading the model throws @internal */
  static async open(
    start: () => WorkerThread,
    model: ModelFiles | LayerConfig | ImportedFile,
    options: ModelWorkerOptions,
  ): Promise<ModelWorker> {
    const op = 'createModelWorker';
    checkWorkerOptions(op, options);
    const { signal, seed, source, script, ...init } = options;
    if (script !== undefined) checkScript(op, script);
    const { sent, transfer } = modelToSend(op, model);
    const payload = {
      init: { ...init, ...(source !== undefined && { source: sourceToSend(op, source) }) },
      model: sent,
      ...(seed !== undefined && { seed }),
    };
    signal?.throwIfAborted();
    const caller = new Caller<Calls, Report>('ModelWorker', start);
    const worker = new ModelWorker(caller);
    worker.#opened = await caller.opened(caller.call('load', payload, { signal, op, transfer }));
    return worker;
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
   * @param inputs all samples one after the other, in any typed array of numbers; bytes count as value / 255
   * @param shape [samples, …shape of one]
   * @throws TypeError, ShapeError, RangeError
   */
  async predict(
    inputs: Inputs,
    shape: Shape,
    options: WorkerPredictOptions = {},
  ): Promise<Prediction> {
    checkArity('predict', arguments.length, 3);
    checkPredictOptions(options);
    checkStatistics('predict', 'normalise', options.normalise);
    checkShape('predict', 'shape', shape);
    if (shape.length < 2 || shape.includes(0)) {
      const expected = '[samples, …shape of one], each at least 1';
      throw new ShapeError(`predict: shape: expected ${expected}, got ${formatShape(shape)}`);
    }
    const { signal, transfer = false, ...rest } = options;
    const sent = inputsToSend('predict', 'inputs', inputs, shape, transfer);
    return this.#caller.call(
      'predict',
      { ...rest, inputs: sent, shape },
      { transfer: buffersOf(sent), signal },
    );
  }

  /**
   * Trains the model, as `fit` does, on samples or a `Dataset` without maps. Calls run one after the other; each starts with a new optimizer.
   * @returns one record per epoch
   * @throws what `fit`, `Dataset` and the optimizer throw; what `onProgress`, `onValidation` or `onEpoch` throws, which ends
   * the run
   */
  async fit(
    data: TrainingData | Dataset,
    options: WorkerFitOptions,
  ): Promise<readonly EpochRecord[]> {
    checkArity('fit', arguments.length, 2);
    checkFitOptions(options);
    const { signal, transfer = false, validation, ...others } = options;
    const { onProgress, onValidation, onEpoch, ...rest } = others;
    const request = {
      ...rest,
      data: dataToSend('fit', 'data', data, transfer),
      ...(validation !== undefined && {
        validation: dataToSend('fit', 'validation', validation, transfer),
      }),
    };
    const buffers = [request.data, request.validation].flatMap((part) => buffersOf(part?.inputs));
    return this.#caller.call('fit', request, {
      transfer: [...new Set(buffers)],
      signal,
      onReport: ({ type, payload }) => {
        if (type === 'progress') return onProgress?.(payload);
        return type === 'epoch' ? onEpoch?.(payload) : onValidation?.(payload);
      },
    });
  }

  /** The model as it is now, for `loadModel` or another worker (one of another library: `stateDict`); while `fit` runs, as it is between two steps. */
  async save(options: CallOptions = {}): Promise<ModelFiles> {
    checkArity('save', arguments.length, 1);
    checkOptions('save', options, ['signal']);
    checkSignal('save', options.signal);
    return this.#caller.call('save', null, options);
  }

  /**
   * The weights as they are now, a safetensors file: `loadStateDict` puts them into a model of another library that was
   * loaded with the same options. While `fit` runs, they are as between two steps.
   */
  async stateDict(options: CallOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    checkArity('stateDict', arguments.length, 1);
    checkOptions('stateDict', options, ['signal']);
    checkSignal('stateDict', options.signal);
    return (await this.#caller.call('stateDict', null, options)).weights;
  }

  /** Ends the worker at once; pending and later calls reject with a DisposedError. Nothing keeps the process alive. */
  async terminate(): Promise<void> {
    await this.#caller.terminate();
  }
}

function buffersOf(values: unknown): Transferable[] {
  return ArrayBuffer.isView(values) ? [values.buffer as ArrayBuffer] : [];
}
