import {
  bytesOf,
  checkBoolean,
  checkFunction,
  checkInteger,
  checkMethods,
  checkNumber,
  wrongKind,
  wrongNumber,
} from '../check.js';
import { describe, isBuffer, tagOf } from '../describe.js';
import type { ModelFiles } from '../formats/model.js';
import type { LayerConfig } from '../layers/module.js';
import { checkOptions } from '../options.js';
import { type ImportedFile, importedFormat, importedToSend } from './imported-file.js';
import type { MetricConfig, OptimizerConfig, ScheduleConfig, WorkerInit } from './messages.js';
import type { ModelWorkerOptions, WorkerFitOptions, WorkerPredictOptions } from './options.js';

// What can be known of a call before anything of it is sent. What optimizers, schedules and `Dataset` say of their values
// is theirs, and comes back from the worker.

const WORKER_OPTIONS = [
  'script',
  'source',
  'variant',
  'precision',
  'threads',
  'maxMemoryBytes',
  'debug',
  'seed',
  'signal',
] as const satisfies readonly (keyof ModelWorkerOptions)[];

const PREDICT_OPTIONS = [
  'normalise',
  'batchSize',
  'signal',
  'transfer',
] as const satisfies readonly (keyof WorkerPredictOptions)[];

const FIT_OPTIONS = [
  'optimizer',
  'epochs',
  'batchSize',
  'seed',
  'shuffle',
  'dropLast',
  'schedule',
  'validation',
  ...(['loss', 'metrics', 'classWeights', 'accumulate', 'clipNorm', 'clipValue'] as const),
  ...(['validateEvery', 'keepBest', 'progressIntervalMs'] as const),
  'onProgress',
  'onValidation',
  'onEpoch',
  'signal',
  'transfer',
] as const satisfies readonly (keyof WorkerFitOptions)[];

const BETAS = ['betas', 'eps'];
const ADAM = ['betas', 'eps', 'amsgrad'];

/** The options of each beside those that all have: with the classes at hand a page would have to load them. */
const OPTIMIZERS: Readonly<Record<OptimizerConfig['name'], readonly string[]>> = {
  SGD: ['momentum', 'dampening', 'nesterov'],
  Adam: ADAM,
  AdamW: ADAM,
  Adadelta: ['rho', 'eps'],
  Adagrad: ['lrDecay', 'initialAccumulatorValue', 'eps'],
  Adamax: BETAS,
  NAdam: ['betas', 'eps', 'momentumDecay'],
  RAdam: BETAS,
  RMSprop: ['alpha', 'eps', 'momentum', 'centered'],
  Lion: ['betas'],
};

const SCHEDULES: Readonly<Record<ScheduleConfig['name'], readonly string[]>> = {
  constant: [],
  step: ['stepSize', 'gamma'],
  multiStep: ['milestones', 'gamma'],
  exponential: ['gamma'],
  polynomial: ['power', 'final'],
  cosine: ['final'],
  warmRestarts: ['period', 'periodFactor', 'final'],
  oneCycle: ['pctStart', 'annealStrategy', 'divFactor', 'finalDivFactor'],
};

/** @throws TypeError, RangeError */
export function checkWorkerOptions(op: string, options: ModelWorkerOptions): void {
  checkOptions(op, options, WORKER_OPTIONS);
  checkSignal(op, options.signal);
  checkSeed(op, options.seed);
}

/** @throws TypeError, RangeError */
export function checkPredictOptions(options: WorkerPredictOptions): void {
  checkOptions('predict', options, PREDICT_OPTIONS);
  checkSignal('predict', options.signal);
  optionally(options.transfer, (value) => checkBoolean('predict', 'transfer', value));
  optionally(options.batchSize, (value) => checkInteger('predict', 'batchSize', value, 1));
}

/** @throws TypeError, RangeError */
export function checkFitOptions(options: WorkerFitOptions): void {
  if (options === undefined) {
    throw wrongKind('fit', 'options', 'an object with optimizer and epochs', options);
  }
  checkOptions('fit', options, FIT_OPTIONS);
  checkSignal('fit', options.signal);
  checkNamed('optimizer', options.optimizer, OPTIMIZERS, ['weightDecay', 'maximize']);
  optionally(options.schedule, (value) =>
    checkNamed('schedule', value, SCHEDULES, ['warmupSteps']),
  );
  optionally(options.loss, (value) => {
    if (typeof value !== 'string') throw wrongKind('fit', 'loss', 'a name', value);
  });
  checkMetrics(options.metrics);
  checkInteger('fit', 'epochs', options.epochs, 1);
  optionally(options.batchSize, (value) => checkInteger('fit', 'batchSize', value, 1));
  checkSeed('fit', options.seed);
  for (const name of ['shuffle', 'dropLast', 'transfer'] as const) {
    optionally(options[name], (value) => checkBoolean('fit', name, value));
  }
  for (const name of ['onProgress', 'onValidation', 'onEpoch'] as const) {
    optionally(options[name], (value) => checkFunction('fit', name, value));
  }
  optionally(options.progressIntervalMs, (value) =>
    checkNumber('fit', 'progressIntervalMs', value, 0),
  );
}

