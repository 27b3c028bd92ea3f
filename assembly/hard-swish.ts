// Hard swish (Howard et al. 2019).
//
//   y = x · h(x), h(x) = min(max(x + 3, 0), 6) / 6
//   dx = 0 where x ≤ −3, dy where x ≥ 3, else dy · (x / 3 + 1/2)
//
// NaN stays NaN, and the gradient passes there; at −∞, where the product is −∞ · 0, y is NaN too. Any shapes, checked
// in src/ops/hard-swish.ts; ranges count elements. Reference: tests/support/reference/activations.ts.
import { activate, activateGradient } from './lib/elementwise';
import { clip4 } from './lib/math';

@unmanaged
class HardSwish {
  /** h is computed first: x times the clipped sum could overflow. */
  @inline
  forward(x: v128): v128 {
    const six = f32x4.splat(6);
    const shifted = f32x4.add(x, f32x4.splat(3));
    const clipped = clip4(shifted, f32x4.splat(0), six);
    return f32x4.mul(x, f32x4.div(clipped, six));
  }

  @inline
  gradient(x: v128, dy: v128): v128 {
    const three = f32x4.splat(3);
    const slope = f32x4.add(f32x4.div(x, three), f32x4.splat(0.5));
    const isBetween = f32x4.lt(f32x4.abs(x), three);
    const d = v128.bitselect(f32x4.mul(dy, slope), dy, isBetween);
    return v128.andnot(d, f32x4.le(x, f32x4.splat(-3)));
  }
}

/** y for the elements [begin, end). */
export function hardSwishForward(y: usize, x: usize, begin: i32, end: i32): void {
  activate<HardSwish>(y, x, begin, end);
}

/** dx for the elements [begin, end), from x. */
export function hardSwishGradInput(
  dx: usize,
  dy: usize,
  x: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  activateGradient<HardSwish>(dx, dy, x, accumulate, begin, end);
}
