import { describe, isNumberArray } from './describe.js';
import { type Shape, sizeOf } from './shape.js';

/** Values that `textOfValues` shows. */
const SHOWN_VALUES = 6;

/** Types of elements. */
export type DType = 'float32' | 'int32';
/** Values in row-major order. `reduce` is declared once for both: its overloads in a union could not be called. */
export type TensorData = (Float32Array | Int32Array) & {
  /** As of a typed array, from the first value on. */
  reduce(
    callback: (previous: number, value: number, index: number, values: ArrayLike<number>) => number,
  ): number;
  /** As of a typed array, from `initial` on. */
  reduce<T>(
    callback: (previous: T, value: number, index: number, values: ArrayLike<number>) => T,
    initial: T,
  ): T;
};

/** Values in arrays of arrays, one level for each axis. */
export type NestedArray = number | NestedArray[];

/** The values of a tensor of this shape as nested arrays. */
export function nest(values: TensorData, shape: Shape): NestedArray {
  if (shape.length === 0) return values[0]!;
  const [length, ...inner] = shape as [number, ...number[]];
  const step = sizeOf(inner);
  return Array.from({ length }, (_, i) => nest(values.subarray(i * step, (i + 1) * step), inner));
}

/** The first values, floats to four digits: `0.1, 0.2, 0.3, 0.4, 0.5, 0.6, … 8 values`. */
export function textOfValues(values: TensorData): string {
  const isFloat = values instanceof Float32Array;
  const shown = Array.from(values.subarray(0, SHOWN_VALUES), (value) =>
    String(isFloat ? +value.toPrecision(4) : value),
  );
  if (values.length > SHOWN_VALUES) shown.push(`… ${values.length} values`);
  return shown.join(', ');
}

/** @throws TypeError for the first element that is no number, or no integer of 32 bits where the dtype is int32 @internal */
export function checkElements(
  op: string,
  argument: string,
  values: ArrayLike<number>,
  dtype: DType,
): void {
  if (dtype === 'float32' && isNumberArray(values)) return;
  for (let i = 0; i < values.length; i++) {
    const value: unknown = values[i];
    if (typeof value === 'number' && (dtype === 'float32' || (value | 0) === value)) continue;
    const expected = dtype === 'int32' ? '32-bit integers' : 'numbers';
    throw new TypeError(`${op}: ${argument}: expected ${expected}, got ${describe(value)} at ${i}`);
  }
}
