// Normalization channel by channel, each channel of each group of rows with its own mean and scale: batch normalization
// (Ioffe & Szegedy, arxiv.org/abs/1502.03167) has one group, instance and group normalization one for each example.
//
//   y[o][r][c]     = (x[o][r][c] − mean[o][c]) · scale[o][c] + shift[o][c]
//   variance[o][c] = Σ_r (x[o][r][c] − mean[o][c])² · factor
//   dw[o][c]       = Σ_r dy[o][r][c] · (x[o][r][c] − mean[o][c]) · factor[o][c]          db[o][c] = Σ_r dy[o][r][c]
//   dx[o][r][c]    = dy[o][r][c] · a[o][c] + (x[o][r][c] − mean[o][c]) · b[o][c] + k[o][c]
//
// x, y, dx, dy [outer, rows, channels], all else [outer, channels]. Shapes are checked in src/ops/norm/channels.ts.
// Reference: tests/support/reference/batch-norm.ts.
import { RUN } from './lib/fold';
import { storeUpTo4 } from './lib/lanes';
import { madd } from './lib/simd';

/** y for the rows [begin, end) of outer · rows. */
export function batchNormForward(
  y: usize,
  x: usize,
  mean: usize,
  scale: usize,
  shift: usize,
  rows: i32,
  channels: i32,
  begin: i32,
  end: i32,
): void {
  const step = <usize>channels << 2;
  let own = <usize>(begin / rows) * step;
  let left = rows - (begin % rows);
  x += <usize>begin * step;
  y += <usize>begin * step;
  for (; begin < end; begin++) {
    for (let c = 0; c < channels; c += 4) {
      const at = <usize>c << 2;
      const centred = f32x4.sub(v128.load(x + at), v128.load(mean + own + at));
      const v = f32x4.add(f32x4.mul(centred, v128.load(scale + own + at)), v128.load(shift + own + at));
      storeUpTo4(y + at, v, channels - c);
    }
    x += step;
    y += step;
    if (--left > 0) continue;
    left = rows;
    own += step;
  }
}

/** dx for the rows [begin, end) of outer · rows: overwritten, or added to. Without x (0) it is dy · a alone. */
export function batchNormGradInput(
  dx: usize,
  dy: usize,
  x: usize,
  mean: usize,
  a: usize,
  b: usize,
  k: usize,
  rows: i32,
  channels: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const step = <usize>channels << 2;
  const ofX: usize = x == 0 ? 0 : x - dy;
  let own = <usize>(begin / rows) * step;
  let left = rows - (begin % rows);
  dx += <usize>begin * step;
  dy += <usize>begin * step;
  for (; begin < end; begin++) {
    for (let c = 0; c < channels; c += 4) {
      const at = <usize>c << 2;
      let v = f32x4.mul(v128.load(dy + at), v128.load(a + own + at));
      if (x != 0) {
        const centred = f32x4.sub(v128.load(dy + ofX + at), v128.load(mean + own + at));
        v = f32x4.add(f32x4.add(v, f32x4.mul(centred, v128.load(b + own + at))), v128.load(k + own + at));
      }
      if (accumulate) v = f32x4.add(v128.load(dx + at), v);
      storeUpTo4(dx + at, v, channels - c);
    }
    dx += step;
    dy += step;
    if (--left > 0) continue;
    left = rows;
    own += step;
  }
}

/**
 * The variances of the channels [begin, end) of outer · channels; scratch as for sumRows.
 * @param factor 1 / rows
 */
export function batchNormVariance(
  variance: usize,
  x: usize,
  mean: usize,
  scratch: usize,
  factor: f32,
  rows: i32,
  channels: i32,
  begin: i32,
  end: i32,
): void {
  const vFactor = f32x4.splat(factor);
  while (begin < end) {
    const c = begin % channels;
    const count = min(16, min(channels - c, end - begin));
    const at = <usize>begin << 2;
    const first = x + (<usize>((begin - c) * rows + c) << 2);
    sumRows(scratch, first, 0, mean + at, count, rows, <usize>channels << 2);
    for (let lane = 0; lane < count; lane += 4) {
      const offset = <usize>lane << 2;
      const v = f32x4.mul(v128.load(scratch + offset), vFactor);
      storeUpTo4(variance + at + offset, v, count - lane);
    }
    begin += count;
  }
}

