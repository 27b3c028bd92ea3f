// Parts of a vector. The last vector of a range may hold fewer than four elements: it is loaded whole (the heap lets
// kernels read one vector past the end of a tensor) and stored in part.
/** Stores the first `count` (1 or more) lanes; all four where `count` is larger. There is no call: loops keep their registers. */
// @ts-ignore: decorator
@inline
export function storeUpTo4(to: usize, value: v128, count: i32): void {
  if (count >= 4) v128.store(to, value);
  else storeFirst(to, value, count);
}

/** Stores the first `count` (1 … 3) lanes, without a call. */
// @ts-ignore: decorator
@inline
export function storeFirst(to: usize, value: v128, count: i32): void {
  if (count == 1) return v128.store32_lane(to, value, 0);
  v128.store64_lane(to, value, 0);
  if (count == 3) v128.store32_lane(to, value, 2, 8);
}

/** Loads `count` (1 … 3) values; the other lanes are 0. */
export function loadLanes(from: usize, count: i32): v128 {
  if (count == 1) return v128.load32_zero(from);
  const v = v128.load64_zero(from);
  return count == 2 ? v : v128.load32_lane(from + 8, v, 2);
}

/** The first `count` lanes of `value`, and `rest` in the others. */
// @ts-ignore: decorator
@inline
export function firstLanes(value: v128, rest: v128, count: i32): v128 {
  return v128.bitselect(value, rest, i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3)));
}

/** Lanes 2 and 3 moved to the places of 0 and 1. */
// @ts-ignore: decorator
@inline
export function upperHalf(value: v128): v128 {
  return i8x16.shuffle(value, value, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}

/** The largest of `count` values; NaN if one of them is. */
export function largestOf(x: usize, count: i32): f32 {
  const least = f32x4.splat(-Infinity);
  let largest = least;
  // `pmax` passes over NaN and is one instruction where `max` is eight.
  let isNaN = i32x4.splat(0);
  for (; count > 0; count -= 4) {
    const v = firstLanes(v128.load(x), least, count);
    largest = f32x4.pmax(largest, v);
    isNaN = v128.or(isNaN, f32x4.ne(v, v));
    x += 16;
  }
  largest = v128.or(largest, isNaN);
  return max(
    max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  );
}
