import { Dataset } from '../data/dataset.js';
import { FormatError } from '../errors.js';
import { manualSeed } from '../generator.js';
import { layerFromConfig, loadModel } from '../formats/every-layer.js';
import { type ModelDetails, type ModelFiles, saveModel } from '../formats/model.js';
import { saveStateDict } from '../formats/state-dict.js';
import type { LayerClass, LayerConfig, Module } from '../layers/module.js';
import { Adadelta } from '../optimizers/adadelta.js';
import { Adagrad } from '../optimizers/adagrad.js';
import { Adam, AdamW } from '../optimizers/adam.js';
import { Adamax } from '../optimizers/adamax.js';
import { Lion } from '../optimizers/lion.js';
import { NAdam } from '../optimizers/nadam.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { RAdam } from '../optimizers/radam.js';
import { RMSprop } from '../optimizers/rmsprop.js';
import { SGD } from '../optimizers/sgd.js';
import { init } from '../init.js';
import { capabilities } from '../runtime/runtime.js';
import {
  constantSchedule,
  cosineSchedule,
  exponentialSchedule,
  multiStepSchedule,
  oneCycleSchedule,
  polynomialSchedule,
  type Schedule,
  stepSchedule,
  warmRestartsSchedule,
  warmupSchedule,
} from '../schedules.js';
import { scope, type Tensor } from '../tensor.js';
import { progress } from '../training/callbacks.js';
import { fit } from '../training/fit.js';
import { keepBest } from '../training/keep-best.js';
import type { FitOptions } from '../training/types.js';
import { nextTask } from '../training/next-task.js';
import { inputsOf } from '../training/batch.js';
import {
  type ImportedFile,
  importedFormat,
  type Importers,
  loadImported,
} from './imported-file.js';
import { lossNamed, metricsNamed, type OwnMeasures } from './measures.js';
import {
  type CallName,
  type Calls,
  type OptimizerConfig,
  type Prediction,
  type Request,
  type Response,
  type ScheduleConfig,
  type SentData,
  toPlainError,
} from './messages.js';

/** Sends a response, moving these buffers. */
export type Post = (response: Response, transfer: Transferable[]) => void;

type Payload<Name extends CallName> = Calls[Name]['request'];
type Result<Name extends CallName> = Calls[Name]['result'];

/** One call while it runs: how it learns that it was aborted, and where its reports go. */
interface Call {
  readonly id: number;
  readonly signal: AbortSignal;
}

/**
 * The worker's side: holds one model and answers the calls for it. Calls that train run one after the other; `predict`
 * and `save` are answered between two steps of one that trains.
 */
export class ModelServer {
  readonly #post: Post;
  readonly #layers: readonly LayerClass[];
  readonly #own: OwnMeasures;
  readonly #importers: Importers;
  readonly #running = new Map<number, AbortController>();
  #model!: Module;
  #details: ModelDetails = {};
  #training: Promise<unknown> = Promise.resolve();

  /**
   * @param layers classes of the user's own that models may hold
   * @param own losses and metrics of the user's own
   * @param importers what reads models of other libraries
   */
  constructor(
    post: Post,
    layers: readonly LayerClass[] = [],
    own: OwnMeasures = {},
    importers: Importers = {},
  ) {
    this.#post = post;
    this.#layers = layers;
    this.#own = own;
    this.#importers = importers;
  }

