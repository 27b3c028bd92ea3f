import { checkMethods, wrongKind } from '../check.js';
import type { Dataset } from '../data/dataset.js';
import { isDetached, isNumberArray, tagOf, typedArrayName } from '../describe.js';
import { ShapeError } from '../errors.js';
import { checkOptions } from '../options.js';
import { checkShape, formatShape, type Shape, sizeOf } from '../shape.js';
import type { Inputs, SentData, TrainingData } from './messages.js';

/** Of which kinds the worker takes inputs; all others are converted. */
type SentInputs = Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

const DATA = [
  ...(['inputs', 'inputShape', 'labels', 'classNames', 'targets', 'targetShape'] as const),
  'normalise',
] as const;
const STATISTICS = ['mean', 'std'] as const;

/**
 * The inputs as they are sent: in memory of their own, or, to be moved, as they are, where they are float32 or bytes and
 * not in shared memory.
 * @param shape of all samples
 * @throws TypeError, ShapeError
 */
export function inputsToSend(
  op: string,
  argument: string,
  inputs: Inputs,
  shape: Shape,
  transfer: boolean,
): SentInputs {
  if (!isNumberArray(inputs) || isDetached(inputs.buffer)) {
    const expected = isNumberArray(inputs) ? 'values' : 'a typed array of numbers';
    throw wrongKind(op, argument, expected, inputs);
  }
  if (inputs.length !== sizeOf(shape)) {
    throw new ShapeError(
      `${op}: ${argument}: expected ${sizeOf(shape)} values (${formatShape(shape)}), got ${inputs.length}`,
    );
  }
  const name = typedArrayName(inputs)!;
  const isBytes = name === 'Uint8Array' || name === 'Uint8ClampedArray';
  const isMoved =
    transfer && tagOf(inputs.buffer) === 'ArrayBuffer' && (isBytes || name === 'Float32Array');
  const Kind = isBytes ? Uint8Array : Float32Array;
  return isMoved
    ? new Kind(inputs.buffer as ArrayBuffer, inputs.byteOffset, inputs.length)
    : new Kind(inputs);
}

/**
 * Samples with what is to be learnt of them, as they are sent.
 * @throws TypeError, ShapeError
 */
export function dataToSend(
  op: string,
  argument: string,
  data: TrainingData | Dataset,
  transfer: boolean,
): SentData {
  if (typeof data !== 'object' || data === null || !('inputs' in data || 'augmented' in data)) {
    throw wrongKind(
      op,
      argument,
      `a Dataset, or an object with ${DATA.slice(0, 4).join(', ')}`,
      data,
    );
  }
  if ('augmented' in data) return sourceOf(op, argument, data);
  checkOptions(op, data, DATA, argument);
  const { inputs, inputShape, labels, targets, classNames, normalise } = data;
  checkShape(op, `${argument}.inputShape`, inputShape);
  if (targets === undefined ? !isList(labels) : targets !== 'inputs' && !isList(targets)) {
    const [name, got] = targets === undefined ? ['labels', labels] : ['targets', targets];
    throw wrongKind(op, `${argument}.${name}`, 'one class index for each sample, or targets', got);
  }
  if (!Array.isArray(classNames) && (targets === undefined || classNames !== undefined)) {
    throw wrongKind(op, `${argument}.classNames`, 'an array of names', classNames);
  }
  checkStatistics(op, `${argument}.normalise`, normalise);
  const samples = labels?.length ?? Math.floor(inputs.length / sizeOf(inputShape));
  return {
    ...data,
    inputs: inputsToSend(op, `${argument}.inputs`, inputs, [samples, ...inputShape], transfer),
    ...(isNumberArray(labels) && { labels: new Float64Array(labels) }),
    ...(isNumberArray(targets) && { targets: new Float64Array(targets) }),
  };
}

/** What a data set shows, without its maps, which are functions. @throws TypeError */
function sourceOf(op: string, argument: string, data: Dataset): SentData {
  checkMethods(op, argument, data, 'a Dataset', ['toSource']);
  if (!data.augmented) return data.toSource();
  const expected =
    'a Dataset without maps, which cannot be sent: serveBatches prepares their batches';
  throw wrongKind(op, argument, expected, data);
}

/** @throws TypeError for what is neither undefined nor a mean and a standard deviation */
export function checkStatistics(op: string, argument: string, statistics: unknown): void {
  if (statistics === undefined) return;
  checkOptions(op, statistics as object, STATISTICS, argument);
  for (const name of STATISTICS) {
    const value = (statistics as Record<string, unknown>)[name];
    if (typeof value !== 'number' && !isList(value)) {
      throw wrongKind(op, `${argument}.${name}`, 'a number, or one for each channel', value);
    }
  }
}

/** Whether it has a length, and was not moved away. */
function isList(values: unknown): boolean {
  if (ArrayBuffer.isView(values)) return isNumberArray(values) && !isDetached(values.buffer);
  const { length } = (values ?? {}) as { length?: unknown };
  return typeof values === 'object' && Number.isInteger(length);
}
