// Small vector helpers shared by all kernels. A v128 holds four float32 lanes.

/**
 * acc + a·b. In the baseline build it is rounded after the product and after the sum: the same bits on every engine.
 * The relaxed build leaves it to the engine, which fuses both where the processor can, with one rounding.
 */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, acc: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, acc);
  return f32x4.add(f32x4.mul(a, b), acc);
}

/** Whether this is the relaxed build. */
export function usesRelaxedSimd(): bool {
  return ASC_FEATURE_RELAXED_SIMD != 0;
}

/** Copies `count` float32 values; the ranges must not overlap. */
export function copyFloats(to: usize, from: usize, count: i32): void {
  while (count >= 4) {
    v128.store(to, v128.load(from));
    to += 16;
    from += 16;
    count -= 4;
  }
  while (count > 0) {
    store<f32>(to, load<f32>(from));
    to += 4;
    from += 4;
    count--;
  }
}

/** Adds `count` float32 values to those at `to`; the ranges must not overlap. */
export function addFloats(to: usize, from: usize, count: i32): void {
  while (count >= 4) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    to += 16;
    from += 16;
    count -= 4;
  }
  while (count > 0) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    to += 4;
    from += 4;
    count--;
  }
}

/** Writes `count` float32 zeros. */
export function zeroFloats(to: usize, count: i32): void {
  const zero = f32x4.splat(0);
  while (count >= 4) {
    v128.store(to, zero);
    to += 16;
    count -= 4;
  }
  while (count > 0) {
    store<f32>(to, 0);
    to += 4;
    count--;
  }
}

/** Stores the first `count` (1 … 8) lanes of the pair (low, high). */
export function storeLanes(to: usize, low: v128, high: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, low);
    to += 16;
    low = high;
    count -= 4;
  }
  if (count >= 2) {
    v128.store64_lane(to, low, 0);
    to += 8;
    low = i8x16.shuffle(low, low, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    count -= 2;
  }
  if (count == 1) v128.store32_lane(to, low, 0);
}

/** Sum of the four lanes, in a fixed order. */
export function sumLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}
