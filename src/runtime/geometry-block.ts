import { type Memo, recall } from '../memo.js';
import { GEOMETRY_POINTER } from './heap.js';
import { recorder } from './recording.js';
import { runtime } from './runtime.js';

type Values = Readonly<Record<string, number>>;

/** For each list of fields the blocks of immutable objects that have them. */
const BLOCKS: Memo<readonly string[], Memo<Values, Int32Array>> = {
  compute: (fields) => ({
    compute: (values) => Int32Array.from(fields, (field) => values[field]!),
  }),
};

/** Writes the named fields of an immutable object, in order, as i32: the kernel reads them through an unmanaged class. */
export function writeGeometry<Field extends string>(
  pointer: number,
  fields: readonly Field[],
  values: Readonly<Record<Field, number>>,
): void {
  runtime().heap.i32.set(recall(recall(BLOCKS, fields), values), pointer / 4);
}

/**
 * Where the host writes what the next kernel call reads: a fixed place, good for that call only, or memory that a
 * recording keeps.
 */
export function argumentBlock(pointer: number, bytes: number): number {
  return recorder()?.keep(bytes) ?? pointer;
}

/** Writes them to where the next kernel call is to find them. @returns the address */
export function geometryBlock<Field extends string>(
  fields: readonly Field[],
  values: Readonly<Record<Field, number>>,
): number {
  const block = argumentBlock(GEOMETRY_POINTER, 4 * fields.length);
  writeGeometry(block, fields, values);
  return block;
}
