// Sigmoid linear unit, also called swish.
//
//   y = x · σ(x)        dx = dy · σ(x) · (1 + x · (1 − σ(x)))        σ(x) = 1 / (1 + e⁻ˣ)
//
// NaN stays NaN; at −∞, where the product is −∞ · 0, y is NaN too. Any shapes, checked in src/ops/silu.ts; ranges count
// elements. Reference: tests/support/reference/activations.ts.
import { activate, activateGradient } from './lib/elementwise';
import { sigmoid4 } from './lib/math';

@unmanaged
class Silu {
  @inline
  forward(x: v128): v128 {
    return f32x4.mul(x, sigmoid4(x));
  }

  @inline
  gradient(x: v128, dy: v128): v128 {
    const one = f32x4.splat(1);
    const s = sigmoid4(x);
    const slope = f32x4.add(one, f32x4.mul(x, f32x4.sub(one, s)));
    return f32x4.mul(dy, f32x4.mul(s, slope));
  }
}

/** y for the elements [begin, end). */
export function siluForward(y: usize, x: usize, begin: i32, end: i32): void {
  activate<Silu>(y, x, begin, end);
}

/** dx for the elements [begin, end), from x. */
export function siluGradInput(
  dx: usize,
  dy: usize,
  x: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  activateGradient<Silu>(dx, dy, x, accumulate, begin, end);
}
