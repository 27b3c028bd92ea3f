// Average pooling of volumes and its gradient; pictures are volumes of one plane, signals have one row too.
//
//   y[n][od][oh][ow][c] = (Σ_kd Σ_kh Σ_kw x[n][od·s + kd·d − p][oh·s + kh·d − p][ow·s + kw·d − p][c]) / divisor(od, oh, ow)
//   dx[n][id][ih][iw][c] = Σ dy / divisor over the windows that hold the pixel
//
// x [N,D,H,W,C], y [N,OD,OH,OW,C]; pixels outside the volume are 0. A divisor of −1 is the size of the window, clipped
// to the padded volume as in PyTorch, 0 is the number of its pixels, any other is itself. A window without a pixel has
// y = 0. Planes of windows of more than RUN pixels, and gradients of more than RUN windows, are summed by partial sums
// (assembly/lib/fold.ts), the others one after the other. Shapes are checked in src/ops/pool/geometry.ts. Reference:
// tests/support/reference/pool2d.ts.
import { storeUpTo4 } from './lib/lanes';
import { poolForward } from './lib/pool-forward';
import { poolGradInput } from './lib/pool-gradient';
import { depthOf, heightOf, PoolGeometry, widthOf } from './lib/pooling';
import { foldWindow, RUN, Sum } from './lib/fold';

/** The result is the sum so far; there are no marks. */
@unmanaged
class Mean {
  @inline
  hasDivisor(): bool {
    return true;
  }

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
}

/** y for the output rows [begin, end) of batch · outDepth · outHeight. */
export function avgPoolForward(y: usize, x: usize, geometry: usize, divisor: i32, begin: i32, end: i32): void {
  const g = changetype<PoolGeometry>(geometry);
  if (<i64>heightOf(g).largest() * widthOf(g).largest() > RUN) return meanRows(y, x, g, divisor, begin, end);
  poolForward<Mean>(y, 0, x, g, divisor, begin, end);
}

/** The same by partial sums of each plane. */
function meanRows(y: usize, x: usize, g: PoolGeometry, divisor: i32, begin: i32, end: i32): void {
  const pixelBytes = <usize>g.channels << 2;
  const rowBytes = <usize>g.inWidth * pixelBytes;
  const planeBytes = <usize>g.inHeight * rowBytes;
  const right = <usize>g.dilationWidth * pixelBytes;
  const down = <usize>g.dilationHeight * rowBytes;
  const deep = <usize>g.dilationDepth * planeBytes;
  y += <usize>(begin * g.outWidth) * pixelBytes;
  for (let row = begin; row < end; row++) {
    const plane = row / g.outHeight;
    const od = plane % g.outDepth;
    const oh = row % g.outHeight;
    const planes = depthOf(g).tapsOf(od);
    const rows = planes > 0 ? heightOf(g).tapsOf(oh) : 0;
    const counted = <f32>depthOf(g).countedOf(od, divisor) * <f32>heightOf(g).countedOf(oh, divisor);
    const firstPlane = (plane / g.outDepth) * g.inDepth + depthOf(g).firstOf(od);
    const from = x + <usize>firstPlane * planeBytes + <usize>heightOf(g).firstOf(oh) * rowBytes;
    for (let ow = 0; ow < g.outWidth; ow++) {
      const columns = widthOf(g).tapsOf(ow);
      const by = divisor > 0 ? <f32>divisor : counted * <f32>widthOf(g).countedOf(ow, divisor);
      let at = from + <usize>widthOf(g).firstOf(ow) * pixelBytes;
      let kd = 0;
      do {
        foldWindow<Sum>(y, at, 0, rows, columns, right, down, by, kd > 0, g.channels);
        at += deep;
      } while (++kd < planes);
      y += pixelBytes;
    }
  }
}

/** dx for the input rows [begin, end) of batch · inDepth · inHeight. */
export function avgPoolGradInput(
  dx: usize,
  dy: usize,
  geometry: usize,
  divisor: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  poolGradInput(dx, dy, 0, changetype<PoolGeometry>(geometry), divisor, accumulate, begin, end);
}

/** What each window has to share, dy / divisor, for the output rows [begin, end) of batch · outDepth · outHeight. */
export function avgPoolGradShares(
  shares: usize,
  dy: usize,
  geometry: usize,
  divisor: i32,
  begin: i32,
  end: i32,
): void {
  const g = changetype<PoolGeometry>(geometry);
  const channels = g.channels;
  const offset = (<usize>begin * g.outWidth * channels) << 2;
  shares += offset;
  dy += offset;
  for (let row = begin; row < end; row++) {
    const counted =
      <f32>depthOf(g).countedOf((row / g.outHeight) % g.outDepth, divisor) *
      <f32>heightOf(g).countedOf(row % g.outHeight, divisor);
    for (let ow = 0; ow < g.outWidth; ow++) {
      const by = f32x4.splat(divisor > 0 ? <f32>divisor : counted * <f32>widthOf(g).countedOf(ow, divisor));
      for (let c = 0; c < channels; c += 4) {
        const at = <usize>c << 2;
        storeUpTo4(shares + at, f32x4.div(v128.load(dy + at), by), channels - c);
      }
      shares += <usize>channels << 2;
      dy += <usize>channels << 2;
    }
  }
}

/**
 * dx for the input rows [begin, end) of batch · inDepth · inHeight, by partial sums over the shares of the windows of
 * each plane, which have no gaps.
 */
export function avgPoolGradInputOfShares(
  dx: usize,
  shares: usize,
  geometry: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const g = changetype<PoolGeometry>(geometry);
  const pixelBytes = <usize>g.channels << 2;
  const rowBytes = <usize>g.outWidth * pixelBytes;
  const planeBytes = <usize>g.outHeight * rowBytes;
  dx += <usize>(begin * g.inWidth) * pixelBytes;
  for (let row = begin; row < end; row++) {
    const plane = row / g.inHeight;
    const odBegin = depthOf(g).firstWindow(plane % g.inDepth);
    const odEnd = depthOf(g).endOfWindows(plane % g.inDepth);
    const ohBegin = heightOf(g).firstWindow(row % g.inHeight);
    const rows = odEnd > odBegin ? heightOf(g).endOfWindows(row % g.inHeight) - ohBegin : 0;
    const firstPlane = (plane / g.inDepth) * g.outDepth + odBegin;
    const from = shares + <usize>firstPlane * planeBytes + <usize>ohBegin * rowBytes;
    for (let iw = 0; iw < g.inWidth; iw++) {
      const owBegin = widthOf(g).firstWindow(iw);
      const columns = widthOf(g).endOfWindows(iw) - owBegin;
      let at = from + <usize>owBegin * pixelBytes;
      let od = odBegin;
      do {
        const adds = accumulate || od > odBegin;
        foldWindow<Sum>(dx, at, 0, rows, columns, pixelBytes, rowBytes, 1, adds, g.channels);
        at += planeBytes;
      } while (++od < odEnd);
      dx += pixelBytes;
    }
  }
}
