// The weight gradient of 3x3 and 5x5 convolutions with stride 1, dilation 1 and one group, by Winograd's filters.
//
//   dw[kh][kw][ic][oc] = Σ_n Σ_oh Σ_ow x[n][oh + kh - p][ow + kw - p][ic] · dy[n][oh][ow][oc]
//
// x [N,H,W,C], dy [N,OH,OW,OC], dw [r,r,C,OC]. Shapes are checked in src/ops/conv/op.ts; the sizes derived there
// (src/ops/conv/winograd-grad-weight.ts) travel with the geometry. Reference: tests/support/reference/conv2d.ts.
//
// With the matrices of assembly/conv2d-winograd.ts a tile of y is Y = Aᵀ [U ⊙ V] A, where U = G g Gᵀ and V = Bᵀ d B.
// So Y has the gradient A dY Aᵀ with respect to U ⊙ V, and g, summed over the tiles,
//
//   dg = Gᵀ [Σ_tiles (Bᵀ d B) ⊙ (A dY Aᵀ)] G
//
// For every position of U that sum is, over channels, a sum of outer products: [tiles x C]ᵀ · [tiles x OC].
//
// A block of tiles is transformed, both its x and its dy, then multiplied for 16 input channels by 64 output channels
// at a time, whose products pass through Gᵀ … G while they are in the cache, and are added to dw. A task is a
// range of input and of output channels, and every call transforms what its own need; or, where dw is small, one of `sums`
// parts of the tiles, with a dw of its own, which the host adds up.
import { TILE_COLUMNS, TILE_ROWS } from './lib/microkernel';
import { outerTile4x8 } from './lib/outer-product';
import { addFloats, copyFloats, zeroFloats } from './lib/simd';
import { wholeBlocks } from './lib/tasks';
import { GradOutputTransform, GradWeightTransform, pass, RUN, RUN_BYTES, runBytes } from './lib/winograd';
import { INPUTS, PATCH, STAGE, transformInput, transformTile, WinogradGeometry } from './lib/winograd-tiles';

/** Input channels that are multiplied at a time. */
const CHANNELS: i32 = 16;
/** Bytes of their products with a run of output channels, and a gap that keeps the positions apart in the cache. */
const PRODUCT_PLANE: usize = <usize>CHANNELS * RUN_BYTES + 64;

/**
 * dw for the tasks [begin, end): the `parts` ranges of input channels of each range of output channels, neighbours together;
 * or, where there are `sums`, for the sums [begin, end), one dw after another.
 * The block of products lies behind the planes of dy in the scratch.
 */
export function conv2dGradWeightWinograd(
  dw: usize,
  x: usize,
  dy: usize,
  scratch: usize,
  geometry: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const g = changetype<WinogradGeometry>(geometry);
  if (g.sums == 0) return addParts(dw, x, dy, scratch, g, accumulate, begin, end);
  for (let sum = begin; sum < end; sum++) {
    const to = dw + (<usize>(sum * tapsOf(g) * tapsOf(g) * g.inChannels * g.outChannels) << 2);
    const first = (sum * g.tiles) / g.sums;
    const last = ((sum + 1) * g.tiles) / g.sums;
    addTiles(to, x, dy, scratch, g, accumulate, first, last, 0, g.inChannels, 0, g.outChannels);
  }
}

/** dw for the tasks [begin, end), of all tiles. */
function addParts(
  dw: usize,
  x: usize,
  dy: usize,
  scratch: usize,
  g: WinogradGeometry,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  while (begin < end) {
    const blocks = wholeBlocks(begin, end, g.parts);
    const part = begin % g.parts;
    const parts = blocks > 0 ? g.parts : min(g.parts - part, end - begin);
    const channel = part * g.partChannels;
    const lastChannel = min(channel + parts * g.partChannels, g.inChannels);
    const column = (begin / g.parts) * g.partColumns;
    const lastColumn = min(column + max(1, blocks) * g.partColumns, g.outChannels);
    addTiles(dw, x, dy, scratch, g, accumulate, 0, g.tiles, channel, lastChannel, column, lastColumn);
    begin += max(1, blocks) * parts;
  }
}

/** dw of the tiles [firstTile, lastTile), for ranges of input channels and of output channels. */
function addTiles(
  dw: usize,
  x: usize,
  dy: usize,
  scratch: usize,
  g: WinogradGeometry,
  accumulate: bool,
  firstTile: i32,
  lastTile: i32,
  firstChannel: i32,
  lastChannel: i32,
  firstColumn: i32,
  lastColumn: i32,
): void {
  const inputs = scratch + INPUTS;
  const outputs = scratch + g.outputOffset;
  if (!accumulate && firstTile == lastTile) zeroRows(dw, firstChannel, lastChannel, g);
  for (let first = firstTile; first < lastTile; first += g.blockTiles) {
    const count = min(g.blockTiles, lastTile - first);
    for (let tile = 0; tile < count; tile++) {
      transformInput(inputs + <usize>(tile * g.inputRow), x, first + tile, firstChannel, lastChannel, scratch, g);
      transformGradOutput(outputs + <usize>(tile * g.outputRow), dy, first + tile, firstColumn, lastColumn, scratch, g);
    }
    for (let row = firstChannel; row < lastChannel; row += CHANNELS) {
      const rows = min(CHANNELS, lastChannel - row);
      for (let column = firstColumn; column < lastColumn; column += RUN) {
        const columns = min(RUN, lastColumn - column);
        multiply(inputs, outputs, row, rows, column, columns, count, g);
        addProducts(dw, row, rows, column, columns, accumulate || first > firstTile, scratch, g);
      }
    }
  }
}

