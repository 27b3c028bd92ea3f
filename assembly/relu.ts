// Rectified linear unit.
//
//   y = 0 where x < 0, else x        dx = dy where y > 0 or y is NaN, else 0
//
// NaN and −0 stay. The gradient at 0 is 0, and it passes where y is NaN: such an x is not known to be negative. Any
// shapes, checked in src/ops/relu.ts; ranges count elements. Reference: tests/support/reference/activations.ts.
import { activate, activateGradient } from './lib/elementwise';

@unmanaged
class Relu {
  @inline
  forward(x: v128): v128 {
    return f32x4.pmax(x, f32x4.splat(0));
  }

  @inline
  gradient(y: v128, dy: v128): v128 {
    return v128.andnot(dy, f32x4.le(y, f32x4.splat(0)));
  }
}

/** y for the elements [begin, end). */
export function reluForward(y: usize, x: usize, begin: i32, end: i32): void {
  activate<Relu>(y, x, begin, end);
}

/** dx for the elements [begin, end), from y. */
export function reluGradInput(
  dx: usize,
  dy: usize,
  y: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  activateGradient<Relu>(dx, dy, y, accumulate, begin, end);
}