  /** Takes one message; the answer is posted. */
  async receive(request: Request): Promise<void> {
    const { id } = request;
    if (request.type === 'abort') {
      this.#running.get(id)?.abort();
      return;
    }
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      const payload = await this.#answer(request, { id, signal: controller.signal });
      this.#post({ id, type: 'result', payload }, buffersOf(payload));
    } catch (error) {
      this.#post({ id, type: 'error', payload: toPlainError(error) }, []);
    } finally {
      this.#running.delete(id);
    }
  }

  #answer(request: Exclude<Request, { type: 'abort' }>, call: Call): Promise<Result<CallName>> {
    switch (request.type) {
      case 'load':
        return this.#load(request.payload);
      case 'predict':
        return this.#predict(request.payload, call);
      case 'fit':
        return this.#fit(request.payload, call);
      case 'save':
        return Promise.resolve(saveModel(this.#model, this.#details));
      case 'stateDict':
        return Promise.resolve({ weights: saveStateDict(this.#model) });
    }
  }

  async #load({
    init: { source, ...options },
    seed,
    model,
  }: Payload<'load'>): Promise<Result<'load'>> {
    await init({
      ...options,
      ...(source !== undefined && {
        source: typeof source === 'string' ? new URL(source) : source,
      }),
    });
    if (seed !== undefined) manualSeed(seed);
    const layers = this.#layers;
    const format = importedFormat(model);
    if (isModelFiles(model)) {
      ({ model: this.#model, details: this.#details } = loadModel(model, { layers }));
    } else if (format) {
      this.#model = await loadImported(model as ImportedFile, format, this.#importers);
    } else {
      this.#model = layerOf(model as LayerConfig, layers);
    }
    return { details: this.#details, capabilities: capabilities() };
  }

  async #predict(
    { inputs, shape, normalise, batchSize = 256 }: Payload<'predict'>,
    { signal }: Call,
  ): Promise<Result<'predict'>> {
    const [count = 0, ...inputShape] = shape;
    const labels = new Uint8Array(count);
    const data = dataset({
      inputs,
      inputShape,
      labels,
      classNames: ['unlabelled'],
      ...(normalise && { normalise }),
    });
    const parts: Float32Array[] = [];
    let outputShape: readonly number[] = [];
    for (const batch of data.batches(batchSize)) {
      if (parts.length > 0) await nextTask();
      signal.throwIfAborted();
      scope(() => {
        const output = this.#model.predict(inputsOf(batch));
        parts.push(output.data() as Float32Array);
        outputShape = [count, ...output.shape.slice(1)];
      });
    }
    return { data: concatenated(parts), shape: outputShape };
  }

  #fit(payload: Payload<'fit'>, call: Call): Promise<Result<'fit'>> {
    const run = this.#training.then(() => {
      call.signal.throwIfAborted();
      return this.#train(payload, call);
    });
    this.#training = run.catch(() => undefined);
    return run;
  }

  async #train(
    { data, validation, optimizer: config, schedule, progressIntervalMs, ...told }: Payload<'fit'>,
    { id, signal }: Call,
  ): Promise<Result<'fit'>> {
    const { loss, metrics, keepBest: best, ...rest } = told;
    const measures = {
      ...(loss !== undefined && { loss: lossNamed(loss, this.#own) }),
      ...(metrics && { metrics: metricsNamed(metrics, this.#own) }),
    };
    const keeping = best === undefined ? [] : [keepBest(best)];
    const optimizer = makeOptimizer(config, this.#model.parameters());
    const report = progress(
      (payload) => this.#post({ id, type: 'progress', payload }, []),
      progressIntervalMs === undefined ? {} : { intervalMs: progressIntervalMs },
    );
    const options: Omit<FitOptions, 'model'> = {
      ...rest,
      ...measures,
      optimizer,
      signal,
      ...(validation && { validation: dataset(validation) }),
      ...(schedule && { schedule: makeSchedule(schedule) }),
      callbacks: [
        report,
        ...keeping,
        {
          onValidation: ({ stepsDone }, measures) =>
            this.#post({ id, type: 'validation', payload: { stepsDone, measures } }, []),
          onEpochEnd: (_run, payload) => this.#post({ id, type: 'epoch', payload }, []),
        },
      ],
    };
    try {
      return await fit(this.#model, dataset(data), options);
    } finally {
      optimizer.zeroGrad();
      optimizer.dispose();
    }
  }
}

function isModelFiles(model: object): model is ModelFiles {
  return 'weights' in model;
}

/** @throws FormatError that names what the user called, not `layerFromConfig` */
function layerOf(architecture: LayerConfig, layers: readonly LayerClass[]): Module {
  try {
    return layerFromConfig(architecture, { layers });
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    const message = cause.message.replace(/^layerFromConfig: config/, 'createModelWorker: model');
    throw new FormatError(message, { cause });
  }
}

function dataset({ normalise, ...source }: SentData): Dataset {
  const data = new Dataset(source);
  return normalise ? data.normalise(normalise) : data;
}

const OPTIMIZERS = { SGD, Adam, AdamW, Adadelta, Adagrad, Adamax, NAdam, RAdam, RMSprop, Lion };

/** @throws what the optimizer throws for its options */
function makeOptimizer({ name, ...options }: OptimizerConfig, parameters: Tensor[]): Optimizer {
  const Kind = OPTIMIZERS[name] as new (params: Tensor[], options: object) => Optimizer;
  return new Kind(parameters, options);
}

const SCHEDULES = {
  constant: (lr: number) => constantSchedule(lr),
  step: stepSchedule,
  multiStep: multiStepSchedule,
  exponential: exponentialSchedule,
  polynomial: polynomialSchedule,
  cosine: cosineSchedule,
  warmRestarts: warmRestartsSchedule,
  oneCycle: oneCycleSchedule,
};

/** @throws what the schedule throws for its options */
function makeSchedule({ name, lr, warmupSteps = 0, ...options }: ScheduleConfig): Schedule {
  if (name === 'cosine') return cosineSchedule(lr, { ...options, warmupSteps });
  const schedule = (SCHEDULES[name] as (lr: number, options: object) => Schedule)(lr, options);
  return warmupSteps === 0 ? schedule : warmupSchedule(schedule, { warmupSteps });
}

function concatenated(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** The buffers of a result that are moved, not copied. */
function buffersOf(result: Result<CallName>): Transferable[] {
  if ('weights' in result) return [(result as ModelFiles).weights.buffer];
  if ('shape' in result) return [(result as Prediction).data.buffer as ArrayBuffer];
  return [];
}
