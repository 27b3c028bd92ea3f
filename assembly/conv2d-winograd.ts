// Winograd convolution: 3x3 and 5x5 kernels with stride 1, dilation 1 and one group, and the input gradient.
//
//   y[n][oh][ow][oc] = b[oc] + Σ_kh Σ_kw Σ_ic x[n][oh + kh - p][ow + kw - p][ic] · w[kh][kw][ic][oc]
//
// x [N,H,W,C], w [r,r,C,OC], y [N,OH,OW,OC]. Shapes are checked in src/ops/conv/op.ts; the sizes derived there
// (src/ops/conv/winograd.ts) travel with the geometry. Reference: tests/support/reference/conv2d.ts.
//
// Minimal filtering F(m,r) makes m outputs of an r-tap filter g from n = m + r - 1 inputs d with n products instead of rm:
//
//   y = Aᵀ [(G g) ⊙ (Bᵀ d)],     in two dimensions     Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A
//
// It is the product of two polynomials, taken at n - 1 points and at ∞ (the leading coefficients), transposed. With
// the points p_i, M(z) = Π_i (z - p_i) and N_i = Π_{j≠i} (p_i - p_j): row i of Bᵀ holds the coefficients of
// M(z) / (z - p_i), the last one those of M(z); row i of G is [1, p_i, … p_i^(r-1)] / N_i, the last one [0, … 0, 1];
// column i of Aᵀ is [1, p_i, … p_i^(m-1)]ᵀ, the last one [0, … 0, 1]ᵀ.
//
//   F(2,3), points 0, 1, -1:
//
//     Bᵀ = | -1  0   1   0 |     G = | -1    0    0  |     Aᵀ = | 1  1   1  0 |
//          | 0   1   1   0 |         | 1/2  1/2  1/2 |          | 0  1  -1  1 |
//          | 0  -1   1   0 |         | 1/2 -1/2  1/2 |
//          | 0  -1   0   1 |         |  0    0    1  |
//
//   F(4,3), points 0, a, -a, b, -b, with s = a² + b², q = a²b², α = 2a²(a² - b²), β = 2b²(b² - a²):
//
//     Bᵀ = | q    0    -s   0  1  0 |     G = | 1/q   0     0   |     Aᵀ = | 1  1    1   1    1   0 |
//          | 0  -ab²  -b²   a  1  0 |         | 1/α  a/α  a²/α  |          | 0  a   -a   b   -b   0 |
//          | 0   ab²  -b²  -a  1  0 |         | 1/α -a/α  a²/α  |          | 0  a²   a²  b²   b²  0 |
//          | 0  -a²b  -a²   b  1  0 |         | 1/β  b/β  b²/β  |          | 0  a³  -a³  b³  -b³  1 |
//          | 0   a²b  -a²  -b  1  0 |         | 1/β -b/β  b²/β  |
//          | 0   q     0   -s  0  1 |         |  0    0     1   |
//
// a = 5/8 and b = 3/2 instead of the usual 1 and 2 keep the entries close to 1, and with them the rounding errors
// small (docs/accuracy.md); all entries of Bᵀ and Aᵀ are exact in float32.
//
//   F(4,5), points 0, a, -a, 1, -1, c, -c, with a = 1/2 and c = 2, so that a²c² = 1 and a² + 1 + c² = 21/4 = s; q and t are
//   the sum and the product of the other two squares (for a: 1 + c² and c²):
//
//     Bᵀ = | -1  0   s   0  -s   0  1  0 |    row p of Bᵀ: | 0  pt  t  -pq  -q  p  1  0 |
//          | 0  -1   0   s   0  -s  0  1 |    (the last)
//
// Where the height or the width leaves fewer than m outputs for the last tile, that tile is short. Only the last row of Aᵀ
// takes the product for ∞, so without the last output it is not needed: 7x7 has 225 products of F(2,3) for each channel
// instead of 256. For two outputs or one, F(4,3) gives way to F(2,3) at the points 0, a, -a and ∞, which makes them from
// the same transformed weights, without the products for b and -b: 14x14 has 484 instead of 576. That is done where a
// block of tiles is an image: the tiles that need a position then follow one another (`placeOf`). F(2,3) at 0, a, -a, ∞:
//
//     Bᵀ = | -a²  0   1   0 |     S = diag(-1/a², 1/2a², 1/2a², 1)     Aᵀ = | 1  1   1  0 |
//          |  0   a   1   0 |                                               | 0  a  -a  1 |
//          |  0  -a   1   0 |
//          |  0  -a²  0   1 |
//
// The scales 1/N_i of the rows of G are left to the outputs, which are fewer than the weights: G = S G' and
// Aᵀ [(S G' g) ⊙ …] = (Aᵀ S) [(G' g) ⊙ …].
//
// Y is made in tiles of m x m outputs, in blocks of tiles: transform the n² inputs of each tile, for each of the n²
// positions multiply the block's tiles x C with the transformed weights C x OC, transform the products back. The
// transforms run over the channels, a vector at a time, a run of at most 64 channels at a time in L1. Weights are packed
// once, or, where they are large and a single block reads them, transformed just before they are multiplied with,
// `weightRows` x `COLUMNS` channels at a time in L2: transformed they are n²/r² times as large.
//
// The input gradient is the same convolution: of dy with the kernel rotated by half a turn, its channels exchanged.
import { activateStored, addClipped, clipOf } from './lib/epilogue';
import { TILE_COLUMNS } from './lib/microkernel';
import { panelBytes } from './lib/pack';
import { zeroFloats } from './lib/simd';
import { OutputTransform, pass, RUN, RUN_BYTES, runBytes } from './lib/winograd';
import { multiply } from './lib/winograd-multiply';
import { INPUTS, kindOf, PATCH, placeOf, STAGE, transformInput, WinogradGeometry } from './lib/winograd-tiles';
import { COLUMNS, transformWeights } from './lib/winograd-weights';

