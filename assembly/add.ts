// Elementwise sum, and the gradient that passes through unchanged.
//
//   y = a + b        da = dy, db = dy
//
// Any shapes, checked in src/ops/add.ts; ranges count elements. Reference: tests/support/reference/add.ts.

/** y for the elements [begin, end). */
export function addForward(y: usize, a: usize, b: usize, begin: i32, end: i32): void {
  let i = <usize>begin << 2;
  const last = <usize>end << 2;
  for (; i + 16 <= last; i += 16) v128.store(y + i, f32x4.add(v128.load(a + i), v128.load(b + i)));
  for (; i < last; i += 4) store<f32>(y + i, load<f32>(a + i) + load<f32>(b + i));
}

/** dx for the elements [begin, end): a copy of dy, or dx + dy. */
export function addGradInput(dx: usize, dy: usize, accumulate: bool, begin: i32, end: i32): void {
  if (accumulate) addForward(dx, dx, dy, begin, end);
  else memory.copy(dx + (<usize>begin << 2), dy + (<usize>begin << 2), <usize>(end - begin) << 2);
}
