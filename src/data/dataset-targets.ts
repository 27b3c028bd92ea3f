import { wrongKind } from '../check.js';
import { describe, isDetached, isNumberArray, shorten, typedArrayName } from '../describe.js';
import { ShapeError } from '../errors.js';
import { formatShape, sizeOf } from '../shape.js';
import { checkNumbers, fail, message, type NumberArray } from './dataset-errors.js';

/** What a network is to learn of each sample. */
export interface Targets {
  /** Of all samples, one after the other: class indices in int32, other numbers in float32; undefined: the inputs. */
  readonly values: Int32Array | Float32Array | undefined;
  /** The shape of one sample's: [] for a class. */
  readonly shape: readonly number[];
}

/** The label that counts for nothing: the default `ignoreIndex` of `crossEntropy`. */
const IGNORED = -100;

/** What a source says of its targets. */
interface TargetsSource {
  readonly labels?: ArrayLike<number | bigint> | undefined;
  readonly targets?: NumberArray | 'inputs' | undefined;
  readonly targetShape?: readonly number[] | undefined;
  readonly inputShape: readonly number[];
  readonly classNames?: readonly string[] | undefined;
}

/** One class index per sample. @throws TypeError, RangeError */
export function labelTargets({ labels, targetShape }: TargetsSource, classes: number): Targets {
  if (typedArrayName(labels) === undefined) checkNumbers('Dataset', 'labels', labels);
  if (labels!.length === 0) throw new RangeError(message('labels', 'at least one sample', 'none'));
  if (targetShape !== undefined) {
    throw wrongKind('Dataset', 'targetShape', 'targets beside it', labels);
  }
  return { values: classIndices('labels', labels!, classes), shape: [] };
}

/**
 * Targets of any shape.
 * @param samples how many there are
 * @throws TypeError, ShapeError, RangeError
 */
export function otherTargets(
  { labels, targets, targetShape, inputShape, classNames }: TargetsSource,
  samples: number,
): Targets {
  if (labels !== undefined) throw wrongKind('Dataset', 'labels', 'none beside targets', labels);
  if (targets === 'inputs' && targetShape === undefined) {
    return { values: undefined, shape: inputShape };
  }
  if (!isNumberArray(targets) || isDetached(targets.buffer)) {
    throw wrongKind('Dataset', 'targets', '"inputs" or a typed array of numbers', targets);
  }
  const shape = targetShape ?? [targets.length / samples];
  checkSampleShape('targetShape', shape);
  if (targets.length !== samples * sizeOf(shape)) {
    const whole = shorten(formatShape([samples, ...shape]));
    const values = `${samples * sizeOf(shape)} values (samples × targetShape: ${whole})`;
    throw new ShapeError(message('targets', values, targets.length));
  }
  const values = classNames
    ? classIndices('targets', targets, classNames.length, IGNORED)
    : Float32Array.from(targets);
  return { values, shape: Object.freeze([...shape]) };
}

/** Sizes of one sample. @throws TypeError, ShapeError */
export function checkSampleShape(argument: string, shape: readonly number[]): void {
  if (!Array.isArray(shape)) throw wrongKind('Dataset', argument, 'an array', shape);
  const isShape = shape.length > 0 && shape.every((size) => Number.isInteger(size) && size > 0);
  if (isShape && Number.isSafeInteger(sizeOf(shape))) return;
  throw new ShapeError(message(argument, 'positive integers', shorten(formatShape(shape))));
}

function classIndices(
  argument: string,
  values: ArrayLike<number | bigint>,
  classes: number,
  ignored?: number,
): Int32Array {
  return Int32Array.from(values, (each, i) => {
    const label = typeof each === 'bigint' ? Number(each) : each;
    if (label === ignored) return label;
    if (Number.isInteger(label) && label >= 0 && label < classes) return label;
    return fail(argument, `integers in [0, ${classes})`, `${describe(each)} at index ${i}`);
  });
}
