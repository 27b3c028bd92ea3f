// Layer normalization: each row with its own mean and deviation (Ba, Kiros & Hinton, arxiv.org/abs/1607.06450), or with its
// root mean square alone (Zhang & Sennrich, arxiv.org/abs/1910.07467), where the mean counts as 0.
//
//   i[r] = 1 / √(Σ_c (x[r][c] − mean[r])² / size + eps)
//   y[r][c] = (x[r][c] − mean[r]) · i[r] · w[c] + b[c]
//   dx[r][c] = i · (g[r][c] − Σ_k g[r][k] / size − (x[r][c] − mean[r]) · i² · Σ_k g[r][k] · (x[r][k] − mean[r]) / size)
//
// with g = dy · w; without a mean, without its sum Σ g. x, y, dx, dy [rows, size], w and b [size].
// `statistics` [rows, 2] are mean and i. Shapes are checked in src/ops/norm/layer-norm.ts; ranges count rows. Reference:
// tests/support/reference/layer-norm.ts.
import { firstLanes, storeUpTo4 } from './lib/lanes';
import { madd, sumLanes } from './lib/simd';

/** Values that are summed in float32, before their sum joins that of the row. */
const RUN: i32 = 1024;

/** y for the rows [begin, end), and their statistics, unless 0. */
export function layerNormForward(
  y: usize,
  x: usize,
  weight: usize,
  bias: usize,
  statistics: usize,
  size: i32,
  eps: f32,
  isCentred: bool,
  begin: i32,
  end: i32,
): void {
  for (let r = begin; r < end; r++) {
    const at = <usize>(r * size) << 2;
    const row = x + at;
    const mean = isCentred ? <f32>(f64x2.extract_lane(sumValues(row, size), 0) / size) : 0;
    const squares = f64x2.extract_lane(sumSquares(row, mean, size), 1);
    const inverse = <f32>(1 / sqrt(squares / size + eps));
    if (statistics != 0) {
      store<f32>(statistics + (<usize>r << 3), mean);
      store<f32>(statistics + (<usize>r << 3), inverse, 4);
    }
    scaleRow(y + at, row, mean, inverse, weight, bias, size);
  }
}

/** dx for the rows [begin, end): overwritten, or added to. */
export function layerNormGradInput(
  dx: usize,
  dy: usize,
  x: usize,
  weight: usize,
  statistics: usize,
  size: i32,
  isCentred: bool,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  for (let r = begin; r < end; r++) {
    const at = <usize>(r * size) << 2;
    const mean = load<f32>(statistics + (<usize>r << 3));
    const inverse = load<f32>(statistics + (<usize>r << 3), 4);
    const sums = sumGradient(dy + at, weight, x + at, mean, size);
    const slope = (-f64x2.extract_lane(sums, 1) / size) * inverse * inverse * inverse;
    const shift = isCentred ? (-f64x2.extract_lane(sums, 0) / size) * inverse : 0;
    gradientOfRow(dx + at, dy + at, x + at, mean, weight, inverse, <f32>slope, <f32>shift, accumulate, size);
  }
}

function sumValues(x: usize, size: i32): v128 {
  return sumRow(VALUES, x, 0, x, 0, size);
}

function sumSquares(x: usize, mean: f32, size: i32): v128 {
  return sumRow(SQUARES, x, 0, x, mean, size);
}

function sumGradient(dy: usize, weight: usize, x: usize, mean: f32, size: i32): v128 {
  return sumRow(GRADIENT, dy, weight, x, mean, size);
}

// What is summed: Σ a, or Σ (a − mean)², or both Σ g and Σ g · (x − mean) with g = a · w.
const VALUES: i32 = 0;
const SQUARES: i32 = 1;
const GRADIENT: i32 = 2;

