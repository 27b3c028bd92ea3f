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
