// Hyperbolic tangent.
//
//   y = tanh x        dx = dy · (1 − y²)
//
// Any shapes, checked in src/ops/tanh.ts; ranges count elements. Reference: tests/support/reference/activations.ts.
import { activate, activateGradient } from './lib/elementwise';
import { tanh4 } from './lib/math';

@unmanaged
class Tanh {
  @inline
  forward(x: v128): v128 {
    return tanh4(x);
  }

  /** 1 − y² as (1 − y)(1 + y): near ±1 the difference is exact, while y² would be rounded first. */
  @inline
  gradient(y: v128, dy: v128): v128 {
    const one = f32x4.splat(1);
    return f32x4.mul(dy, f32x4.mul(f32x4.sub(one, y), f32x4.add(one, y)));
  }
}

/** y for the elements [begin, end). */
export function tanhForward(y: usize, x: usize, begin: i32, end: i32): void {
  activate<Tanh>(y, x, begin, end);
}

/** dx for the elements [begin, end), from y. */
export function tanhGradInput(
  dx: usize,
  dy: usize,
  y: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  activateGradient<Tanh>(dx, dy, y, accumulate, begin, end);
}
