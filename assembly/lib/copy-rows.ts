// Rows from one layout to another. A row is read by vectors where its columns lie side by side in `from`, in either
// direction, or are one value; else one by one. The last vector of a row is read whole and stored in part.
import { CopyGeometry } from './copy-geometry';
import { storeFirst } from './lanes';

/** The elements [first, last) of a plane, counted along its rows. */
export function copyRows<Mode>(
  to: usize,
  from: usize,
  scale: f32,
  accumulate: bool,
  g: CopyGeometry,
  first: i32,
  last: i32,
): void {
  const columns = g.columns;
  const toStep = <usize>g.toColumn << 2;
  const fromStep = <usize>g.fromColumn << 2;
  const toRow = <usize>g.toRow << 2;
  const fromRow = <usize>g.fromRow << 2;
  const row = first / columns;
  let column = first - row * columns;
  to += <usize>row * toRow + <usize>column * toStep;
  from += <usize>row * fromRow + <usize>column * fromStep;
  if (columns < 16 && g.toColumn == 1 && g.fromColumn == 1 && column == 0) {
    const rows = (last - first) / columns;
    copyShortRows<Mode>(to, from, scale, accumulate, toRow, fromRow, columns, rows);
    to += <usize>rows * toRow;
    from += <usize>rows * fromRow;
    first += rows * columns;
  }
  while (first < last) {
    const count = min(columns - column, last - first);
    copyRow<Mode>(to, from, scale, accumulate, toStep, fromStep, count);
    to += toRow - <usize>column * toStep;
    from += fromRow - <usize>column * fromStep;
    column = 0;
    first += count;
  }
}

/** Rows that cost less than a call each. */
function copyShortRows<Mode>(
  to: usize,
  from: usize,
  scale: f32,
  accumulate: bool,
  toRow: usize,
  fromRow: usize,
  columns: i32,
  rows: i32,
): void {
  const mode = changetype<Mode>(0);
  const vScale = f32x4.splat(scale);
  for (; columns < 4 && rows > 0; rows--) {
    storeFirst(to, mode.of(v128.load(from), to, vScale, accumulate), columns);
    to += toRow;
    from += fromRow;
  }
  for (; rows > 0; rows--) {
    let at: usize = 0;
    for (let left = columns; left > 0; left -= 4) {
      const v = mode.of(v128.load(from + at), to + at, vScale, accumulate);
      if (left >= 4) v128.store(to + at, v);
      else storeFirst(to + at, v, left);
      at += 16;
    }
    to += toRow;
    from += fromRow;
  }
}

// @ts-ignore: decorator
@inline
function copyRow<Mode>(
  to: usize,
  from: usize,
  scale: f32,
  accumulate: bool,
  toStep: usize,
  fromStep: usize,
  count: i32,
): void {
  if (toStep == 4 && fromStep == 4) forward<Mode>(to, from, scale, accumulate, count);
  else if (toStep == 4 && fromStep == 0) fill<Mode>(to, from, scale, accumulate, count);
  else if (toStep == 4 && fromStep == -4) backward<Mode>(to, from, scale, accumulate, count);
  else steps<Mode>(to, from, scale, accumulate, toStep, fromStep, count);
}

// @ts-ignore: decorator
@inline
function forward<Mode>(to: usize, from: usize, scale: f32, accumulate: bool, count: i32): void {
  const mode = changetype<Mode>(0);
  const vScale = f32x4.splat(scale);
  for (; count >= 16; count -= 16) {
    v128.store(to, mode.of(v128.load(from), to, vScale, accumulate));
    v128.store(to, mode.of(v128.load(from, 16), to + 16, vScale, accumulate), 16);
    v128.store(to, mode.of(v128.load(from, 32), to + 32, vScale, accumulate), 32);
    v128.store(to, mode.of(v128.load(from, 48), to + 48, vScale, accumulate), 48);
    to += 64;
    from += 64;
  }
  for (; count >= 4; count -= 4) {
    v128.store(to, mode.of(v128.load(from), to, vScale, accumulate));
    to += 16;
    from += 16;
  }
  if (count > 0) {
    storeFirst(to, mode.of(v128.load(from), to, vScale, accumulate), count);
  }
}

function fill<Mode>(to: usize, from: usize, scale: f32, accumulate: bool, count: i32): void {
  const mode = changetype<Mode>(0);
  const vScale = f32x4.splat(scale);
  const v = v128.load32_splat(from);
  for (; count >= 4; count -= 4) {
    v128.store(to, mode.of(v, to, vScale, accumulate));
    to += 16;
  }
  if (count > 0) {
    storeFirst(to, mode.of(v, to, vScale, accumulate), count);
  }
}

function backward<Mode>(to: usize, from: usize, scale: f32, accumulate: bool, count: i32): void {
  const mode = changetype<Mode>(0);
  const vScale = f32x4.splat(scale);
  for (; count >= 4; count -= 4) {
    const v = v128.load(from - 12);
    v128.store(to, mode.of(v128.shuffle<f32>(v, v, 3, 2, 1, 0), to, vScale, accumulate));
    to += 16;
    from -= 16;
  }
  for (; count > 0; count--) {
    v128.store32_lane(to, mode.of(v128.load32_zero(from), to, vScale, accumulate), 0);
    to += 4;
    from -= 4;
  }
}

function steps<Mode>(
  to: usize,
  from: usize,
  scale: f32,
  accumulate: bool,
  toStep: usize,
  fromStep: usize,
  count: i32,
): void {
  const mode = changetype<Mode>(0);
  const vScale = f32x4.splat(scale);
  for (; count > 0; count--) {
    v128.store32_lane(to, mode.of(v128.load32_zero(from), to, vScale, accumulate), 0);
    to += toStep;
    from += fromStep;
  }
}
