// The 4x8 microkernel for a plain product: four rows that lie in memory a stride apart, one panel.
//
//   C[i][j] = Σ_k A[i][k] · B[k][j]        i < 4, j < 8
//
// B is packed [k][8]. Registers and branches are those of lib/microkernel.ts, whose table of taps, initial values
// and partial tiles cost a product as shallow as Winograd's 3 to 10 %.
import { madd } from './simd';

/** Computes one tile, or adds it to what is there, which goes on with the same sum. Strides are in bytes; `depth`, the number of k, is at least 1. */
export function plainTile4x8(
  c: usize,
  cStride: usize,
  p0: usize,
  aStride: usize,
  pb: usize,
  n: i32,
  accumulate: bool,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  if (accumulate) {
    c00 = v128.load(c);
    c01 = v128.load(c, 16);
    c10 = v128.load(c + cStride);
    c11 = v128.load(c + cStride, 16);
    c20 = v128.load(c + (cStride << 1));
    c21 = v128.load(c + (cStride << 1), 16);
    c30 = v128.load(c + cStride * 3);
    c31 = v128.load(c + cStride * 3, 16);
  }
  let p1 = p0 + aStride;
  let p2 = p1 + aStride;
  let p3 = p2 + aStride;
  while (true) {
    let b0 = v128.load(pb);
    let b1 = v128.load(pb, 16);
    let s = v128.load32_splat(p0);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(p1);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load32_splat(p2);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load32_splat(p3);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    if (n <= 1) break;

    b0 = v128.load(pb, 32);
    b1 = v128.load(pb, 48);
    s = v128.load32_splat(p0, 4);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(p1, 4);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load32_splat(p2, 4);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load32_splat(p3, 4);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    if (n <= 2) break;

    b0 = v128.load(pb, 64);
    b1 = v128.load(pb, 80);
    s = v128.load32_splat(p0, 8);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(p1, 8);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load32_splat(p2, 8);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load32_splat(p3, 8);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    if (n <= 3) break;

    b0 = v128.load(pb, 96);
    b1 = v128.load(pb, 112);
    s = v128.load32_splat(p0, 12);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(p1, 12);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load32_splat(p2, 12);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load32_splat(p3, 12);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    n -= 4;
    if (n <= 0) break;
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    pb += 128;
  }

  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += cStride;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += cStride;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += cStride;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}
