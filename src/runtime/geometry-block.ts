import { runtime } from './runtime.js';

/** Bytes of a block of i32 fields. */
export function geometryBytes(fields: readonly string[]): number {
  return 4 * fields.length;
}

/** Writes the named fields, in order, as i32 to linear memory: the kernel reads them through an unmanaged class. */
export function writeGeometry<Field extends string>(
  pointer: number,
  fields: readonly Field[],
  values: Readonly<Record<Field, number>>,
): void {
  const { i32 } = runtime().heap;
  fields.forEach((field, i) => (i32[pointer / 4 + i] = values[field]));
}
