import { runtime } from '../runtime/runtime.js';
import { withScratch } from '../runtime/storage.js';
import type { Tensor } from '../tensor.js';

/** The i32 fields of an entry of the table: `Update` in assembly/lib/updates.ts, field for field. */
export const UPDATE_FIELDS = ['parameter', 'gradient', 'state0', 'state1', 'size'] as const;

const ENTRY_BYTES = 4 * UPDATE_FIELDS.length;

/** A parameter and what its optimizer keeps for it. @internal */
export interface Slot {
  readonly parameter: Tensor;
  /** Updates so far. */
  steps: number;
  /** In the order of their names, of the parameter's shape; made at the first update, filled with zeros. */
  readonly buffers: Tensor[];
}

/** Parameters that have made as many steps: one kernel call updates them all. */
export interface Updates {
  /** Address of the table's first entry. */
  readonly pointer: number;
  /** Elements of all parameters. */
  readonly size: number;
  /** Updates of each parameter, this one counted. */
  readonly steps: number;
}

/**
 * Lends the table of the slots, which have gradients, to `body`, cut where the number of steps changes.
 * @throws OutOfMemoryError before `body` is called
 */
export function withUpdates(slots: readonly Slot[], body: (updates: Updates) => void): void {
  const sorted = inOrderOfSteps(slots);
  withScratch(ENTRY_BYTES * sorted.length, (pointer) => {
    let size = 0;
    for (let begin = 0, i = 0; i < sorted.length; i++) {
      const { parameter, steps } = sorted[i]!;
      writeUpdate(pointer + ENTRY_BYTES * i, sorted[i]!);
      size += parameter.size;
      if (sorted[i + 1]?.steps === steps) continue;
      body({ pointer: pointer + ENTRY_BYTES * begin, size, steps: steps + 1 });
      begin = i + 1;
      size = 0;
    }
  });
}

/** Most often all have made as many, and stay as they are. */
function inOrderOfSteps(slots: readonly Slot[]): readonly Slot[] {
  if (slots.every(({ steps }) => steps === slots[0]!.steps)) return slots;
  return [...slots].sort((a, b) => a.steps - b.steps);
}

function writeUpdate(pointer: number, { parameter, buffers }: Slot): void {
  const { i32 } = runtime().heap;
  const at = pointer / 4;
  i32[at] = parameter.pointer;
  i32[at + 1] = parameter.grad!.pointer;
  i32[at + 2] = buffers[0]?.pointer ?? 0;
  i32[at + 3] = buffers[1]?.pointer ?? 0;
  i32[at + 4] = parameter.size;
}
