import { ShapeError } from '../errors.js';

/** What a `Dataset` is made of. */
export interface DatasetSource {
  /** All samples one after the other; kept, not copied. Bytes count as value / 255. */
  readonly inputs: Uint8Array | Float32Array;
  /** The shape of one sample, channels last: [28, 28, 1], [128, 1]. */
  readonly inputShape: readonly number[];
  /** One class index per sample. */
  readonly labels: ArrayLike<number>;
  /** The name of each class. */
  readonly classNames: readonly string[];
}

/** The source with everything but the inputs copied; throws what `Dataset` promises to throw. */
export function checkedSource(source: DatasetSource): DatasetSource {
  checkInputs(source);
  checkLabels(source);
  return {
    inputs: source.inputs,
    inputShape: Object.freeze([...source.inputShape]),
    labels: Int32Array.from(source.labels),
    classNames: Object.freeze([...source.classNames]),
  };
}

function checkInputs({ inputs, inputShape, labels }: DatasetSource): void {
  if (!(inputs instanceof Uint8Array || inputs instanceof Float32Array)) {
    throw new TypeError(message('inputs', 'a Uint8Array or a Float32Array', describe(inputs)));
  }
  if (inputShape.length === 0 || !inputShape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new ShapeError(message('inputShape', 'positive integers', `[${inputShape}]`));
  }
  if (labels.length === 0) throw new RangeError(message('labels', 'at least one sample', 'none'));
  const expected = labels.length * product(inputShape);
  if (inputs.length !== expected) {
    const shape = `[${[labels.length, ...inputShape]}]`;
    throw new ShapeError(
      message('inputs', `${expected} values (labels × inputShape: ${shape})`, inputs.length),
    );
  }
}

function checkLabels({ labels, classNames }: DatasetSource): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= classNames.length) {
      fail('labels', `integers in [0, ${classNames.length})`, `${label} at index ${i}`);
    }
  }
}

/** The number of elements of a shape. */
export function product(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1);
}

/** What stands where an array was expected. */
export function describe(value: unknown): string {
  if (!ArrayBuffer.isView(value)) return typeof value;
  return `${value.constructor.name} of ${value.byteLength} bytes`;
}

/** The text of an error of `Dataset`. */
export function message(argument: string, expected: string, got: unknown): string {
  return `Dataset: ${argument}: expected ${expected}, got ${String(got)}`;
}

/** Throws the RangeError for a bad value. */
export function fail(argument: string, expected: string, got: unknown): never {
  throw new RangeError(message(argument, expected, got));
}

/** Throws the RangeError for what is no number of samples. */
export function checkBatchSize(method: string, batchSize: number): void {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    fail(`${method}: batchSize`, 'a positive integer', batchSize);
  }
}