/** What each is called, and a name. @throws TypeError */
function checkMetrics(metrics: WorkerFitOptions['metrics']): void {
  checkOptions('fit', metrics, Object.keys(metrics ?? {}), 'metrics');
  for (const [key, config] of Object.entries(metrics ?? {})) {
    const argument = `metrics: ${key}`;
    if (typeof (config as Partial<MetricConfig> | null)?.name !== 'string') {
      throw wrongKind('fit', argument, 'an object with a name', config);
    }
    checkOptions('fit', config, ['name', 'classes', 'k', 'average', 'threshold'], argument);
  }
}

/** @throws TypeError for what is neither undefined nor an AbortSignal */
export function checkSignal(op: string, signal: unknown): void {
  optionally(signal, (value) =>
    checkMethods(op, 'signal', value, 'an AbortSignal', ['addEventListener', 'throwIfAborted']),
  );
}

/** A model as it is sent, with weights in memory of their own, and the buffers to move. @throws TypeError */
export function modelToSend(
  op: string,
  model: ModelFiles | LayerConfig | ImportedFile,
): { sent: ModelFiles | LayerConfig | ImportedFile; transfer: ArrayBuffer[] } {
  if (typeof model === 'object' && model !== null) {
    const { json, weights, type } = model as Partial<ModelFiles & LayerConfig>;
    if (typeof json === 'string') {
      const own = bytesOf(op, 'model.weights', weights).slice();
      return { sent: { json, weights: own }, transfer: [own.buffer] };
    }
    if (typeof type === 'string') return { sent: model, transfer: [] };
    const format = importedFormat(model);
    if (format) return importedToSend(op, model as ImportedFile, format);
  }
  const expected =
    "what saveModel gave, an architecture (a model's config()), or a file: { onnx }, { tfjs } or { tflite }";
  throw wrongKind(op, 'model', expected, model);
}

/** Where the kernels are, as it is sent. @throws TypeError */
export function sourceToSend(
  op: string,
  source: NonNullable<ModelWorkerOptions['source']>,
): NonNullable<WorkerInit['source']> {
  if (isUrl(source)) return source.href;
  if (ArrayBuffer.isView(source) || isBuffer(source)) return bytesOf(op, 'source', source).slice();
  if (tagOf(source) === 'WebAssembly.Module') return source;
  throw wrongKind(op, 'source', 'a WebAssembly.Module, its bytes or a URL', source);
}

/** Whether it is a URL, of any realm. */
export function isUrl(value: unknown): value is URL {
  return tagOf(value) === 'URL';
}

/** @throws TypeError, RangeError for what is neither undefined nor a seed */
export function checkSeed(op: string, seed: unknown): void {
  optionally(seed, (value) => {
    if (!Number.isSafeInteger(value) || (value as number) < 0) {
      throw wrongNumber(op, 'seed', 'a safe non-negative integer', value);
    }
  });
}

/** An object with one of these names, and options that go with it. */
function checkNamed(
  argument: string,
  config: { readonly name: string },
  kinds: Readonly<Record<string, readonly string[]>>,
  shared: readonly string[],
): void {
  const names = Object.keys(kinds).join(', ');
  const { name } = (config ?? {}) as { name?: unknown };
  if (typeof name !== 'string') {
    throw wrongKind('fit', argument, `an object with a name out of ${names}`, config);
  }
  if (!Object.hasOwn(kinds, name)) {
    throw new RangeError(
      `fit: ${argument}: expected a name out of ${names}, got ${describe(name)}`,
    );
  }
  checkOptions('fit', config, ['name', 'lr', ...kinds[name]!, ...shared], argument);
}

/** Checks a value that may be left out. */
function optionally<Value>(value: Value | undefined, check: (value: Value) => void): void {
  if (value !== undefined) check(value);
}