/**
 * Transforms w for `conv2dForwardWinograd`: G' w G'ᵀ as planes of panels, [n][n][OC / 8][C][8]; where the geometry is
 * that of an input gradient, which exchanges the channels, w is [r,r,outChannels,inChannels] and rotated. A task is
 * `COLUMNS` output channels.
 */
export function conv2dPackWeightWinograd(
  packed: usize,
  w: usize,
  scratch: usize,
  geometry: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<WinogradGeometry>(geometry);
  const first = begin * COLUMNS;
  const to = packed + <usize>(first / TILE_COLUMNS) * panelBytes(g.inChannels);
  transform(to, w, 0, g.inChannels, first, min(end * COLUMNS, g.outChannels), scratch, g);
}

/**
 * y for the tasks [begin, end): the `parts` ranges of output channels of each of ⌈tiles / blockTiles⌉ blocks; or dx, with
 * the geometry of the convolution that computes it from dy. w is packed, unless `weightRows` is set. Each of b,
 * activation and residual, which is added before the activation, is 0 where there is none; the residual may be y itself.
 */
export function conv2dForwardWinograd(
  y: usize,
  x: usize,
  w: usize,
  b: usize,
  activation: usize,
  residual: usize,
  scratch: usize,
  geometry: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<WinogradGeometry>(geometry);
  zeroFloats(scratch, RUN);
  const inputs = scratch + INPUTS;
  const products = scratch + g.outputOffset;
  // A few blocks with many columns: the products of some stay in the cache until they are transformed.
  const step = g.parts > 1 ? RUN : g.outChannels;
  while (begin < end) {
    const block = begin / g.parts;
    const part = begin % g.parts;
    const parts = min(g.parts - part, end - begin);
    const first = block * g.blockTiles;
    const count = min(g.blockTiles, g.tiles - first);
    for (let tile = 0; tile < count; tile++) {
      transformInput(inputs + <usize>(tile * g.inputRow), x, first + tile, 0, g.inChannels, scratch, g);
    }
    const last = min((part + parts) * g.partColumns, g.outChannels);
    for (let column = part * g.partColumns; column < last; column += step) {
      const lastColumn = min(column + step, last);
      if (g.weightRows == 0) {
        const weights = w + <usize>(column / TILE_COLUMNS) * panelBytes(g.inChannels);
        multiply(products, inputs, weights, g.inChannels, count, column, lastColumn, false, g);
      } else {
        multiplyUnpacked(products, inputs, w, count, column, lastColumn, scratch, g);
      }
      for (let tile = 0; tile < count; tile++) {
        const from = products + <usize>(tile * g.outputRow);
        transformOutput(y, from, b, activation, residual, first + tile, column, lastColumn, scratch, g);
      }
    }
    begin += parts;
  }
}

