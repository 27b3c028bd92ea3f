// The microkernel for a single row: what a dense layer is for one sample, and the last row of some grids. Three panels
// at a time keep six independent sums in flight, as the latency of the additions asks for, and leave V8 registers
// enough for their loads. Each sum runs over k in order, so that the bits are those of the 4x8 microkernel.
import { clip4 } from './math';
import { TILE_COLUMNS } from './microkernel';
import { madd, storeLanes } from './simd';

const PANELS: i32 = 3;

/** What `tile4x8` computes, for one row. */
export function tile1x24(
  y: usize,
  columns: i32,
  bias: usize,
  residual: usize,
  a: usize,
  taps: usize,
  segments: i32,
  length: i32,
  b: usize,
  clip: usize,
): void {
  const tapsEnd = taps + (<usize>segments << 2);
  const segmentBytes = <usize>length << 5;
  const panel = segmentBytes * <usize>segments;
  for (; columns > 0; columns -= PANELS * TILE_COLUMNS) {
    // Panels that do not exist repeat the last one and are not stored.
    const second: usize = columns > TILE_COLUMNS ? 1 : 0;
    const third: usize = columns > 2 * TILE_COLUMNS ? 2 : second;
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c10 = c00;
    let c11 = c00;
    let c20 = c00;
    let c21 = c00;
    if (bias != 0) {
      c00 = v128.load(bias);
      c01 = v128.load(bias, 16);
      c10 = v128.load(bias + (second << 5));
      c11 = v128.load(bias + (second << 5), 16);
      c20 = v128.load(bias + (third << 5));
      c21 = v128.load(bias + (third << 5), 16);
      bias += PANELS * TILE_COLUMNS << 2;
    }
    let from = b;
    for (let segment = taps; segment < tapsEnd; segment += 4) {
      let p = a + <usize>load<i32>(segment);
      let b0 = from;
      let b1 = from + second * panel;
      let b2 = from + third * panel;
      let n = length;
      while (true) {
        let s = v128.load32_splat(p);
        c00 = madd(s, v128.load(b0), c00);
        c01 = madd(s, v128.load(b0, 16), c01);
        c10 = madd(s, v128.load(b1), c10);
        c11 = madd(s, v128.load(b1, 16), c11);
        c20 = madd(s, v128.load(b2), c20);
        c21 = madd(s, v128.load(b2, 16), c21);
        if (n <= 1) break;

        s = v128.load32_splat(p, 4);
        c00 = madd(s, v128.load(b0, 32), c00);
        c01 = madd(s, v128.load(b0, 48), c01);
        c10 = madd(s, v128.load(b1, 32), c10);
        c11 = madd(s, v128.load(b1, 48), c11);
        c20 = madd(s, v128.load(b2, 32), c20);
        c21 = madd(s, v128.load(b2, 48), c21);
        n -= 2;
        if (n <= 0) break;
        p += 8;
        b0 += 64;
        b1 += 64;
        b2 += 64;
      }
      from += segmentBytes;
    }
    storePanel(y, c00, c01, columns, residual, clip);
    storePanel(y + 32, c10, c11, columns - TILE_COLUMNS, residual == 0 ? 0 : residual + 32, clip);
    storePanel(y + 64, c20, c21, columns - 2 * TILE_COLUMNS, residual == 0 ? 0 : residual + 64, clip);
    y += PANELS * TILE_COLUMNS << 2;
    if (residual != 0) residual += PANELS * TILE_COLUMNS << 2;
    b += <usize>PANELS * panel;
  }
}

/** The first `columns` of eight sums, which may be none. */
function storePanel(y: usize, c0: v128, c1: v128, columns: i32, residual: usize, clip: usize): void {
  if (columns <= 0) return;
  if (residual != 0) {
    c0 = f32x4.add(v128.load(residual), c0);
    c1 = f32x4.add(v128.load(residual, 16), c1);
  }
  if (clip != 0) {
    const low = v128.load32_splat(clip);
    const high = v128.load32_splat(clip, 4);
    c0 = clip4(c0, low, high);
    c1 = clip4(c1, low, high);
  }
  if (columns < TILE_COLUMNS) return storeLanes(y, c0, c1, columns);
  v128.store(y, c0);
  v128.store(y, c1, 16);
}
