// The table that the step kernels walk, for their tests.
import { UPDATE_FIELDS } from '../../src/optimizers/updates.js';
import { fromData, type Tensor } from '../../src/tensor.js';

/** Parameter, gradient, and what an optimizer keeps for the parameter. */
export type UpdateTensors = readonly [p: Tensor, dp: Tensor, ...state: Tensor[]];

/**
 * The address of a table of these parameters, in the scope that is open.
 * @param kept which of the states m, v and w the optimizer keeps
 */
export function updateTable(updates: readonly UpdateTensors[], kept = 'mvw'): number {
  const entries = updates.flatMap(([p, dp, ...state]) => {
    const states = [...'mvw'].map((name, i) => (kept.includes(name) && state[i]?.pointer) || 0);
    return [p.pointer, dp.pointer, ...states, p.size];
  });
  const shape = [updates.length, UPDATE_FIELDS.length];
  return fromData('test', entries, shape, 'int32').pointer;
}

/** An array cut into three parameters, as a step sees them: one of them is empty. */
export function cut(values: ArrayLike<number>): Float32Array[] {
  const all = Float32Array.from(values);
  const at = Math.floor(all.length / 3);
  return [all.subarray(0, at), all.subarray(at, at), all.subarray(at)];
}

/** What `cut` has cut, put together. */
export function joined(parts: readonly Tensor[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part.data()]));
}
