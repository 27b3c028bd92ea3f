// Copies between two layouts: permute, slice, flip, concat, split, stack, pad, expand, and the gradients of them all.
//
//   to[i · toStrides] = from[i · fromStrides]        to[i · toStrides] (+)= scale · from[i · fromStrides]
//
// for every index i of the axes of a CopyGeometry; strides count floats, those of `from` may be 0 or negative. The host
// merges and orders the axes (src/ops/copy/strided.ts): the columns lie side by side in `to` wherever anything does. Where the
// rows do so in `from`, and the columns not, it asks for tiles. Reference: tests/support/reference/copy.ts.
import { Blend, CopyGeometry, fromOffset, Raw, toOffset } from './lib/copy-geometry';
import { copyRows } from './lib/copy-rows';
import { copyTile, tilesDown, tilesOf } from './lib/copy-tiles';

/** The elements [begin, end), counted along the axes; of any type of four bytes. */
export function copyElements(to: usize, from: usize, geometry: usize, begin: i32, end: i32): void {
  copyRange<Raw>(to, from, 1, false, changetype<CopyGeometry>(geometry), begin, end);
}

/** The elements [begin, end), counted along the axes: overwritten, or added to. */
export function copyElementsGradInput(
  to: usize,
  from: usize,
  scale: f32,
  accumulate: bool,
  geometry: usize,
  begin: i32,
  end: i32,
): void {
  copyRange<Blend>(to, from, scale, accumulate, changetype<CopyGeometry>(geometry), begin, end);
}

/** The tiles [begin, end), counted plane by plane. */
export function copyTiles(to: usize, from: usize, geometry: usize, begin: i32, end: i32): void {
  copyTileRange<Raw>(to, from, 1, false, changetype<CopyGeometry>(geometry), begin, end);
}

/** The tiles [begin, end), counted plane by plane. */
export function copyTilesGradInput(
  to: usize,
  from: usize,
  scale: f32,
  accumulate: bool,
  geometry: usize,
  begin: i32,
  end: i32,
): void {
  copyTileRange<Blend>(to, from, scale, accumulate, changetype<CopyGeometry>(geometry), begin, end);
}

// @ts-ignore: decorator
@inline
function copyRange<Mode>(
  to: usize,
  from: usize,
  scale: f32,
  accumulate: bool,
  g: CopyGeometry,
  begin: i32,
  end: i32,
): void {
  const plane = g.rows * g.columns;
  while (begin < end) {
    const outer = begin / plane;
    let first = begin - outer * plane;
    let toPlane = to + toOffset(g, outer);
    let fromPlane = from + fromOffset(g, outer);
    // Along the innermost of the outer axes a plane follows another without a division.
    for (let left = g.size0 - (outer % g.size0); left > 0 && begin < end; left--) {
      const last = min(plane, first + end - begin);
      copyRows<Mode>(toPlane, fromPlane, scale, accumulate, g, first, last);
      begin += last - first;
      first = 0;
      toPlane += <usize>g.to0 << 2;
      fromPlane += <usize>g.from0 << 2;
    }
  }
}

// @ts-ignore: decorator
@inline
function copyTileRange<Mode>(
  to: usize,
  from: usize,
  scale: f32,
  accumulate: bool,
  g: CopyGeometry,
  begin: i32,
  end: i32,
): void {
  const down = tilesDown(g);
  const tiles = tilesOf(g);
  while (begin < end) {
    const outer = begin / tiles;
    let tile = begin - outer * tiles;
    let toPlane = to + toOffset(g, outer);
    let fromPlane = from + fromOffset(g, outer);
    for (let left = g.size0 - (outer % g.size0); left > 0; left--) {
      for (; tile < tiles && begin < end; tile++) {
        copyTile<Mode>(toPlane, fromPlane, scale, accumulate, g, tile, down);
        begin++;
      }
      tile = 0;
      toPlane += <usize>g.to0 << 2;
      fromPlane += <usize>g.from0 << 2;
    }
  }
}
