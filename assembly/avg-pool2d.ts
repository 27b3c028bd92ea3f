// 2-D average pooling and its gradient.
//
//   y[n][oh][ow][c] = (Σ_kh Σ_kw x[n][oh·s + kh − p][ow·s + kw − p][c]) / divisor(oh, ow)
//   dx[n][ih][iw][c] = Σ dy / divisor over the windows that hold the pixel
//
// x [N,H,W,C], y [N,OH,OW,C]; pixels outside the image are 0, there is no dilation. With countIncludePad the divisor is
// the size of the window, clipped to the padded image as in PyTorch; without, it is the number of its pixels. A window
// without a pixel has y = 0. Shapes are checked in src/ops/pool2d-geometry.ts. Reference:
// tests/support/reference/pool2d.ts.
import { storeUpTo4 } from './lib/lanes';
import { poolForward } from './lib/pool-forward';
import { poolGradInput } from './lib/pool-gradient';
import { Pool2dGeometry } from './lib/pooling';

/** The result is the sum so far; there are no marks. */
@unmanaged
class Mean {
  @inline
  noResult(): v128 {
    return f32x4.splat(0);
  }

  @inline
  noMark(pixel: i32): v128 {
    return f32x4.splat(0);
  }

  @inline
  result(result: v128, x: v128): v128 {
    return f32x4.add(result, x);
  }

  @inline
  mark(mark: v128, result: v128, x: v128, pixel: i32): v128 {
    return mark;
  }

  @inline
  store(y: usize, marks: usize, result: v128, mark: v128, divisor: v128, channels: i32): void {
    storeUpTo4(y, f32x4.div(result, divisor), channels);
  }

  @inline
  gradient(dy: usize, divisor: v128): v128 {
    return f32x4.div(v128.load(dy), divisor);
  }

  @inline
  loadMark(marks: usize): v128 {
    return f32x4.splat(0);
  }

  @inline
  share(dy: v128, mark: v128, pixel: i32): v128 {
    return dy;
  }
}

/** y for the output rows [begin, end) of batch · outHeight. */
export function avgPool2dForward(
  y: usize,
  x: usize,
  geometry: usize,
  countIncludePad: bool,
  begin: i32,
  end: i32,
): void {
  poolForward<Mean>(y, 0, x, changetype<Pool2dGeometry>(geometry), countIncludePad, begin, end);
}

/** dx for the input rows [begin, end) of batch · inHeight. */
export function avgPool2dGradInput(
  dx: usize,
  dy: usize,
  geometry: usize,
  countIncludePad: bool,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Pool2dGeometry>(geometry);
  poolGradInput<Mean>(dx, dy, 0, g, countIncludePad, accumulate, begin, end);
}