/** The gradients of weight and bias for the channels [begin, end) of outer · channels; scratch as for sumRows. */
export function batchNormGradWeightBias(
  dw: usize,
  db: usize,
  dy: usize,
  x: usize,
  mean: usize,
  factor: usize,
  scratch: usize,
  rows: i32,
  channels: i32,
  begin: i32,
  end: i32,
): void {
  while (begin < end) {
    const c = begin % channels;
    const count = min(8, min(channels - c, end - begin));
    const at = <usize>begin << 2;
    const first = <usize>((begin - c) * rows + c) << 2;
    sumRows(scratch, x + first, dy + first, mean + at, count, rows, <usize>channels << 2);
    for (let lane = 0; lane < count; lane += 4) {
      const offset = <usize>lane << 2;
      const v = f32x4.mul(v128.load(scratch + offset), v128.load(factor + at + offset));
      storeUpTo4(dw + at + offset, v, count - lane);
      storeUpTo4(db + at + offset, v128.load(scratch + 32 + offset), count - lane);
    }
    begin += count;
  }
}

/**
 * Four vectors of sums over rows that lie `step` bytes apart, at `to`: Σ (x − mean)² of 16 channels, or with dy
 * Σ dy·(x − mean), then Σ dy, of 8. Runs of RUN rows are summed, then their sums in pairs, which keeps the rounding errors
 * of long sums small; it takes 64 bytes for each halving, and 64. Past the last of the `channels` that are left, its
 * vector is summed again.
 */
function sumRows(to: usize, x: usize, dy: usize, mean: usize, channels: i32, rows: i32, step: usize): void {
  if (rows <= RUN) {
    if (dy == 0) sumSquares(to, x, mean, channels, rows, step);
    else sumProducts(to, x, dy, mean, channels, rows, step);
    return;
  }
  const half = RUN * (((rows + RUN - 1) / RUN) >> 1);
  const skip = <usize>half * step;
  sumRows(to, x, dy, mean, channels, half, step);
  sumRows(to + 64, x + skip, dy == 0 ? 0 : dy + skip, mean, channels, rows - half, step);
  for (let at = to; at < to + 64; at += 16) {
    v128.store(at, f32x4.add(v128.load(at), v128.load(at, 64)));
  }
}

function sumSquares(to: usize, x: usize, mean: usize, channels: i32, rows: i32, step: usize): void {
  const last = ((channels - 1) >> 2) << 4;
  const o1 = <usize>min(16, last);
  const o2 = <usize>min(32, last);
  const o3 = <usize>min(48, last);
  const m0 = v128.load(mean);
  const m1 = v128.load(mean + o1);
  const m2 = v128.load(mean + o2);
  const m3 = v128.load(mean + o3);
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (; rows > 0; rows--) {
    const d0 = f32x4.sub(v128.load(x), m0);
    const d1 = f32x4.sub(v128.load(x + o1), m1);
    const d2 = f32x4.sub(v128.load(x + o2), m2);
    const d3 = f32x4.sub(v128.load(x + o3), m3);
    s0 = madd(d0, d0, s0);
    s1 = madd(d1, d1, s1);
    s2 = madd(d2, d2, s2);
    s3 = madd(d3, d3, s3);
    x += step;
  }
  v128.store(to, s0);
  v128.store(to, s1, 16);
  v128.store(to, s2, 32);
  v128.store(to, s3, 48);
}

function sumProducts(to: usize, x: usize, dy: usize, mean: usize, channels: i32, rows: i32, step: usize): void {
  const o1: usize = channels > 4 ? 16 : 0;
  const m0 = v128.load(mean);
  const m1 = v128.load(mean + o1);
  let w0 = f32x4.splat(0);
  let w1 = w0;
  let b0 = w0;
  let b1 = w0;
  for (; rows > 0; rows--) {
    const dy0 = v128.load(dy);
    const dy1 = v128.load(dy + o1);
    w0 = madd(f32x4.sub(v128.load(x), m0), dy0, w0);
    w1 = madd(f32x4.sub(v128.load(x + o1), m1), dy1, w1);
    b0 = f32x4.add(b0, dy0);
    b1 = f32x4.add(b1, dy1);
    x += step;
    dy += step;
  }
  v128.store(to, w0);
  v128.store(to, w1, 16);
  v128.store(to, b0, 32);
  v128.store(to, b1, 48);
}
