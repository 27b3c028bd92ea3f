import { type Shape, sizeOf } from '../shape.js';
import type { Batch } from './dataset-types.js';

/** The shapes of one sample. */
interface Shapes {
  readonly inputShape: Shape;
  readonly targetShape: Shape;
}

/** A batch over these arrays. */
export function batchOf(
  inputs: Float32Array,
  targets: Batch['targets'],
  indices: Uint32Array,
  { inputShape, targetShape }: Shapes,
): Batch {
  return {
    inputs,
    inputShape: [indices.length, ...inputShape],
    targets,
    targetShape: [indices.length, ...targetShape],
    labels: targets instanceof Int32Array ? targets : new Int32Array(0),
    indices,
  };
}

/** The first `count` samples of a batch, in the same memory. */
export function headOf({ inputs, targets, indices }: Batch, count: number, shapes: Shapes): Batch {
  const first = inputs.subarray(0, count * sizeOf(shapes.inputShape));
  const isInputs: boolean = targets === inputs;
  const rest = isInputs ? first : targets.subarray(0, count * sizeOf(shapes.targetShape));
  return batchOf(first, rest, indices.subarray(0, count), shapes);
}
