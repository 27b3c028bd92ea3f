// What the GEMM operands are rearranged into: the second into panels of eight columns, [column / 8][k][8], with zeros
// for columns that do not exist; the last, where at most four columns are left, into a narrow one, [column][k]. The
// first, where its rows do not lie side by side in memory, into its transpose.
import { TILE_COLUMNS } from './microkernel';
import { NARROW_COLUMNS } from './narrow-microkernel';
import { copyFloats, zeroFloats } from './simd';

/** Bytes of one packed panel with `depth` rows: the first for the next `columns` columns. */
// @ts-ignore: decorator
@inline
export function panelBytes(depth: i32, columns: i32 = TILE_COLUMNS): usize {
  return (<usize>depth * (columns <= NARROW_COLUMNS ? columns : TILE_COLUMNS)) << 2;
}

/** Bytes of all the panels of a `depth` x `columns` matrix. */
export function packedBytes(depth: i32, columns: i32): usize {
  const rest = columns % TILE_COLUMNS;
  return <usize>(columns / TILE_COLUMNS) * panelBytes(depth) + panelBytes(depth, rest);
}

/** Packs B [depth][columns], whose rows are `stride` floats apart. */
export function packPanels(packed: usize, b: usize, depth: i32, columns: i32, stride: i32): void {
  for (; columns > 0; columns -= TILE_COLUMNS) {
    packPanel(packed, b, depth, columns, <usize>stride << 2);
    packed += panelBytes(depth, columns);
    b += TILE_COLUMNS << 2;
  }
}

/** Packs the panel that takes the first of the next `columns` columns of B, whose rows are `step` bytes apart. */
function packPanel(packed: usize, b: usize, depth: i32, columns: i32, step: usize): void {
  if (columns <= NARROW_COLUMNS) return transpose(packed, <usize>depth << 2, b, step, depth, columns);
  const end = packed + panelBytes(depth);
  if (columns >= TILE_COLUMNS) {
    for (; packed < end; packed += TILE_COLUMNS << 2) {
      v128.store(packed, v128.load(b));
      v128.store(packed, v128.load(b, 16), 16);
      b += step;
    }
  } else {
    for (; packed < end; packed += TILE_COLUMNS << 2) {
      zeroFloats(packed, TILE_COLUMNS);
      copyFloats(packed, b, columns);
      b += step;
    }
  }
}

/**
 * Packs `depth` rows, from row `first` on, of the panel that takes the first of the next `columns` columns of a matrix
 * with `panelDepth` rows. b is the transpose of these rows [columns][depth], its own rows `stride` floats apart.
 */
export function packPanelTransposed(
  packed: usize,
  panelDepth: i32,
  first: i32,
  b: usize,
  columns: i32,
  depth: i32,
  stride: i32,
): void {
  if (columns > NARROW_COLUMNS) {
    packed += panelBytes(first);
    if (columns < TILE_COLUMNS) zeroFloats(packed, depth * TILE_COLUMNS);
    return transpose(packed, TILE_COLUMNS << 2, b, <usize>stride << 2, min(columns, TILE_COLUMNS), depth);
  }
  packed += <usize>first << 2;
  for (; columns > 0; columns--) {
    copyFloats(packed, b, depth);
    packed += <usize>panelDepth << 2;
    b += <usize>stride << 2;
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
