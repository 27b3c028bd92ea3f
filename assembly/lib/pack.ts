// Packing of the second GEMM operand into panels of eight columns, zero-padded: [column / 8][k][8].
import { TILE_COLUMNS } from './microkernel';
import { zeroFloats } from './simd';

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
    for (let k = 0; k < depth; k++) {
      packRow(packed, from, width, 1);
      packed += TILE_COLUMNS << 2;
      from += <usize>stride << 2;
    }
  }
}

/**
 * Packs the operand of an input gradient: B'[t][o][i] = w[taps - 1 - t][i][o], the kernel rotated by half a turn
 * and its channels exchanged. w is [taps][inner][outer] with rows of `stride` floats; B' has taps·outer rows and
 * `inner` columns.
 */
export function packPanelsRotated(
  packed: usize,
  w: usize,
  taps: i32,
  inner: i32,
  outer: i32,
  stride: i32,
): void {
  for (let column = 0; column < inner; column += TILE_COLUMNS) {
    const width = min(TILE_COLUMNS, inner - column);
    for (let tap = taps - 1; tap >= 0; tap--) {
      const from = w + ((<usize>(tap * inner + column) * stride) << 2);
      for (let o = 0; o < outer; o++) {
        packRow(packed, from + (<usize>o << 2), width, stride);
        packed += TILE_COLUMNS << 2;
      }
    }
  }
}

function packRow(to: usize, from: usize, width: i32, step: i32): void {
  if (width < TILE_COLUMNS) zeroFloats(to, TILE_COLUMNS);
  else if (step == 1) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    return;
  }
  for (let j = 0; j < width; j++) {
    store<f32>(to + (<usize>j << 2), load<f32>(from + ((<usize>j * step) << 2)));
  }
}
