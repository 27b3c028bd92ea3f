import { sizeOf } from '../../src/shape.js';
import type { Tensor } from '../../src/tensor.js';
import { fromData } from '../../src/tensor.js';

/** A float32 tensor over a copy of the values; its shape is [length] unless given. */
export function floats(
  values: ArrayLike<number>,
  shape: readonly number[] = [values.length],
): Tensor {
  return fromData('test', values, shape, 'float32');
}

/** An output for a kernel to write; NaN where it is not written. */
export function unwritten(...shape: number[]): Tensor {
  return floats(new Float32Array(sizeOf(shape)).fill(NaN), shape);
}

/** The task range cut into `parts`, as threads would share it: some of them may be empty. */
export function ranges(tasks: number, parts: number): [begin: number, end: number][] {
  const cut = (i: number) => Math.floor((tasks * i) / parts);
  return Array.from({ length: parts }, (_, i) => [cut(i), cut(i + 1)]);
}
