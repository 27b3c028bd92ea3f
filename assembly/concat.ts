// Concatenation along any axis, and its gradient.
//
//   y[r][offset + c] = x[r][c]        dx[r][c] = dy[r][offset + c]
//
// The axes before the joined one count as rows. One call handles one input: x [rows, length] is the band of
// y [rows, stride] that begins at `offset`. Shapes are checked in src/ops/concat.ts; ranges count the elements of x, so
// that a row may be shared out too. Reference: tests/support/reference/concat.ts.
import { copyFloats } from './lib/simd';

/** The elements of y that the elements [begin, end) of x go to. */
export function concatForward(
  y: usize,
  x: usize,
  stride: i32,
  offset: i32,
  length: i32,
  begin: i32,
  end: i32,
): void {
  while (begin < end) {
    const row = begin / length;
    const c = begin - row * length;
    const count = min(length - c, end - begin);
    copyFloats(bandAt(y, stride, row, offset + c), x + (<usize>begin << 2), count);
    begin += count;
  }
}

/** dx for its elements [begin, end). */
export function concatGradInput(
  dx: usize,
  dy: usize,
  stride: i32,
  offset: i32,
  length: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  while (begin < end) {
    const row = begin / length;
    const c = begin - row * length;
    const count = min(length - c, end - begin);
    const to = dx + (<usize>begin << 2);
    const from = bandAt(dy, stride, row, offset + c);
    if (accumulate) addFloats(to, from, count);
    else copyFloats(to, from, count);
    begin += count;
  }
}

// @ts-ignore: decorator
@inline
function bandAt(y: usize, stride: i32, row: i32, column: i32): usize {
  return y + ((<usize>row * stride + column) << 2);
}

function addFloats(to: usize, from: usize, count: i32): void {
  while (count >= 4) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    to += 16;
    from += 16;
    count -= 4;
  }
  while (count > 0) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    to += 4;
    from += 4;
    count--;
  }
}