/** `multiply` with the weights w, which are transformed here, some at a time. */
function multiplyUnpacked(
  products: usize,
  inputs: usize,
  w: usize,
  tiles: i32,
  begin: i32,
  end: i32,
  scratch: usize,
  g: WinogradGeometry,
): void {
  const weights = scratch + g.weightOffset;
  for (let column = begin; column < end; column += COLUMNS) {
    const lastColumn = min(column + COLUMNS, end);
    for (let row = 0; row < g.inChannels; row += g.weightRows) {
      const lastRow = min(row + g.weightRows, g.inChannels);
      transform(weights, w, row, lastRow, column, lastColumn, scratch + RUN_BYTES, g);
      const from = inputs + (<usize>row << 2);
      multiply(products, from, weights, lastRow - row, tiles, column, lastColumn, row > 0, g);
    }
  }
}

// @ts-ignore: decorator
@inline
function transform(
  to: usize,
  w: usize,
  firstRow: i32,
  lastRow: i32,
  begin: i32,
  end: i32,
  scratch: usize,
  g: WinogradGeometry,
): void {
  const plane = <usize>g.weightPlane;
  transformWeights(to, plane, g.inputTile, w, g.rotated != 0, g.inChannels, g.outChannels, firstRow, lastRow, begin, end, scratch);
}

/** f(Aᵀ S P S A + b + residual) of one tile, for the channels [begin, end); `from` is its row at position 0. */
function transformOutput(
  y: usize,
  from: usize,
  b: usize,
  activation: usize,
  residual: usize,
  tile: i32,
  begin: i32,
  end: i32,
  scratch: usize,
  g: WinogradGeometry,
): void {
  const m = g.outputTile;
  const n = g.inputTile;
  const index = placeOf(tile % g.tilesPerImage, g);
  const tileRow = index / g.tilesWide;
  const tileColumn = index % g.tilesWide;
  const top = tileRow * m;
  const left = tileColumn * m;
  const rows = min(m, g.outHeight - top);
  const columns = min(m, g.outWidth - left);
  const pixel = (tile / g.tilesPerImage) * g.outHeight * g.outWidth + top * g.outWidth + left;
  const stage = scratch + STAGE;
  const patch = scratch + PATCH;
  const plane = <usize>g.outputPlane;
  const clip = clipOf(activation);
  for (let channel = begin; channel < end; channel += RUN) {
    const offset = <usize>channel << 2;
    const channels = min(RUN, end - channel);
    const run = runBytes(channels);
    const row = run * m;
    pass<OutputTransform>(kindOf(tileColumn, g.fullColumns, g.columnPoints, g), n, stage, run, row, from + offset, plane, plane * n, run);
    pass<OutputTransform>(kindOf(tileRow, g.fullRows, g.rowPoints, g), 1, patch, row, 0, stage, row, 0, run * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const place = ((<usize>(pixel + i * g.outWidth + j) * g.outChannels) << 2) + offset;
        const sums = patch + row * i + run * j;
        if (b != 0 && residual != 0) addClipped(sums, b + offset, sums, channels, 0);
        const init = residual != 0 ? residual + place : b != 0 ? b + offset : scratch;
        addClipped(y + place, init, sums, channels, clip);
        activateStored(y + place, channels, activation);
      }
    }
  }
}
