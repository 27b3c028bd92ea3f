// The loops of the map family: y = f(x), and dx = dy · f′ with f′ computed from y, or from x.
//
// `F` is a class of lib/functions.ts with the inlined methods `forward(x, a, b)` and `gradient(v, dy, a, b)` on four
// lanes, where v is the one of x and y that f′ is computed from and a and b are the constants of the function. No object
// of the class exists: the type alone selects the methods at compile time. The last vector, of 0 to 3 elements, is read
// whole, past the range, as the heap allows (src/runtime/heap.ts), and stored in part: the tail gets the bits that a
// whole vector would give. The loops are left in their middle: the function is there once, and no store asks if its
// vector is whole.
import { storeLanes } from './simd';

/** y for the elements [begin, end). */
// @ts-ignore: decorator
@inline
export function forward<F>(y: usize, x: usize, a: f32, b: f32, begin: i32, end: i32): void {
  const f = changetype<F>(0);
  const vA = f32x4.splat(a);
  const vB = f32x4.splat(b);
  let at = <usize>begin << 2;
  let left = end - begin;
  while (true) {
    const v = f.forward(v128.load(x + at), vA, vB);
    if (left < 4) return storeLanes(y + at, v, v, left);
    v128.store(y + at, v);
    left -= 4;
    at += 16;
  }
}

/** dx for the elements [begin, end): overwritten, or added to. */
// @ts-ignore: decorator
@inline
export function gradient<F>(
  dx: usize,
  dy: usize,
  v: usize,
  a: f32,
  b: f32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const f = changetype<F>(0);
  const vA = f32x4.splat(a);
  const vB = f32x4.splat(b);
  let at = <usize>begin << 2;
  let left = end - begin;
  while (true) {
    let d = f.gradient(v128.load(v + at), v128.load(dy + at), vA, vB);
    if (accumulate) d = f32x4.add(v128.load(dx + at), d);
    if (left < 4) return storeLanes(dx + at, d, d, left);
    v128.store(dx + at, d);
    left -= 4;
    at += 16;
  }
}
