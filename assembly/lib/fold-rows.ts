// Rows that lie whole in memory, each to one value, in the order of lib/fold.ts: the lanes are four rows, or four runs
// of one row, so that none waits for another and the bits are those of one column.
import { finish, RUN } from './fold';

/**
 * Stores the values of `count` rows of `length` elements each, divided by `divisor`, or adds them to what is there. The
 * last vector of a row is read whole, past its end.
 */
export function foldRows<Fold>(
  to: usize,
  x: usize,
  other: usize,
  length: i32,
  divisor: f32,
  accumulate: bool,
  count: i32,
): void {
  const pitch = <usize>length << 2;
  if (length < 4 * RUN) {
    for (; count >= 4; count -= 4) {
      // A call costs as much as a dozen elements.
      const values =
        length > RUN ? foldFourRows<Fold>(x, other, pitch, length) : fourRuns<Fold>(x, other, pitch, length);
      v128.store(to, finish(to, values, divisor, accumulate));
      x += pitch << 2;
      to += 16;
    }
  }
  for (; count > 0; count--) {
    const value = finish(to, foldRow<Fold>(x, other, length), divisor, accumulate);
    v128.store32_lane(to, value, 0);
    x += pitch;
    to += 4;
  }
}

/** Four rows, `pitch` bytes apart. */
function foldFourRows<Fold>(x: usize, other: usize, pitch: usize, length: i32): v128 {
  const fold = changetype<Fold>(0);
  let total = fold.empty();
  let block = total;
  let runs = 0;
  for (; length >= RUN; length -= RUN) {
    block = fold.join(block, foldFourRuns<Fold>(x, other, pitch, RUN));
    x += RUN << 2;
    if (++runs < RUN) continue;
    total = fold.join(total, block);
    block = fold.empty();
    runs = 0;
  }
  return fold.join(total, fold.join(block, foldFourRuns<Fold>(x, other, pitch, length)));
}

/** One row, four runs at a time; in the first lane. */
function foldRow<Fold>(x: usize, other: usize, length: i32): v128 {
  const fold = changetype<Fold>(0);
  let total = fold.empty();
  let block = total;
  let runs = 0;
  for (; length >= 4 * RUN; length -= 4 * RUN) {
    const v = foldFourRuns<Fold>(x, other, RUN << 2, RUN);
    block = fold.join(block, v);
    block = fold.join(block, v128.shuffle<f32>(v, v, 1, 1, 1, 1));
    block = fold.join(block, v128.shuffle<f32>(v, v, 2, 2, 2, 2));
    block = fold.join(block, v128.shuffle<f32>(v, v, 3, 3, 3, 3));
    x += RUN << 4;
    if ((runs += 4) < RUN) continue;
    total = fold.join(total, block);
    block = fold.empty();
    runs = 0;
  }
  for (; length >= RUN; length -= RUN) {
    block = fold.join(block, foldFourRuns<Fold>(x, other, 0, RUN));
    x += RUN << 2;
  }
  return fold.join(total, fold.join(block, foldFourRuns<Fold>(x, other, 0, length)));
}

/** The values of four runs of `length` elements, `pitch` bytes apart, each from its first element to its last. */
function foldFourRuns<Fold>(x: usize, other: usize, pitch: usize, length: i32): v128 {
  return fourRuns<Fold>(x, other, pitch, length);
}

// @ts-ignore: decorator
@inline
function fourRuns<Fold>(x: usize, other: usize, pitch: usize, length: i32): v128 {
  const fold = changetype<Fold>(0);
  let sum = fold.empty();
  for (; length > 0; length -= 4) {
    const v0 = fold.term(x, other);
    const v1 = fold.term(x + pitch, other);
    const v2 = fold.term(x + 2 * pitch, other);
    const v3 = fold.term(x + 3 * pitch, other);
    const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
    sum = fold.join(sum, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
    if (length > 1) sum = fold.join(sum, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
    if (length < 3) break;
    const high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
    sum = fold.join(sum, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
    if (length > 3) sum = fold.join(sum, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
    x += 16;
  }
  return sum;
}