/** Sums in two lanes of float64. */
// @ts-ignore: decorator
@inline
function sumRow(what: i32, a: usize, w: usize, x: usize, mean: f32, size: i32): v128 {
  let total = f64x2.splat(0);
  const zero = f32x4.splat(0);
  const toX = x - a;
  const toW = w - a;
  const vMean = f32x4.splat(mean);
  while (size > 0) {
    let s0 = zero;
    let s1 = zero;
    let p0 = zero;
    let p1 = zero;
    let left = min(size, RUN);
    size -= left;
    for (; left >= 8; left -= 8) {
      let g0 = v128.load(a);
      let g1 = v128.load(a, 16);
      if (what == SQUARES) {
        g0 = f32x4.sub(g0, vMean);
        g1 = f32x4.sub(g1, vMean);
        p0 = madd(g0, g0, p0);
        p1 = madd(g1, g1, p1);
      } else {
        if (what == GRADIENT) {
          g0 = f32x4.mul(g0, v128.load(a + toW));
          g1 = f32x4.mul(g1, v128.load(a + toW, 16));
          p0 = madd(g0, f32x4.sub(v128.load(a + toX), vMean), p0);
          p1 = madd(g1, f32x4.sub(v128.load(a + toX, 16), vMean), p1);
        }
        s0 = f32x4.add(s0, g0);
        s1 = f32x4.add(s1, g1);
      }
      a += 32;
    }
    for (; left > 0; left -= 4) {
      let g = v128.load(a);
      if (what == GRADIENT) g = f32x4.mul(g, v128.load(a + toW));
      s0 = f32x4.add(s0, firstLanes(g, zero, left));
      const centred = f32x4.sub(v128.load(a + toX), vMean);
      if (what != VALUES) {
        p0 = f32x4.add(p0, firstLanes(f32x4.mul(what == SQUARES ? centred : g, centred), zero, left));
      }
      a += 16;
    }
    const sums = f64x2.splat(sumLanes(f32x4.add(s0, s1)));
    total = f64x2.add(total, f64x2.replace_lane(sums, 1, sumLanes(f32x4.add(p0, p1))));
  }
  return total;
}

/** y = (x − mean) · factor · w + b */
function scaleRow(y: usize, x: usize, mean: f32, factor: f32, w: usize, b: usize, size: i32): void {
  const vMean = f32x4.splat(mean);
  const vFactor = f32x4.splat(factor);
  for (; size >= 8; size -= 8) {
    const v0 = f32x4.mul(f32x4.sub(v128.load(x), vMean), vFactor);
    const v1 = f32x4.mul(f32x4.sub(v128.load(x, 16), vMean), vFactor);
    v128.store(y, f32x4.add(f32x4.mul(v0, v128.load(w)), v128.load(b)));
    v128.store(y, f32x4.add(f32x4.mul(v1, v128.load(w, 16)), v128.load(b, 16)), 16);
    x += 32;
    w += 32;
    b += 32;
    y += 32;
  }
  for (; size > 0; size -= 4) {
    const v = f32x4.mul(f32x4.sub(v128.load(x), vMean), vFactor);
    storeUpTo4(y, f32x4.add(f32x4.mul(v, v128.load(w)), v128.load(b)), size);
    x += 16;
    w += 16;
    b += 16;
    y += 16;
  }
}

/** dx = dy · w · factor + (x − mean) · slope + shift */
function gradientOfRow(
  dx: usize,
  dy: usize,
  x: usize,
  mean: f32,
  w: usize,
  factor: f32,
  slope: f32,
  shift: f32,
  accumulate: bool,
  size: i32,
): void {
  const vMean = f32x4.splat(mean);
  const vFactor = f32x4.splat(factor);
  const vSlope = f32x4.splat(slope);
  const vShift = f32x4.splat(shift);
  for (; size > 0; size -= 4) {
    let v = f32x4.mul(f32x4.mul(v128.load(dy), v128.load(w)), vFactor);
    v = f32x4.add(v, madd(f32x4.sub(v128.load(x), vMean), vSlope, vShift));
    if (accumulate) v = f32x4.add(v128.load(dx), v);
    storeUpTo4(dx, v, size);
    dx += 16;
    dy += 16;
    w += 16;
    x += 16;
  }
}
