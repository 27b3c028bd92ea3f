// The zip family: functions of two tensors, element by element, with NumPy's broadcasting.
//
//   y = f(a, b)        da = Σ dy · ∂f/∂a over the axes along which a was repeated, db likewise
//
// `fn` is the number of the function in lib/zip.ts; the functions themselves, with their derivatives, are in
// lib/operators.ts. y and dy are contiguous; `ZipGeometry` says how a and b lie under them, and 0 in its place that all
// three are one row. The gradient kernel writes what arrives at a, in the shape of y; the sum over the axes along which a
// was repeated is the reduce family's, and what arrives at b is what arrives at a with both exchanged. Shapes are
// checked in src/ops/zip/family.ts; ranges count elements of y. Reference: tests/support/reference/zip.ts.
import { ForwardRow, GradientRow, STEPS_A, STEPS_B } from './lib/zip';

/** y as blocks, and each of them as pieces: rows along which each of a and b advances or stays. */
@unmanaged
class ZipGeometry {
  /** Elements of a block, and of a piece; the last piece of a block may be shorter. */
  block: i32;
  piece: i32;
  /** What a and b advance by from a piece to the next, in elements. */
  nextA: i32;
  nextB: i32;
  /** Where pieces would be short one operand has them many times over: 1 for a, 2 for b, 0 for none. */
  tiled: i32;
  /** Elements of that operand that are repeated. */
  period: i32;
  /** Axes of blocks, innermost first: the size of each, and what a and b advance by along it. */
  axes: i32;
  size0: i32;
  a0: i32;
  b0: i32;
  size1: i32;
  a1: i32;
  b1: i32;
  size2: i32;
  a2: i32;
  b2: i32;
  size3: i32;
  a3: i32;
  b3: i32;
  size4: i32;
  a4: i32;
  b4: i32;
  size5: i32;
  a5: i32;
  b5: i32;
}

const TILED_A: i32 = 1;
const TILED_B: i32 = 2;

/** y for the elements [begin, end). `scratch` holds a piece, where the geometry says that an operand is tiled. */
export function zipForward(
  y: usize,
  a: usize,
  b: usize,
  fn: i32,
  steps: i32,
  geometry: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  walk<ForwardRow>(y, y, a, b, fn, steps, geometry, scratch, false, begin, end);
}

/** What arrives at a, for the elements [begin, end) of y. */
export function zipGradInput(
  d: usize,
  dy: usize,
  a: usize,
  b: usize,
  fn: i32,
  steps: i32,
  geometry: usize,
  scratch: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  walk<GradientRow>(d, dy, a, b, fn, steps, geometry, scratch, accumulate, begin, end);
}

/** Goes from block to block; `Row` says what is computed. */
function walk<Row>(
  y: usize,
  dy: usize,
  a: usize,
  b: usize,
  fn: i32,
  steps: i32,
  geometry: usize,
  scratch: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  let at = <usize>begin << 2;
  y += at;
  dy += at;
  if (geometry == 0) {
    if (steps & STEPS_A) a += at;
    if (steps & STEPS_B) b += at;
    return changetype<Row>(0).run(y, dy, a, b, fn, steps, accumulate, end - begin);
  }
  const block = changetype<ZipGeometry>(geometry).block;
  let outer = begin / block;
  let offset = begin - outer * block;
  for (let left = end - begin; left > 0; ) {
    const count = min(left, block - offset);
    const blockA = a + blockOffset(geometry, outer, offsetof<ZipGeometry>('a0'));
    const blockB = b + blockOffset(geometry, outer, offsetof<ZipGeometry>('b0'));
    pieces<Row>(y, dy, blockA, blockB, fn, steps, geometry, scratch, accumulate, offset, count);
    at = <usize>count << 2;
    y += at;
    dy += at;
    left -= count;
    offset = 0;
    outer++;
  }
}

/** How far into an operand block `index` begins, in bytes. `at` is where its first step lies in the geometry. */
function blockOffset(geometry: usize, index: i32, at: usize): usize {
  let elements = 0;
  let size = geometry + offsetof<ZipGeometry>('size0');
  at += geometry;
  for (let axis = changetype<ZipGeometry>(geometry).axes; axis > 0; axis--) {
    const rest = index / load<i32>(size);
    elements += (index - rest * load<i32>(size)) * load<i32>(at);
    index = rest;
    size += 12;
    at += 12;
  }
  return <usize>elements << 2;
}

/** The elements [offset, offset + count) of a block, piece by piece. */
function pieces<Row>(
  y: usize,
  dy: usize,
  a: usize,
  b: usize,
  fn: i32,
  steps: i32,
  geometry: usize,
  scratch: usize,
  accumulate: bool,
  offset: i32,
  count: i32,
): void {
  const g = changetype<ZipGeometry>(geometry);
  if (g.tiled == TILED_A) a = tile(scratch, a, g.period, min(g.piece, offset + count));
  else if (g.tiled == TILED_B) b = tile(scratch, b, g.period, min(g.piece, offset + count));
  const first = offset / g.piece;
  let begin = offset - first * g.piece;
  a += <usize>(first * g.nextA) << 2;
  b += <usize>(first * g.nextB) << 2;
  while (count > 0) {
    const length = min(count, g.piece - begin);
    const at = <usize>begin << 2;
    const rowA = steps & STEPS_A ? a + at : a;
    const rowB = steps & STEPS_B ? b + at : b;
    changetype<Row>(0).run(y, dy, rowA, rowB, fn, steps, accumulate, length);
    y += <usize>length << 2;
    dy += <usize>length << 2;
    a += <usize>g.nextA << 2;
    b += <usize>g.nextB << 2;
    count -= length;
    begin = 0;
  }
}

/** Writes `period` elements again and again, `count` in all. @returns `to` */
function tile(to: usize, from: usize, period: i32, count: i32): usize {
  let done = min(period, count);
  memory.copy(to, from, <usize>done << 2);
  while (done < count) {
    const more = min(done, count - done);
    memory.copy(to + (<usize>done << 2), to, <usize>more << 2);
    done += more;
  }
  return to;
}
