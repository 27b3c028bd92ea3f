import { checkInteger, wrongKind } from '../check.js';
import { describe, isDetached, isNumberArray, shorten, typedArrayName } from '../describe.js';
import { ShapeError } from '../errors.js';
import { checkOptions } from '../options.js';
import { formatShape, sizeOf } from '../shape.js';
import { message, type NumberArray } from './dataset-errors.js';
import { checkSampleShape, labelTargets, otherTargets, type Targets } from './dataset-targets.js';

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
  readonly labels?: ArrayLike<Label> | undefined;
  /**
   * In place of labels what else a network is to learn, all samples one after the other: numbers as they are (bytes too),
   * or, where there are `classNames`, class indices, of every pixel say, in which −100 counts for nothing. `'inputs'`: the
   * inputs themselves, before any `map`.
   */
  readonly targets?: NumberArray | 'inputs' | undefined;
  /** The shape of one sample's targets: [3], [28, 28]. Unless told: [the number of them]. */
  readonly targetShape?: readonly number[] | undefined;
  /** The name of each class; no two are the same. Needed beside labels. */
  readonly classNames?: readonly string[] | undefined;
}

/** A source as a data set keeps it: everything but bytes and float32 copied. */
export class CheckedSource {
  readonly inputs: Uint8Array | Float32Array;
  readonly inputShape: readonly number[];
  readonly targets: Targets;
  readonly classNames: readonly string[];
  /** How many samples there are. */
  readonly samples: number;

  /** Throws what `Dataset` promises to throw. */
  constructor(source: DatasetSource<NumberArray, number | bigint>) {
    const known = ['inputs', 'inputShape', 'labels', 'targets', 'targetShape', 'classNames'];
    checkGiven('Dataset', 'source', source, known);
    const { inputs, inputShape, labels, targets, classNames } = source;
    if (!isNumberArray(inputs) || isDetached(inputs.buffer)) {
      throw wrongKind('Dataset', 'inputs', 'a typed array of numbers', inputs);
    }
    checkSampleShape('inputShape', inputShape);
    const isLabelled = targets === undefined;
    if (isLabelled || classNames !== undefined) checkClassNames('Dataset', classNames!);
    const sampleSize = sizeOf(inputShape);
    const labelled = isLabelled ? labelTargets(source, classNames!.length) : undefined;
    this.samples = labels?.length ?? Math.max(1, Math.floor(inputs.length / sampleSize));
    if (inputs.length !== this.samples * sampleSize) {
      const shape = shorten(formatShape([this.samples, ...inputShape]));
      const factors = `${isLabelled ? 'labels' : 'samples'} × inputShape: ${shape}`;
      const values = `${this.samples * sampleSize} values (${factors})`;
      throw new ShapeError(message('inputs', values, inputs.length));
    }
    this.targets = labelled ?? otherTargets(source, this.samples);
    this.inputs = storedInputs(inputs);
    this.inputShape = Object.freeze([...inputShape]);
    this.classNames = Object.freeze([...(classNames ?? [])]);
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

/** Bytes and float32 in the same memory, as arrays of this realm; others as float32. */
function storedInputs(inputs: NumberArray): Uint8Array | Float32Array {
  const { buffer, byteOffset, length } = inputs;
  const name = typedArrayName(inputs)!;
  if (/^Uint8/.test(name)) return new Uint8Array(buffer, byteOffset, length);
  return name === 'Float32Array'
    ? new Float32Array(buffer, byteOffset, length)
    : Float32Array.from(inputs);
}

/** Throws unless it is a number of samples. */
export function checkBatchSize(method: string, batchSize: number): void {
  checkInteger(`Dataset: ${method}`, 'batchSize', batchSize, 1);
}
