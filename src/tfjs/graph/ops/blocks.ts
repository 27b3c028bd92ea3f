import { concat, pad } from '../../../imported/ops/copy-ops.js';
import { reshape, transpose } from '../../../imported/ops/shape-ops.js';
import { reverse, slice } from '../../../imported/ops/slice-ops.js';
import { sameOrder, type Value } from '../../../imported/value.js';

type Sides = readonly [before: readonly number[], after: readonly number[]];

/**
 * Blocks of places as elements of the batch, which TensorFlow writes before a dilated convolution: [N, m axes, …] to
 * [block · N, m axes / block, …].
 * @throws ShapeError unless the padded axes can be divided
 */
export function spaceToBatch(x: Value, block: readonly number[], [before, after]: Sides): Value {
  const m = block.length;
  const rest = x.shape.slice(m + 1);
  const around = (sides: readonly number[]) => [0, ...sides, ...rest.map(() => 0)];
  const padded = pad(x, around(before), around(after));
  const axes = padded.shape.slice(1, m + 1);
  const cut = axes.flatMap((size, i) => [size / block[i]!, block[i]!]);
  const parts = reshape(padded, [x.shape[0]!, ...cut, ...rest]);
  const at = (first: number) => sameOrder(m).map((i) => 2 * i + first);
  const behind = rest.map((_, i) => 2 * m + 1 + i);
  const moved = transpose(parts, [...at(2), 0, ...at(1), ...behind]);
  return reshape(moved, [-1, ...axes.map((size, i) => size / block[i]!), ...rest]);
}

/** What `spaceToBatch` undoes; what it added is cut off. @throws ShapeError */
export function batchToSpace(x: Value, block: readonly number[], [before, after]: Sides): Value {
  const m = block.length;
  const axes = x.shape.slice(1, m + 1);
  const rest = x.shape.slice(m + 1);
  const blocks = block.reduce((product, size) => product * size, 1);
  const parts = reshape(x, [...block, x.shape[0]! / blocks, ...axes, ...rest]);
  const pairs = sameOrder(m).flatMap((i) => [m + 1 + i, i]);
  const behind = rest.map((_, i) => 2 * m + 1 + i);
  const moved = transpose(parts, [m, ...pairs, ...behind]);
  const whole = reshape(moved, [-1, ...axes.map((size, i) => size * block[i]!), ...rest]);
  const ends = axes.map((size, i) => size * block[i]! - after[i]!);
  return slice(whole, { starts: before, ends, axes: sameOrder(m).map((i) => i + 1) });
}

/** With its mirror image before and after along an axis, the border included. */
export function mirrored(x: Value, axis: number, before: number, after: number): Value {
  const size = x.shape[axis]!;
  const part = (start: number, end: number) =>
    reverse(slice(x, { starts: [start], ends: [end], axes: [axis] }), [axis]);
  const parts = [
    ...(before > 0 ? [part(0, before)] : []),
    x,
    ...(after > 0 ? [part(size - after, size)] : []),
  ];
  return concat(parts, axis);
}
