// A transposition tile by tile: the rows lie side by side in `from`, the columns in `to`.
//
// Sixteen rows at a time are a whole cache line of each column, and sixteen lines that are written from end to end.
// Where lines a row apart share sets of the cache, eight rows are all that stay in it.
import { CopyGeometry } from './copy-geometry';
import { storeFirst } from './lanes';

/** Bytes that rows whose lines share sets of the cache are a multiple of apart. */
const CROWDED: usize = 1024;

/** Tiles of a plane. */
export function tilesOf(g: CopyGeometry): i32 {
  return tilesDown(g) * tilesAlong(g.columns, g.tileColumns);
}

/** Tiles of a plane below each other. */
export function tilesDown(g: CopyGeometry): i32 {
  return tilesAlong(g.rows, g.tileRows);
}

// @ts-ignore: decorator
@inline
function tilesAlong(size: i32, tile: i32): i32 {
  return (size + tile - 1) / tile;
}

/** The tile `index` of a plane that has `down` below each other. */
export function copyTile<Mode>(
  to: usize,
  from: usize,
  scale: f32,
  accumulate: bool,
  g: CopyGeometry,
  index: i32,
  down: i32,
): void {
  const across = index < down ? 0 : index / down;
  const column = across * g.tileColumns;
  const row = (index - across * down) * g.tileRows;
  const toRow = <usize>g.toRow << 2;
  const fromColumn = <usize>g.fromColumn << 2;
  to += <usize>row * toRow + (<usize>column << 2);
  from += (<usize>row << 2) + <usize>column * fromColumn;
  const columns = min(g.tileColumns, g.columns - column);
  let rows = min(g.tileRows, g.rows - row);
  if (columns <= 4) return copyNarrow<Mode>(to, from, scale, accumulate, toRow, fromColumn, rows, columns);
  const lines = toRow % CROWDED == 0 ? 2 : 4;
  while (rows >= 8) {
    const fours = rows < 16 ? 2 : lines;
    copyLines<Mode>(to, from, scale, accumulate, toRow, fromColumn, fours, columns);
    to += <usize>fours * (toRow << 2);
    from += <usize>fours << 4;
    rows -= fours << 2;
  }
  for (; rows > 0; rows -= 4) {
    copyFour<Mode>(to, from, scale, accumulate, toRow, fromColumn, rows, columns);
    to += toRow << 2;
    from += 16;
  }
}

/** Any number of rows of at most four columns. */
function copyNarrow<Mode>(
  to: usize,
  from: usize,
  scale: f32,
  accumulate: bool,
  toRow: usize,
  fromColumn: usize,
  rows: i32,
  columns: i32,
): void {
  const vScale = f32x4.splat(scale);
  for (; rows >= 4; rows -= 4) {
    transposePart<Mode>(to, from, vScale, accumulate, toRow, fromColumn, 4, columns);
    to += toRow << 2;
    from += 16;
  }
  if (rows > 0) transposePart<Mode>(to, from, vScale, accumulate, toRow, fromColumn, rows, columns);
}

/** `fours` times four rows, four columns at a time. */
function copyLines<Mode>(
  to: usize,
  from: usize,
  scale: f32,
  accumulate: bool,
  toRow: usize,
  fromColumn: usize,
  fours: i32,
  columns: i32,
): void {
  const vScale = f32x4.splat(scale);
  for (; columns >= 4; columns -= 4) {
    let toFour = to;
    let fromFour = from;
    for (let left = fours; left > 0; left--) {
      transpose<Mode>(toFour, fromFour, vScale, accumulate, toRow, fromColumn);
      toFour += toRow << 2;
      fromFour += 16;
    }
    to += 16;
    from += fromColumn << 2;
  }
  if (columns > 0) copyNarrow<Mode>(to, from, scale, accumulate, toRow, fromColumn, fours << 2, columns);
}

/** At most four rows of any number of columns. */
function copyFour<Mode>(
  to: usize,
  from: usize,
  scale: f32,
  accumulate: bool,
  toRow: usize,
  fromColumn: usize,
  rows: i32,
  columns: i32,
): void {
  const vScale = f32x4.splat(scale);
  for (; columns >= 4; columns -= 4) {
    transposePart<Mode>(to, from, vScale, accumulate, toRow, fromColumn, rows, 4);
    to += 16;
    from += fromColumn << 2;
  }
  if (columns > 0) transposePart<Mode>(to, from, vScale, accumulate, toRow, fromColumn, rows, columns);
}

// @ts-ignore: decorator
@inline
function transpose<Mode>(
  to: usize,
  from: usize,
  vScale: v128,
  accumulate: bool,
  toRow: usize,
  fromColumn: usize,
): void {
  const mode = changetype<Mode>(0);
  const v0 = v128.load(from);
  const v1 = v128.load(from + fromColumn);
  const v2 = v128.load(from + 2 * fromColumn);
  const v3 = v128.load(from + 3 * fromColumn);
  const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
  const to1 = to + toRow;
  const to2 = to + 2 * toRow;
  const to3 = to + 3 * toRow;
  v128.store(to, mode.of(v128.shuffle<f32>(low01, low23, 0, 1, 4, 5), to, vScale, accumulate));
  v128.store(to1, mode.of(v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), to1, vScale, accumulate));
  v128.store(to2, mode.of(v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), to2, vScale, accumulate));
  v128.store(to3, mode.of(v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), to3, vScale, accumulate));
}

/** Up to four rows of up to four columns. */
// @ts-ignore: decorator
@inline
function transposePart<Mode>(
  to: usize,
  from: usize,
  vScale: v128,
  accumulate: bool,
  toRow: usize,
  fromColumn: usize,
  rows: i32,
  columns: i32,
): void {
  const mode = changetype<Mode>(0);
  const v0 = v128.load(from);
  const v1 = columns > 1 ? v128.load(from + fromColumn) : v0;
  const v2 = columns > 2 ? v128.load(from + 2 * fromColumn) : v0;
  const v3 = columns > 3 ? v128.load(from + 3 * fromColumn) : v0;
  const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
  storePart(to, mode.of(v128.shuffle<f32>(low01, low23, 0, 1, 4, 5), to, vScale, accumulate), columns);
  if (rows < 2) return;
  to += toRow;
  storePart(to, mode.of(v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), to, vScale, accumulate), columns);
  if (rows < 3) return;
  to += toRow;
  storePart(to, mode.of(v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), to, vScale, accumulate), columns);
  if (rows < 4) return;
  to += toRow;
  storePart(to, mode.of(v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), to, vScale, accumulate), columns);
}

// @ts-ignore: decorator
@inline
function storePart(to: usize, v: v128, columns: i32): void {
  if (columns >= 4) v128.store(to, v);
  else storeFirst(to, v, columns);
}
