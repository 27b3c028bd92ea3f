// Leaky rectified linear unit.
//
//   y = x where x > 0, else slope · x        dx = dy where x > 0, else slope · dy
//
// A NaN counts as not above 0. Where slope ≥ 0, y is above 0 where x is: the gradient kernel may then be given y in the
// place of x. Any shapes, checked in src/ops/leaky-relu.ts; ranges count elements. Reference:
// tests/support/reference/activations.ts.
import { activateGradientWith, activateWith } from './lib/elementwise';

@unmanaged
class LeakyRelu {
  @inline
  forward(x: v128, slope: v128, zero: v128): v128 {
    return v128.bitselect(x, f32x4.mul(slope, x), f32x4.gt(x, zero));
  }

  @inline
  gradient(x: v128, dy: v128, slope: v128, zero: v128): v128 {
    return v128.bitselect(dy, f32x4.mul(slope, dy), f32x4.gt(x, zero));
  }
}

/** y for the elements [begin, end). */
export function leakyReluForward(y: usize, x: usize, slope: f32, begin: i32, end: i32): void {
  activateWith<LeakyRelu>(y, x, slope, 0, begin, end);
}

/** dx for the elements [begin, end), from x. */
export function leakyReluGradInput(
  dx: usize,
  dy: usize,
  x: usize,
  slope: f32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  activateGradientWith<LeakyRelu>(dx, dy, x, slope, 0, accumulate, begin, end);
}
