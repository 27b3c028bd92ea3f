// The microkernels of depthwise weight gradients: sums over some pixels of an output row, channel by channel.
//
//   sum[c][r][t] += Σ_j x[j·xStep + r·xRow + t·xTap][c] · dy[j·dyStep][c]
//
// Steps are bytes. The sums have the layout of packed weights: for each four channels their taps, four lanes each,
// side by side; `sumRow` and `sumBlock` are the distances of kernel rows and of four channels from the next.
import { madd } from './simd';

/** One pixel, any number of rows and taps; sixteen channels at once. */
export function depthwiseOuterPixel(
  sum: usize,
  sumRow: usize,
  sumBlock: usize,
  x: usize,
  rows: i32,
  xRow: usize,
  taps: i32,
  xTap: usize,
  dy: usize,
  channels: i32,
): void {
  for (; channels >= 16; channels -= 16) {
    const d0 = v128.load(dy);
    const d1 = v128.load(dy, 16);
    const d2 = v128.load(dy, 32);
    const d3 = v128.load(dy, 48);
    let px = x;
    let ps = sum;
    for (let r = rows; r > 0; r--) {
      let p = px;
      let q0 = ps;
      for (let t = taps; t > 0; t--) {
        const q1 = q0 + sumBlock;
        const q2 = q1 + sumBlock;
        const q3 = q2 + sumBlock;
        v128.store(q0, madd(v128.load(p), d0, v128.load(q0)));
        v128.store(q1, madd(v128.load(p, 16), d1, v128.load(q1)));
        v128.store(q2, madd(v128.load(p, 32), d2, v128.load(q2)));
        v128.store(q3, madd(v128.load(p, 48), d3, v128.load(q3)));
        p += xTap;
        q0 += 16;
      }
      px += xRow;
      ps += sumRow;
    }
    dy += 64;
    x += 64;
    sum += 4 * sumBlock;
  }
  for (; channels > 0; channels -= 4) {
    const d = v128.load(dy);
    let px = x;
    let ps = sum;
    for (let r = rows; r > 0; r--) {
      let p = px;
      let q = ps;
      for (let t = taps; t > 0; t--) {
        v128.store(q, madd(v128.load(p), d, v128.load(q)));
        p += xTap;
        q += 16;
      }
      px += xRow;
      ps += sumRow;
    }
    dy += 16;
    x += 16;
    sum += sumBlock;
  }
}

/** Four pixels, any distance of pixels and taps. */
export function depthwiseOuterTile(
  sum: usize,
  sumRow: usize,
  sumBlock: usize,
  x: usize,
  xStep: usize,
  rows: i32,
  xRow: usize,
  taps: i32,
  xTap: usize,
  dy: usize,
  dyStep: usize,
  channels: i32,
): void {
  for (; channels > 0; channels -= 4) {
    const d0 = v128.load(dy);
    const d1 = v128.load(dy + dyStep);
    const d2 = v128.load(dy + 2 * dyStep);
    const d3 = v128.load(dy + 3 * dyStep);
    let px = x;
    let ps = sum;
    for (let r = rows; r > 0; r--) {
      let p = px;
      let q = ps;
      for (let t = taps; t > 0; t--) {
        let s = v128.load(q);
        s = madd(v128.load(p), d0, s);
        s = madd(v128.load(p + xStep), d1, s);
        s = madd(v128.load(p + 2 * xStep), d2, s);
        s = madd(v128.load(p + 3 * xStep), d3, s);
        v128.store(q, s);
        p += xTap;
        q += 16;
      }
      px += xRow;
      ps += sumRow;
    }
    dy += 16;
    x += 16;
    sum += sumBlock;
  }
}

/** Four pixels side by side, three taps side by side. */
export function depthwiseOuterTile3(
  sum: usize,
  sumRow: usize,
  sumBlock: usize,
  x: usize,
  xStep: usize,
  rows: i32,
  xRow: usize,
  dy: usize,
  dyStep: usize,
  channels: i32,
): void {
  for (; channels > 0; channels -= 4) {
    const d0 = v128.load(dy);
    const d1 = v128.load(dy + dyStep);
    const d2 = v128.load(dy + 2 * dyStep);
    const d3 = v128.load(dy + 3 * dyStep);
    let px = x;
    let ps = sum;
    for (let r = rows; r > 0; r--) {
      let s0 = v128.load(ps);
      let s1 = v128.load(ps, 16);
      let s2 = v128.load(ps, 32);
      let p = px;
      let v = v128.load(p);
      s0 = madd(v, d0, s0);
      p += xStep;
      v = v128.load(p);
      s1 = madd(v, d0, s1);
      s0 = madd(v, d1, s0);
      p += xStep;
      v = v128.load(p);
      s2 = madd(v, d0, s2);
      s1 = madd(v, d1, s1);
      s0 = madd(v, d2, s0);
      p += xStep;
      v = v128.load(p);
      s2 = madd(v, d1, s2);
      s1 = madd(v, d2, s1);
      s0 = madd(v, d3, s0);
      p += xStep;
      v = v128.load(p);
      s2 = madd(v, d2, s2);
      s1 = madd(v, d3, s1);
      p += xStep;
      s2 = madd(v128.load(p), d3, s2);
      v128.store(ps, s0);
      v128.store(ps, s1, 16);
      v128.store(ps, s2, 32);
      px += xRow;
      ps += sumRow;
    }
    dy += 16;
    x += 16;
    sum += sumBlock;
  }
}