/** A dY Aᵀ of one tile, for the channels [begin, end); `to` is its row in the plane of position 0. */
function transformGradOutput(
  to: usize,
  dy: usize,
  tile: i32,
  begin: i32,
  end: i32,
  scratch: usize,
  g: WinogradGeometry,
): void {
  const m = g.outputTile;
  const place = tile % g.tilesPerImage;
  const top = (place / g.tilesWide) * m;
  const left = (place % g.tilesWide) * m;
  const channels = g.outChannels;
  const image = dy + ((<usize>(tile / g.tilesPerImage) * (g.outHeight * g.outWidth * channels)) << 2);
  const plane = <usize>g.outputPlane;
  transformTile<GradOutputTransform>(
    to, plane, g.inputTile, g.inputTile, g.inputTile,
    image, top, left, m, g.outHeight, g.outWidth, channels, begin, end, scratch,
  );
}

/** For each position: products [rows][64] = Σ_tiles inputs [tile][row …]ᵀ · outputs [tile][column …]. */
function multiply(
  inputs: usize,
  outputs: usize,
  row: i32,
  rows: i32,
  column: i32,
  columns: i32,
  tiles: i32,
  g: WinogradGeometry,
): void {
  const inputRow = <usize>g.inputRow;
  const outputRow = <usize>g.outputRow;
  const positions = g.inputTile * g.inputTile;
  let to = productsOf(outputs, g);
  let a = inputs + (<usize>row << 2);
  let b = outputs + (<usize>column << 2);
  for (let position = 0; position < positions; position++) {
    for (let j = 0; j < columns; j += TILE_COLUMNS) {
      for (let i = 0; i < rows; i += TILE_ROWS) {
        const tile = to + <usize>i * RUN_BYTES + (<usize>j << 2);
        outerTile4x8(tile, RUN_BYTES, a + (<usize>i << 2), inputRow, b + (<usize>j << 2), outputRow, tiles);
      }
    }
    to += PRODUCT_PLANE;
    a += g.inputPlane;
    b += g.outputPlane;
  }
}

/** dw = Gᵀ P G, or added to it, for the channels that `multiply` formed the products of. */
function addProducts(
  dw: usize,
  row: i32,
  rows: i32,
  column: i32,
  columns: i32,
  accumulate: bool,
  scratch: usize,
  g: WinogradGeometry,
): void {
  const n = g.inputTile;
  const taps = tapsOf(g);
  const stage = scratch + STAGE;
  const patch = scratch + PATCH;
  const run = runBytes(columns);
  const stageRow = run * taps;
  // Whole vectors that overwrite dw go there without a detour.
  const direct = !accumulate && columns % 4 == 0;
  const tap = (<usize>g.inChannels * g.outChannels) << 2;
  let from = productsOf(scratch + g.outputOffset, g);
  let to = dw + ((<usize>row * g.outChannels + column) << 2);
  for (; rows > 0; rows--) {
    pass<GradWeightTransform>(n, n, stage, run, stageRow, from, PRODUCT_PLANE, PRODUCT_PLANE * n, run);
    if (direct) {
      pass<GradWeightTransform>(n, taps, to, tap * taps, tap, stage, stageRow, run, run);
    } else {
      pass<GradWeightTransform>(n, 1, patch, stageRow, 0, stage, stageRow, 0, stageRow);
      for (let k = 0; k < taps * taps; k++) {
        if (accumulate) addFloats(to + tap * k, patch + run * k, columns);
        else copyFloats(to + tap * k, patch + run * k, columns);
      }
    }
    from += RUN_BYTES;
    to += <usize>g.outChannels << 2;
  }
}

/** Taps of the kernel along an axis. */
// @ts-ignore: decorator
@inline
function tapsOf(g: WinogradGeometry): i32 {
  return g.inputTile - g.outputTile + 1;
}

function productsOf(outputs: usize, g: WinogradGeometry): usize {
  return outputs + <usize>(g.inputTile * g.inputTile) * g.outputPlane;
}

/** The gradient of a convolution without outputs. */
function zeroRows(dw: usize, begin: i32, end: i32, g: WinogradGeometry): void {
  for (let tap = 0; tap < tapsOf(g) * tapsOf(g); tap++) {
    const from = <usize>(tap * g.inChannels + begin) * g.outChannels;
    zeroFloats(dw + (from << 2), (end - begin) * g.outChannels);
  }
}
