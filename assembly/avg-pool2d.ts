// 2-D average pooling and its gradient.
//
//   y[n][oh][ow][c] = (Σ_kh Σ_kw x[n][oh·s + kh − p][ow·s + kw − p][c]) / divisor(oh, ow)
//   dx[n][ih][iw][c] = Σ dy / divisor over the windows that hold the pixel
//
// x [N,H,W,C], y [N,OH,OW,C]; pixels outside the image are 0, there is no dilation. With countIncludePad the divisor is
// the size of the window, clipped to the padded image as in PyTorch; without, it is the number of its pixels. A window
// without a pixel has y = 0. Windows of more than RUN pixels, and gradients of more than RUN windows, are summed by
// partial sums (assembly/lib/fold.ts), the others one after the other. Shapes are checked in src/ops/pool/geometry.ts. Reference:
// tests/support/reference/pool2d.ts.
import { storeUpTo4 } from './lib/lanes';
import { poolForward } from './lib/pool-forward';
import { poolGradInput } from './lib/pool-gradient';
import { counted, endOfWindows, firstWindow, Pool2dGeometry } from './lib/pooling';
import { foldWindow, RUN, Sum } from './lib/fold';

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
  const g = changetype<Pool2dGeometry>(geometry);
  if (<i64>g.kernelHeight * g.kernelWidth > RUN) return meanRows(y, x, g, countIncludePad, begin, end);
  poolForward<Mean>(y, 0, x, g, countIncludePad, begin, end);
}

/** The same by partial sums. */
function meanRows(
  y: usize,
  x: usize,
  g: Pool2dGeometry,
  countIncludePad: bool,
  begin: i32,
  end: i32,
): void {
  const pixelBytes = <usize>g.channels << 2;
  const rowBytes = <usize>g.inWidth * pixelBytes;
  y += <usize>(begin * g.outWidth) * pixelBytes;
  for (let row = begin; row < end; row++) {
    const top = (row % g.outHeight) * g.strideHeight - g.padTop;
    const firstRow = max(0, top);
    const rows = min(g.inHeight, top + g.kernelHeight) - firstRow;
    const countedRows = counted(top, g.kernelHeight, g.inHeight, g.padBottom, countIncludePad);
    const from = x + <usize>((row / g.outHeight) * g.inHeight + firstRow) * rowBytes;
    let left = -g.padLeft;
    for (let ow = g.outWidth; ow > 0; ow--) {
      const first = max(0, left);
      const columns = min(g.inWidth, left + g.kernelWidth) - first;
      const countedColumns = counted(left, g.kernelWidth, g.inWidth, g.padRight, countIncludePad);
      const divisor = <f32>countedRows * <f32>countedColumns;
      const at = from + <usize>first * pixelBytes;
      foldWindow<Sum>(y, at, 0, rows, columns, pixelBytes, rowBytes, divisor, false, g.channels);
      y += pixelBytes;
      left += g.strideWidth;
    }
  }
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

/** What each window has to share, dy / divisor, for the output rows [begin, end) of batch · outHeight. */
export function avgPool2dGradShares(
  shares: usize,
  dy: usize,
  geometry: usize,
  countIncludePad: bool,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Pool2dGeometry>(geometry);
  const channels = g.channels;
  const offset = (<usize>begin * g.outWidth * channels) << 2;
  shares += offset;
  dy += offset;
  for (let row = begin; row < end; row++) {
    const top = (row % g.outHeight) * g.strideHeight - g.padTop;
    const countedRows = counted(top, g.kernelHeight, g.inHeight, g.padBottom, countIncludePad);
    let left = -g.padLeft;
    for (let ow = g.outWidth; ow > 0; ow--) {
      const countedColumns = counted(left, g.kernelWidth, g.inWidth, g.padRight, countIncludePad);
      const divisor = f32x4.splat(<f32>countedRows * <f32>countedColumns);
      for (let c = 0; c < channels; c += 4) {
        const at = <usize>c << 2;
        storeUpTo4(shares + at, f32x4.div(v128.load(dy + at), divisor), channels - c);
      }
      shares += <usize>channels << 2;
      dy += <usize>channels << 2;
      left += g.strideWidth;
    }
  }
}

/** dx for the input rows [begin, end) of batch · inHeight, by partial sums over the shares of the windows. */
export function avgPool2dGradInputOfShares(
  dx: usize,
  shares: usize,
  geometry: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Pool2dGeometry>(geometry);
  const pixelBytes = <usize>g.channels << 2;
  const rowBytes = <usize>g.outWidth * pixelBytes;
  dx += <usize>(begin * g.inWidth) * pixelBytes;
  for (let row = begin; row < end; row++) {
    const h = (row % g.inHeight) + g.padTop;
    const firstRow = firstWindow(h, g.kernelHeight, g.strideHeight);
    const rows = endOfWindows(h, g.strideHeight, g.outHeight) - firstRow;
    const from = shares + <usize>((row / g.inHeight) * g.outHeight + firstRow) * rowBytes;
    for (let iw = 0; iw < g.inWidth; iw++) {
      const w = iw + g.padLeft;
      const first = firstWindow(w, g.kernelWidth, g.strideWidth);
      const columns = endOfWindows(w, g.strideWidth, g.outWidth) - first;
      const at = from + <usize>first * pixelBytes;
      foldWindow<Sum>(dx, at, 0, rows, columns, pixelBytes, rowBytes, 1, accumulate, g.channels);
      dx += pixelBytes;
    }
  }
}
