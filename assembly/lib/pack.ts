// What the GEMM operands are rearranged into: the second into panels of eight columns, zero-padded,
// [column / 8][k][8]; the first, where its rows do not lie side by side in memory, into its transpose.
import { TILE_COLUMNS } from './microkernel';
import { copyFloats, zeroFloats } from './simd';

/** Bytes of one packed panel with `depth` rows. */
// @ts-ignore: decorator
@inline
export function panelBytes(depth: i32): usize {
  return (<usize>depth * TILE_COLUMNS) << 2;
}

/** Bytes of all the panels of a `depth` x `columns` matrix. */
export function packedBytes(depth: i32, columns: i32): usize {
  return <usize>((columns + TILE_COLUMNS - 1) / TILE_COLUMNS) * panelBytes(depth);
}

/** Packs B [depth][columns], whose rows are `stride` floats apart. */
export function packPanels(packed: usize, b: usize, depth: i32, columns: i32, stride: i32): void {
  for (let column = 0; column < columns; column += TILE_COLUMNS) {
    const width = min(TILE_COLUMNS, columns - column);
    let from = b + (<usize>column << 2);
    if (width == TILE_COLUMNS) {
      copyPanel(packed, from, depth, <usize>stride << 2);
      packed += panelBytes(depth);
      continue;
    }
    for (let k = 0; k < depth; k++) {
      zeroFloats(packed, TILE_COLUMNS);
      copyFloats(packed, from, width);
      packed += TILE_COLUMNS << 2;
      from += <usize>stride << 2;
    }
  }
}

/**
 * Packs one panel of the transpose of B [columns][depth], whose rows are `stride` floats apart: at most eight of the
 * rows of B become its columns.
 */
export function packPanelTransposed(packed: usize, b: usize, columns: i32, depth: i32, stride: i32): void {
  if (columns < TILE_COLUMNS) zeroFloats(packed, depth * TILE_COLUMNS);
  transpose(packed, TILE_COLUMNS << 2, b, <usize>stride << 2, min(columns, TILE_COLUMNS), depth);
}

/** A panel whose eight columns all exist. */
function copyPanel(to: usize, from: usize, depth: i32, step: usize): void {
  for (const end = to + panelBytes(depth); to < end; to += TILE_COLUMNS << 2) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    from += step;
  }
}


/**
 * to[c][p] = from[p][c] for `count` pixels, `step` bytes apart, of `channels` values each. `plane`: bytes from a
 * row of `to` to the next.
 */
export function transpose(
  to: usize,
  plane: usize,
  from: usize,
  step: usize,
  count: i32,
  channels: i32,
): void {
  if (channels == 1 && step == 4) return copyFloats(to, from, count);
  while (count >= 4) {
    let c = 0;
    let at = to;
    for (; c + 4 <= channels; c += 4) {
      transpose4x4(at, plane, from + (<usize>c << 2), step);
      at += plane << 2;
    }
    for (; c < channels; c++) {
      gather(at, from + (<usize>c << 2), step);
      at += plane;
    }
    to += 16;
    from += step << 2;
    count -= 4;
  }
  for (; count > 0; count--) {
    for (let c = <usize>0; c < <usize>channels; c++) store<f32>(to + c * plane, load<f32>(from + (c << 2)));
    to += 4;
    from += step;
  }
}

// @ts-ignore: decorator
@inline
function gather(to: usize, from: usize, step: usize): void {
  let v = v128.load32_zero(from);
  v = v128.load32_lane(from + step, v, 1);
  v = v128.load32_lane(from + 2 * step, v, 2);
  v128.store(to, v128.load32_lane(from + 3 * step, v, 3));
}

// @ts-ignore: decorator
@inline
function transpose4x4(to: usize, plane: usize, from: usize, step: usize): void {
  const v0 = v128.load(from);
  const v1 = v128.load(from + step);
  const v2 = v128.load(from + 2 * step);
  const v3 = v128.load(from + 3 * step);
  const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to + plane, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(to + 2 * plane, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(to + 3 * plane, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}
