// Values held between two bounds, of which ReLU6 and the hard tanh are cases, and two gradients, which differ at a bound.
//
//   y = low where x < low, high where x > high, else x
//   clip:      dx = 0 where x < low or x > high, else dy
//   hardtanh:  dx = 0 where y ≤ low or y ≥ high, else dy
//
// NaN and −0 stay. The gradient passes where x is NaN: it is not known to be out of bounds. That of hardtanh follows
// from y alone: x is not needed. Any shapes and low ≤ high, checked in src/ops/clip.ts; ranges count elements.
// Reference: tests/support/reference/activations.ts.
import { activateGradientWith, activateWith } from './lib/elementwise';
import { clip4 } from './lib/math';

@unmanaged
class Clip {
  @inline
  forward(x: v128, low: v128, high: v128): v128 {
    return clip4(x, low, high);
  }

  @inline
  gradient(x: v128, dy: v128, low: v128, high: v128): v128 {
    return v128.andnot(dy, v128.or(f32x4.lt(x, low), f32x4.gt(x, high)));
  }
}

@unmanaged
class Hardtanh {
  @inline
  gradient(y: v128, dy: v128, low: v128, high: v128): v128 {
    return v128.andnot(dy, v128.or(f32x4.le(y, low), f32x4.ge(y, high)));
  }
}

/** y for the elements [begin, end). */
export function clipForward(y: usize, x: usize, low: f32, high: f32, begin: i32, end: i32): void {
  activateWith<Clip>(y, x, low, high, begin, end);
}

/** dx for the elements [begin, end), from x. */
export function clipGradInput(
  dx: usize,
  dy: usize,
  x: usize,
  low: f32,
  high: f32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  activateGradientWith<Clip>(dx, dy, x, low, high, accumulate, begin, end);
}

/** dx for the elements [begin, end), from y. */
export function hardtanhGradInput(
  dx: usize,
  dy: usize,
  y: usize,
  low: f32,
  high: f32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  activateGradientWith<Hardtanh>(dx, dy, y, low, high, accumulate, begin, end);
}
