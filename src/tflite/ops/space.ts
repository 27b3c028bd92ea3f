// What moves blocks of pixels between the batch and the picture, and borders that mirror it.
import { pad } from '../../imported/ops/copy-ops.js';
import { gather } from '../../imported/ops/index-ops.js';
import { reshape } from '../../imported/ops/shape-ops.js';
import { slice } from '../../imported/ops/slice-ops.js';
import { Value } from '../../imported/value.js';

type Sizes = readonly number[];

/**
 * Every pixel of a block in a picture of its own: [N, H, W, C] becomes [block · N, H / block, W / block, C], as TensorFlow's
 * SpaceToBatchND.
 */
export function spaceToBatch(x: Value, block: Sizes, before: Sizes, after: Sizes): Value {
  const rest = x.shape.slice(block.length + 1);
  const around = (sizes: Sizes) => [0, ...sizes, ...rest.map(() => 0)];
  const padded = pad(x, around(before), around(after));
  const [batch = 1, ...sizes] = padded.shape;
  const cut = block.flatMap((size, i) => [sizes[i]! / size, size]);
  const split = reshape(padded, [batch, ...cut, ...rest]);
  const inner = block.map((_, i) => 2 * i + 2);
  const outer = block.map((_, i) => 2 * i + 1);
  const others = rest.map((_, i) => 2 * block.length + 1 + i);
  const moved = split.transposed([...inner, 0, ...outer, ...others]);
  const count = block.reduce((product, size) => product * size, batch);
  return reshape(moved, [count, ...block.map((size, i) => sizes[i]! / size), ...rest]);
}

/** What `spaceToBatch` undoes; then a border is cut off. */
export function batchToSpace(x: Value, block: Sizes, before: Sizes, after: Sizes): Value {
  const [count = 1, ...shape] = x.shape;
  const sizes = shape.slice(0, block.length);
  const rest = shape.slice(block.length);
  const batch = count / block.reduce((product, size) => product * size, 1);
  const split = reshape(x, [...block, batch, ...shape]);
  const m = block.length;
  const pairs = block.flatMap((_, i) => [m + 1 + i, i]);
  const others = rest.map((_, i) => 2 * m + 1 + i);
  const whole = sizes.map((size, i) => size * block[i]!);
  const joined = reshape(split.transposed([m, ...pairs, ...others]), [batch, ...whole, ...rest]);
  return slice(joined, {
    starts: before,
    ends: whole.map((size, i) => size - after[i]!),
    axes: block.map((_, i) => i + 1),
  });
}

/** @param isSymmetric whether the border begins with the last row itself @throws RangeError */
export function mirrorPad(x: Value, before: Sizes, after: Sizes, isSymmetric: boolean): Value {
  if (!isSymmetric) return pad(x, before, after, { mode: 'reflect' });
  return x.shape.reduce((padded, size, axis) => {
    const [first, last] = [before[axis]!, after[axis]!];
    if (first === 0 && last === 0) return padded;
    if (!(first >= 0 && last >= 0 && first <= size && last <= size)) {
      throw new RangeError(`paddings: expected 0 to ${size}, got ${first} and ${last}`);
    }
    const places = Array.from({ length: first + size + last }, (_, i) => mirrored(i - first, size));
    return gather(padded, Value.host(places, [places.length], 'int32'), { axis });
  }, x);
}

/** …, 1, 0, 0, 1, …, size − 1, size − 1, … */
function mirrored(place: number, size: number): number {
  if (place < 0) return -1 - place;
  return place < size ? place : 2 * size - 1 - place;
}
