// The map family: unary functions, elementwise.
//
//   y = f(x)        dx = dy · f′, from x or from y
//
// `fn` is the number of the function in lib/map.ts, a and b are its constants; the functions themselves, with their
// equations, are in lib/functions.ts. Any shapes, checked in src/ops/map/family.ts; ranges count elements. y may be x, and dx
// may be dy or v. Reference: tests/support/reference/map.ts.
import { applyFunction, applyGradient } from './lib/map';

/** y for the elements [begin, end). */
export function mapForward(
  y: usize,
  x: usize,
  fn: i32,
  a: f32,
  b: f32,
  begin: i32,
  end: i32,
): void {
  applyFunction(y, x, fn, a, b, begin, end);
}

/** dx for the elements [begin, end), from v: the one of x and y that the gradient of the function is computed from. */
export function mapGradInput(
  dx: usize,
  dy: usize,
  v: usize,
  fn: i32,
  a: f32,
  b: f32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  applyGradient(dx, dy, v, fn, a, b, accumulate, begin, end);
}
