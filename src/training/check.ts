import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkMethods,
  checkNumber,
  wrongKind,
  wrongNumber,
  bytesOf,
} from '../check.js';
import type { Dataset } from '../data/dataset.js';
import type { BatchSource } from '../data/dataset-types.js';
import { describe } from '../describe.js';
import type { Model } from '../layers/module.js';
import { checkOptions } from '../options.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { checkSameShape, checkShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { crossEntropy } from '../ops/losses/cross-entropy.js';
import { HOOKS } from './callback-rounds.js';
import type { EpochMetric, Metric } from './metrics.js';
import type { Callback, EvaluateOptions, FitOptions, PredictOptions } from './types.js';

/** What an epoch record holds beside the metrics. */
const RESERVED = ['epoch', 'seconds', 'samplesPerSecond', 'loss'];

/** @throws TypeError, RangeError, ShapeError */
export function checkFit(
  model: Model,
  data: BatchSource,
  options: Omit<FitOptions, 'model'>,
): void {
  checkModel('fit', model);
  checkSource('fit', 'data', data);
  checkOptions('fit', options, [
    ...['optimizer', 'epochs', 'batchSize', 'loss', 'metrics', 'validation', 'callbacks', 'signal'],
    ...['seed', 'shuffle', 'dropLast', 'schedule', 'resume', 'setup', 'classWeights', 'accumulate'],
    ...['validateEvery', 'clipNorm', 'clipValue'],
  ]);
  const { optimizer, epochs, batchSize = 32, seed, shuffle, dropLast } = options ?? {};
  checkOptimizer(optimizer, model);
  checkInteger('fit', 'epochs', epochs, 1);
  checkMeasuring('fit', options);
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0)) {
    throw wrongNumber('fit', 'seed', 'a safe non-negative integer', seed);
  }
  const { accumulate, validateEvery, classWeights, loss } = options;
  if (accumulate !== undefined) checkInteger('fit', 'accumulate', accumulate, 1);
  if (validateEvery !== undefined) checkInteger('fit', 'validateEvery', validateEvery, 1);
  for (const name of ['clipNorm', 'clipValue'] as const) {
    if (options[name] !== undefined) checkNumber('fit', name, options[name], 0);
  }
  checkClassWeights(classWeights, loss, data);
  if (shuffle !== undefined) checkBoolean('fit', 'shuffle', shuffle);
  if (dropLast !== undefined) checkBoolean('fit', 'dropLast', dropLast);
  if (dropLast && data.length < batchSize) {
    throw new RangeError(`fit: dropLast: ${data.length} samples make no batch of ${batchSize}`);
  }
  const { schedule, resume, validation, setup } = options;
  checkOptions('fit', setup, Object.keys(setup ?? {}), 'setup');
  if (schedule !== undefined) checkFunction('fit', 'schedule', schedule);
  if (resume !== undefined) bytesOf('fit', 'resume', resume);
  if (validation !== undefined) checkValidation(validation, data);
  checkCallbacks(options.callbacks);
}

/** The options that `fit`, `evaluate` and `predict` share. */
function checkMeasuring(
  op: string,
  { batchSize, signal, loss, metrics = {} }: EvaluateOptions,
): void {
  if (batchSize !== undefined) checkInteger(op, 'batchSize', batchSize, 1);
  if (loss !== undefined) checkFunction(op, 'loss', loss);
  if (signal !== undefined) {
    checkMethods(op, 'signal', signal, 'an AbortSignal', ['throwIfAborted', 'addEventListener']);
  }
  checkOptions(op, metrics, Object.keys(metrics ?? {}), 'metrics');
  for (const [name, metric] of Object.entries(metrics)) {
    checkMetric(op, name, metric);
    if (!RESERVED.includes(name)) continue;
    throw new RangeError(
      `${op}: metrics: expected other names than ${RESERVED.join(', ')}, got ${name}`,
    );
  }
}

function checkMetric(op: string, name: string, metric: Metric): void {
  if (typeof metric === 'function') return;
  const { batch, value } = (metric ?? {}) as Partial<EpochMetric>;
  if (typeof batch === 'function' && typeof value === 'function') return;
  throw wrongKind(op, `metrics: ${name}`, 'a function', metric);
}

