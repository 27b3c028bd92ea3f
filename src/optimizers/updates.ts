import { runtime } from '../runtime/runtime.js';
import { withScratch } from '../runtime/storage.js';
import type { Tensor } from '../tensor.js';

/** The i32 fields of an entry of the table: `Update` in assembly/lib/updates.ts, field for field. */
export const UPDATE_FIELDS = [
  'parameter',
  'gradient',
  'state0',
  'state1',
  'state2',
  'size',
] as const;

const ENTRY_BYTES = 4 * UPDATE_FIELDS.length;

/** A parameter and what its optimizer keeps for it. */
export interface Slot {
  readonly parameter: Tensor;
  /** The place of its group. */
  readonly group: number;
  /** Updates so far. */
  steps: number;
  /** In the order of their names, of the parameter's shape; made at the first update. */
  readonly buffers: (Tensor | undefined)[];
}

/** A row of the table: a parameter, what changes it, and what is kept for it. */
export interface Row {
  readonly parameter: Tensor;
  readonly gradient: Tensor;
  readonly buffers: readonly (Tensor | undefined)[];
}

/** Parameters of one group that have made as many steps: one kernel call updates them all. */
export interface Updates {
  /** Address of the table's first entry. */
  readonly pointer: number;
  /** Elements of all parameters. */
  readonly size: number;
  readonly group: number;
  /** Updates of each parameter, this one counted. */
  readonly steps: number;
}

/**
 * Lends the table of the slots, which have gradients, to `body`, cut where the group or the number of steps changes.
 * @throws OutOfMemoryError before `body` is called
 */
export function withUpdates(slots: readonly Slot[], body: (updates: Updates) => void): void {
  const sorted = inOrderOfSteps(slots);
  const rows = sorted.map(({ parameter, buffers }) => {
    return { parameter, gradient: parameter.grad!, buffers };
  });
  withTable(rows, (pointer) => {
    let size = 0;
    for (let begin = 0, i = 0; i < sorted.length; i++) {
      const { parameter, steps, group } = sorted[i]!;
      const next = sorted[i + 1];
      size += parameter.size;
      if (next?.steps === steps && next.group === group) continue;
      body({ pointer: pointer + ENTRY_BYTES * begin, size, group, steps: steps + 1 });
      begin = i + 1;
      size = 0;
    }
  });
}

/** Lends the table of these rows to `body`. @throws OutOfMemoryError before `body` is called */
export function withTable(rows: readonly Row[], body: (pointer: number) => void): void {
  withScratch(ENTRY_BYTES * rows.length, (pointer) => {
    rows.forEach((row, i) => writeRow(pointer + ENTRY_BYTES * i, row));
    body(pointer);
  });
}

/** Most often all have made as many, and stay as they are. */
function inOrderOfSteps(slots: readonly Slot[]): readonly Slot[] {
  if (slots.every(({ steps }) => steps === slots[0]!.steps)) return slots;
  return [...slots].sort((a, b) => a.steps - b.steps);
}

function writeRow(pointer: number, { parameter, gradient, buffers }: Row): void {
  const states = [0, 1, 2].map((i) => buffers[i]?.pointer ?? 0);
  const values = [parameter.pointer, gradient.pointer, ...states, parameter.size];
  runtime().heap.i32.set(values, pointer / 4);
}
