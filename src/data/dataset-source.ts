import { checkInteger, wrongKind } from '../check.js';
import { describe, isDetached, isNumberArray, shorten, typedArrayName } from '../describe.js';
import { ShapeError } from '../errors.js';
import { checkOptions } from '../options.js';
import { formatShape, sizeOf } from '../shape.js';

/** A typed array of numbers, of any kind and realm. */
export type NumberArray = ArrayLike<number> & ArrayBufferView;

/** What a `Dataset` is made of. */
export interface DatasetSource<
  Inputs extends NumberArray = Uint8Array | Float32Array,
  Label extends number | bigint = number,
> {
  /**
   * All samples one after the other. Bytes (a Uint8ClampedArray too) count as value / 255; they and float32 are kept,
   * other typed arrays copied to float32. NaN and infinity are taken; where there are any, `statistics()` holds NaN.
   */
  readonly inputs: Inputs;
  /** The shape of one sample, channels last: [28, 28, 1], [128, 1]. */
  readonly inputShape: readonly number[];
  /** One class index per sample, in an array or a typed array of any kind. */
  readonly labels: ArrayLike<Label>;
  /** The name of each class; no two are the same. */
  readonly classNames: readonly string[];
}

/** A source as a data set keeps it: everything but bytes and float32 copied. */
export class CheckedSource implements DatasetSource {
  readonly inputs: Uint8Array | Float32Array;
  readonly inputShape: readonly number[];
  readonly labels: Int32Array;
  readonly classNames: readonly string[];

  /** Throws what `Dataset` promises to throw. */
  constructor(source: DatasetSource<NumberArray, number | bigint>) {
    const known = ['inputs', 'inputShape', 'labels', 'classNames'];
    checkGiven('Dataset', 'source', source, known);
    const { inputs, inputShape, classNames } = source;
    if (!isNumberArray(inputs) || isDetached(inputs.buffer)) {
      throw wrongKind('Dataset', 'inputs', 'a typed array of numbers', inputs);
    }
    checkInputShape(inputShape);
    checkClassNames('Dataset', classNames);
    this.labels = checkedLabels(source.labels, classNames.length);
    const expected = this.labels.length * sizeOf(inputShape);
    if (inputs.length !== expected) {
      const shape = shorten(formatShape([this.labels.length, ...inputShape]));
      const values = `${expected} values (labels × inputShape: ${shape})`;
      throw new ShapeError(message('inputs', values, inputs.length));
    }
    this.inputs = storedInputs(inputs);
    this.inputShape = Object.freeze([...inputShape]);
    this.classNames = Object.freeze([...classNames]);
  }
}

/** An object of no other names than these. @throws TypeError */
export function checkGiven(
  op: string,
  argument: string,
  value: object,
  known: readonly string[],
): void {
  if (value === undefined) throw wrongKind(op, argument, `{ ${known.join(', ')} }`, value);
  checkOptions(op, value, known, argument);
}

/** Names of classes: strings, each another. @throws TypeError, RangeError */
export function checkClassNames(op: string, names: readonly string[]): void {
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw wrongKind(op, 'classNames', 'an array of strings', names);
  }
  const twice = new Set(names).size < names.length;
  const name = twice && names.find((each, i) => names.indexOf(each) !== i);
  if (twice) {
    throw new RangeError(`${op}: classNames: expected each name once, got ${describe(name)} twice`);
  }
}

/** An array or a typed array of numbers. @throws TypeError */
export function checkNumbers(
  op: string,
  argument: string,
  value: unknown,
): asserts value is ArrayLike<number> {
  if (!Array.isArray(value) && !isNumberArray(value)) {
    throw wrongKind(op, argument, 'an array or a typed array of integers', value);
  }
}

function checkInputShape(shape: readonly number[]): void {
  if (!Array.isArray(shape)) throw wrongKind('Dataset', 'inputShape', 'an array', shape);
  const isShape = shape.length > 0 && shape.every((size) => Number.isInteger(size) && size > 0);
  if (!isShape || !Number.isSafeInteger(sizeOf(shape))) {
    throw new ShapeError(message('inputShape', 'positive integers', shorten(formatShape(shape))));
  }
}

function checkedLabels(labels: ArrayLike<number | bigint>, classes: number): Int32Array {
  if (typedArrayName(labels) === undefined) checkNumbers('Dataset', 'labels', labels);
  if (labels.length === 0) throw new RangeError(message('labels', 'at least one sample', 'none'));
  return Int32Array.from(labels, (each, i) => {
    const label = typeof each === 'bigint' ? Number(each) : each;
    if (Number.isInteger(label) && label >= 0 && label < classes) return label;
    return fail('labels', `integers in [0, ${classes})`, `${describe(each)} at index ${i}`);
  });
}

/** Bytes and float32 in the same memory, as arrays of this realm; others as float32. */
function storedInputs(inputs: NumberArray): Uint8Array | Float32Array {
  const { buffer, byteOffset, length } = inputs;
  const name = typedArrayName(inputs)!;
  if (/^Uint8/.test(name)) return new Uint8Array(buffer, byteOffset, length);
  return name === 'Float32Array'
    ? new Float32Array(buffer, byteOffset, length)
    : Float32Array.from(inputs);
}

/** The text of an error of `Dataset`. */
export function message(argument: string, expected: string, got: unknown): string {
  return `Dataset: ${argument}: expected ${expected}, got ${String(got)}`;
}

/** Throws the RangeError for a bad value. */
export function fail(argument: string, expected: string, got: unknown): never {
  throw new RangeError(message(argument, expected, got));
}

/** Throws unless it is a number of samples. */
export function checkBatchSize(method: string, batchSize: number): void {
  checkInteger(`Dataset: ${method}`, 'batchSize', batchSize, 1);
}
