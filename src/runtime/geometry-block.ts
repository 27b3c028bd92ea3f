import { memoized } from '../memoized.js';
import { GEOMETRY_POINTER } from './heap.js';
import { runtime } from './runtime.js';

/** The block of an immutable object's fields. */
const blockOf = /* @__PURE__ */ memoized((fields: readonly string[]) =>
  memoized((values: Readonly<Record<string, number>>) =>
    Int32Array.from(fields, (field) => values[field]!),
  ),
);

/** Writes the named fields of an immutable object, in order, as i32: the kernel reads them through an unmanaged class. */
export function writeGeometry<Field extends string>(
  pointer: number,
  fields: readonly Field[],
  values: Readonly<Record<Field, number>>,
): void {
  runtime().heap.i32.set(blockOf(fields)(values), pointer / 4);
}

/** Writes them to where the next kernel call is to find them. @returns the address, good for that call only */
export function geometryBlock<Field extends string>(
  fields: readonly Field[],
  values: Readonly<Record<Field, number>>,
): number {
  writeGeometry(GEOMETRY_POINTER, fields, values);
  return GEOMETRY_POINTER;
}
