// The tiles that all of Winograd's convolutions share: where they are, and the transform of those of x.
import { copyFloats, zeroFloats } from './simd';
import { InputTransform, pass, RUN, RUN_BYTES } from './winograd';

// The scratch: a run of zeros (where there is no bias), a stage of 36 runs for the transforms, a patch of 36 runs for
// tiles at the border; from `inputOffset` the planes of transformed inputs, one for each position and in it a row for
// each tile of the block, rounded up to four rows, from `outputOffset` those of the other side: products with the
// weights, or transformed dy; from `weightOffset` the weights that are transformed at a time, where they are not packed.
export const STAGE: usize = RUN_BYTES;
export const PATCH: usize = 37 * RUN_BYTES;

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
  inputOffset: i32;
  outputOffset: i32;
  parts: i32;
  partColumns: i32;
  weightOffset: i32;
  weightRows: i32;
  weightColumns: i32;
}

/** Bᵀ d B of one tile, for the channels [begin, end); `to` is its row in the plane of position 0. */
export function transformInput(
  to: usize,
  x: usize,
  tile: i32,
  begin: i32,
  end: i32,
  scratch: usize,
  g: WinogradGeometry,
): void {
  const m = g.outputTile;
  const size = m + 2;
  const place = tile % g.tilesPerImage;
  const top = (place / g.tilesWide) * m - g.padTop;
  const left = (place % g.tilesWide) * m - g.padLeft;
  const inside = top >= 0 && left >= 0 && top + size <= g.inHeight && left + size <= g.inWidth;
  const image = x + ((<usize>(tile / g.tilesPerImage) * (g.inHeight * g.inWidth * g.inChannels)) << 2);
  const stepColumn = inside ? <usize>g.inChannels << 2 : RUN_BYTES;
  const stageRow = RUN_BYTES * size;
  const stepRow = inside ? stepColumn * g.inWidth : stageRow;
  const stage = scratch + STAGE;
  const plane = <usize>g.inputPlane;
  for (let channel = begin; channel < end; channel += RUN) {
    const offset = <usize>channel << 2;
    const bytes = <usize>min(RUN, end - channel) << 2;
    let from = image + offset + ((<usize>(top * g.inWidth + left) * g.inChannels) << 2);
    if (!inside) {
      from = scratch + PATCH;
      copyPatch(from, image + offset, top, left, size, g.inHeight, g.inWidth, g.inChannels, bytes);
    }
    pass<InputTransform>(m, size, stage, RUN_BYTES, stageRow, from, stepColumn, stepRow, bytes);
    pass<InputTransform>(m, size, to + offset, plane * size, plane, stage, stageRow, RUN_BYTES, bytes);
  }
}

/** A run of `bytes` of each pixel of a tile of size x size, zeros where it lies beyond the image. */
export function copyPatch(
  to: usize,
  image: usize,
  top: i32,
  left: i32,
  size: i32,
  height: i32,
  width: i32,
  channels: i32,
  bytes: usize,
): void {
  const floats = (<i32>bytes) >> 2;
  for (let h = top; h < top + size; h++) {
    const row = image + ((<usize>(h * width) * channels) << 2);
    for (let w = left; w < left + size; w++) {
      const inside = h >= 0 && h < height && w >= 0 && w < width;
      if (inside) copyFloats(to, row + ((<usize>w * channels) << 2), floats);
      else zeroFloats(to, floats);
      to += RUN_BYTES;
    }
  }
}
