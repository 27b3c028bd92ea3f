// Logistic function.
//
//   y = 1 / (1 + e⁻ˣ)        dx = dy · y · (1 − y)
//
// Any shapes, checked in src/ops/sigmoid.ts; ranges count elements. Reference:
// tests/support/reference/activations.ts.
import { activate, activateGradient } from './lib/elementwise';
import { sigmoid4 } from './lib/math';

@unmanaged
class Sigmoid {
  @inline
  forward(x: v128): v128 {
    return sigmoid4(x);
  }

  @inline
  gradient(y: v128, dy: v128): v128 {
    return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(f32x4.splat(1), y)));
  }
}

/** y for the elements [begin, end). */
export function sigmoidForward(y: usize, x: usize, begin: i32, end: i32): void {
  activate<Sigmoid>(y, x, begin, end);
}

/** dx for the elements [begin, end), from y. */
export function sigmoidGradInput(
  dx: usize,
  dy: usize,
  y: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  activateGradient<Sigmoid>(dx, dy, y, accumulate, begin, end);
}