function checkClassWeights(
  weights: FitOptions['classWeights'],
  loss: FitOptions['loss'],
  data: BatchSource,
): void {
  if (weights === undefined) return;
  if (loss !== undefined && loss !== crossEntropy) {
    throw wrongKind('fit', 'classWeights', 'crossEntropy as the loss beside them', loss);
  }
  const classes = data.classNames?.length;
  if (weights !== 'balanced') {
    checkMethods('fit', 'classWeights', weights, '"balanced" or an array of numbers', ['map']);
    if (classes !== undefined) checkSameShape('fit', 'classWeights', [classes], [weights.length]);
    for (const weight of weights) checkNumber('fit', 'classWeights', weight, 0);
  } else if (!(data as Partial<Dataset>).labels?.length || !classes) {
    throw wrongKind('fit', 'data', 'a Dataset with labels for balanced classWeights', data);
  }
}

export function checkEvaluating(
  op: string,
  model: Model,
  data: BatchSource,
  options: PredictOptions,
  known: readonly string[],
): void {
  checkModel(op, model);
  checkSource(op, 'data', data);
  checkOptions(op, options, known);
  checkMeasuring(op, options);
}

/** @throws TypeError */
export function checkModel(op: string, model: Model): void {
  const expected = 'a Module, or an object with forward() and parameters()';
  checkMethods(op, 'model', model, expected, ['forward', 'parameters']);
}

function checkSource(op: string, argument: string, data: BatchSource): void {
  checkMethods(op, argument, data, 'a Dataset, or another source of batches', ['batchesOf']);
  checkInteger(op, `${argument}: length`, data.length, 1);
  checkShape(op, `${argument}: inputShape`, data.inputShape);
}

function checkOptimizer(optimizer: Optimizer | undefined, model: Model): void {
  checkMethods('fit', 'optimizer', optimizer, 'an Optimizer', ['step', 'zeroGrad']);
  const { params } = optimizer!;
  if (!Array.isArray(params)) return;
  const parameters = new Set(model.parameters());
  const foreign = params.findIndex((parameter: Tensor) => !parameters.has(parameter));
  if (foreign < 0) return;
  const isOther = !params.some((parameter: Tensor) => parameters.has(parameter));
  const got = isOther ? 'those of another model' : `params[${foreign}], which is not one of them`;
  throw new RangeError(`fit: optimizer: expected parameters of the model, got ${got}`);
}

/** Validation data must be of the same kind as those that the model is trained on. */
function checkValidation(validation: BatchSource, data: BatchSource): void {
  checkSource('fit', 'validation', validation);
  checkSameShape('fit', 'validation: inputShape', data.inputShape, validation.inputShape);
  if (data.targetShape && validation.targetShape) {
    checkSameShape('fit', 'validation: targetShape', data.targetShape, validation.targetShape);
  }
  const [expected, got] = [data.classNames, validation.classNames];
  if (!expected || !got) return;
  for (let i = 0; i < Math.max(expected.length, got.length); i++) {
    if (expected[i] === got[i]) continue;
    const [ours, theirs] = [expected[i], got[i]].map((name) => describe(name ?? null));
    throw new RangeError(
      `fit: validation: classNames[${i}]: expected ${ours}, as in the training data, got ${theirs}`,
    );
  }
}

function checkCallbacks(callbacks: FitOptions['callbacks'] = []): void {
  checkMethods('fit', 'callbacks', callbacks, 'an array', ['filter']);
  callbacks.forEach((callback, i) => {
    const argument = `callbacks[${i}]`;
    if (typeof callback !== 'object') throw wrongKind('fit', argument, 'an object', callback);
    const hooks = Object.keys(callback).filter((name) => /^on[A-Z]/.test(name));
    checkOptions('fit', Object.fromEntries(hooks.map((name) => [name, 0])), HOOKS, argument);
    for (const name of hooks) {
      const hook: unknown = callback[name as keyof Callback];
      if (hook !== undefined) checkFunction('fit', `${argument}: ${name}`, hook);
    }
  });
}
