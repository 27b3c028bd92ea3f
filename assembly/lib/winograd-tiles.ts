// The tiles that all of Winograd's convolutions share: where they are, and the transforms of those of x and of dy.
import { copyFloats, zeroFloats } from './simd';
import { InputTransform, pass, RUN, RUN_BYTES, runBytes, SHORT } from './winograd';

// The scratch: a run of zeros (where there is no bias), a stage of 64 runs for the transforms, a patch of 64 runs for
// tiles at the border; from `INPUTS` the planes of transformed inputs, one for each position and in it a row for
// each tile of the block, rounded up to four rows, from `outputOffset` those of the other side: products with the
// weights, or transformed dy; from `weightOffset` the weights that are transformed at a time, where they are not packed.
export const STAGE: usize = RUN_BYTES;
export const PATCH: usize = 65 * RUN_BYTES;
export const INPUTS: usize = 129 * RUN_BYTES;

@unmanaged
export class WinogradGeometry {
  inHeight: i32;
  inWidth: i32;
  inChannels: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
  padTop: i32;
  padLeft: i32;
  inputTile: i32;
  outputTile: i32;
  tilesWide: i32;
  tilesPerImage: i32;
  tiles: i32;
  blockTiles: i32;
  inputRow: i32;
  inputPlane: i32;
  outputRow: i32;
  outputPlane: i32;
  weightPlane: i32;
  outputOffset: i32;
  parts: i32;
  partColumns: i32;
  partChannels: i32;
  weightOffset: i32;
  weightRows: i32;
  sums: i32;
  fullRows: i32;
  fullColumns: i32;
  rowPoints: i32;
  columnPoints: i32;
  rotated: i32;
}

/**
 * Where tile `index` of an image lies, row by row. Those of the last row, if it is short, come first, then the full ones,
 * those of the last column, if that is short, and the corner: the tiles that need a position follow one another.
 */
export function placeOf(index: i32, g: WinogradGeometry): i32 {
  const full = g.fullRows * g.fullColumns;
  const inner = index - shortTiles(g);
  if (inner < 0) return g.fullRows * g.tilesWide + index;
  if (inner < full) return (inner / g.fullColumns) * g.tilesWide + (inner % g.fullColumns);
  return (inner - full) * g.tilesWide + g.fullColumns;
}

/** Tiles of the short row, but for the corner. */
export function shortTiles(g: WinogradGeometry): i32 {
  return (g.tilesPerImage / g.tilesWide - g.fullRows) * g.fullColumns;
}

/** Whether bit `point` is set: whether short tiles need it. */
// @ts-ignore: decorator
@inline
export function includes(points: i32, point: i32): bool {
  return ((points >> point) & 1) == 1;
}

/** What transforms a tile along its rows or columns: the filter, or `SHORT` for those behind the full ones without b. */
// @ts-ignore: decorator
@inline
export function kindOf(place: i32, full: i32, points: i32, g: WinogradGeometry): i32 {
  return place < full || g.inputTile != 6 || includes(points, 3) ? g.inputTile : SHORT;
}

/** Bᵀ d B of one tile of x, for the channels [begin, end); `to` is its row in the plane of position 0. */
export function transformInput(
  to: usize,
  x: usize,
  tile: i32,
  begin: i32,
  end: i32,
  scratch: usize,
  g: WinogradGeometry,
): void {
  const place = placeOf(tile % g.tilesPerImage, g);
  const row = place / g.tilesWide;
  const column = place % g.tilesWide;
  const top = row * g.outputTile - g.padTop;
  const left = column * g.outputTile - g.padLeft;
  const image = x + ((<usize>(tile / g.tilesPerImage) * (g.inHeight * g.inWidth * g.inChannels)) << 2);
  const plane = <usize>g.inputPlane;
  const size = g.inputTile;
  transformTile<InputTransform>(
    to, plane, size, kindOf(row, g.fullRows, g.rowPoints, g), kindOf(column, g.fullColumns, g.columnPoints, g),
    image, top, left, size, g.inHeight, g.inWidth, g.inChannels, begin, end, scratch,
  );
}

/**
 * T d Tᵀ of one tile d, size x size pixels of an image from row `top` and column `left` on, which may lie beyond it, for
 * the channels [begin, end): inputTile x inputTile positions, in planes `plane` bytes apart.
 */
export function transformTile<Transform>(
  to: usize,
  plane: usize,
  inputTile: i32,
  rowKind: i32,
  columnKind: i32,
  image: usize,
  top: i32,
  left: i32,
  size: i32,
  height: i32,
  width: i32,
  channels: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const inside = top >= 0 && left >= 0 && top + size <= height && left + size <= width;
  const stage = scratch + STAGE;
  const pixel = <usize>channels << 2;
  const row = pixel * width;
  for (let channel = begin; channel < end; channel += RUN) {
    const count = min(RUN, end - channel);
    const run = runBytes(count);
    const offset = <usize>channel << 2;
    const stageRow = run * size;
    // Whole pixels of whole vectors are one run.
    if (inside && run == pixel) {
      const from = image + row * top + pixel * left;
      pass<Transform>(rowKind, 1, stage, stageRow, 0, from, row, 0, stageRow);
    } else if (inside) {
      const from = image + row * top + pixel * left + offset;
      pass<Transform>(rowKind, size, stage, stageRow, run, from, row, pixel, run);
    } else {
      const patch = scratch + PATCH;
      copyPatch(patch, run, image + offset, top, left, size, height, width, channels, count);
      pass<Transform>(rowKind, 1, stage, stageRow, 0, patch, stageRow, 0, stageRow);
    }
    pass<Transform>(columnKind, inputTile, to + offset, plane, plane * inputTile, stage, run, stageRow, run);
  }
}

/** `count` channels of each pixel of a tile of size x size, in runs of `run` bytes, zeros where it lies beyond the image. */
function copyPatch(
  to: usize,
  run: usize,
  image: usize,
  top: i32,
  left: i32,
  size: i32,
  height: i32,
  width: i32,
  channels: i32,
  count: i32,
): void {
  const pixel = <usize>channels << 2;
  const first = min(max(0, -left), size);
  const last = max(first, min(size, width - left));
  const floats = <i32>(run >> 2);
  for (let h = top; h < top + size; h++) {
    const rowInside = h >= 0 && h < height;
    const begin = rowInside ? first : size;
    const end = rowInside ? last : size;
    zeroFloats(to, begin * floats);
    const from = image + pixel * (h * width + left + begin);
    if (run == pixel) copyFloats(to + run * begin, from, (end - begin) * floats);
    else for (let w = begin; w < end; w++) copyFloats(to + run * w, from + pixel * (w - begin), count);
    zeroFloats(to + run * end, (size - end) * floats);
    to += run * size;
  }
}
