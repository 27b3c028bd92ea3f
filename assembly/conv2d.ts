// 2-D convolution (cross-correlation, as in PyTorch and ONNX) and its gradients.
//
//   y[n][oh][ow][oc] = b[oc] + Σ_kh Σ_kw Σ_ic x[n][oh·s + kh·d - p][ow·s + kw·d - p][ic] · w[kh][kw][ic][oc]
//
// x [N,H,W,C], w [KH,KW,C/groups,OC], y [N,OH,OW,OC]. Shapes are checked in src/ops/conv/op.ts; the sizes derived
// there (src/ops/conv/plan.ts) travel with the geometry. Reference: tests/support/reference/conv2d.ts.
//
// The output is made in blocks of whole rows. For each block the input rows that it sees are copied, with their
// zero padding, into a slab that stays in the cache; in the slab every kernel tap is a constant offset from the
// pixel, and the taps of one kernel row lie side by side: the product runs over KW·C values in one go. The channels of
// a group have a part of each slab row for themselves. Where nothing is padded, the input itself is the slab. A
// convolution of one row is a 1-D convolution.
//
// The input gradient is convolutions too: dx[h] meets dy[oh] where h + p = oh·s + kh·d. The pixels h that leave the
// same remainder by s (a phase) all meet the same taps, those with kh·d = h + p mod s; one phase is a convolution of
// stride 1 of dy with these taps in reverse order, its output pixels s apart. Stride 1 has one phase. Pixels that
// meet no tap are a phase too, of a kernel without taps.
//
// The weight gradient sums over pixels. Its slab is transposed, so that the pixels of a channel lie side by side and
// are the depth of the same product: dw[kh][kw][ic][oc] = Σ_p xᵀ[ic][p + tap] · dy[p][oc], one block after another. A
// task is a tile of weight rows, and every call transposes all of x; or, where dw is small, one of `sums` parts of the
// blocks, with a dw of its own, which the host adds up.
import {
  blockHeight,
  Conv2dGeometry,
  inputSlab,
  stepColumn,
  stepRow,
  transposeInput,
  writeRowTaps,
  writeSegmentTaps,
  writeWeightTaps,
} from './lib/conv2d-slab';
import { activateStored, clipOf } from './lib/epilogue';
import { indirectGemm, transposedGemm } from './lib/indirect-gemm';
import { TILE_COLUMNS, TILE_ROWS } from './lib/microkernel';
import { packedBytes, packPanels, packPanelTransposed, panelBytes } from './lib/pack';
import { zeroFloats } from './lib/simd';

/** Packs w for `conv2dForward`: for each group the panels of its output channels. */
export function conv2dPackWeight(packed: usize, w: usize, geometry: usize): void {
  const g = changetype<Conv2dGeometry>(geometry);
  const depth = g.segments * g.segmentLength;
  const columns = g.outChannels / g.groups;
  for (let group = 0; group < g.groups; group++) {
    packPanels(packed, w + (<usize>(group * columns) << 2), depth, columns, g.outChannels);
    packed += packedBytes(depth, columns);
  }
}

/**
 * Packs the taps of one phase, the last first, for `conv2dForward` with its geometry, which exchanges the channels: w is
 * [KH,KW,outChannels/groups,inChannels].
 */
export function conv2dPackWeightRotated(packed: usize, w: usize, geometry: usize): void {
  const g = changetype<Conv2dGeometry>(geometry);
  const columns = g.outChannels / g.groups;
  const depth = g.inChannels / g.groups;
  const panelDepth = g.kernelHeight * g.kernelWidth * depth;
  for (let group = 0; group < g.groups; group++) {
    for (let column = 0; column < columns; column += TILE_COLUMNS) {
      let row = 0;
      for (let kh = 0; kh < g.kernelHeight; kh++) {
        for (let kw = 0; kw < g.kernelWidth; kw++) {
          const tap = g.firstTap + kh * g.tapRow + kw * g.tapColumn;
          const from = w + (<usize>((tap * columns + column) * g.inChannels + group * depth) << 2);
          packPanelTransposed(packed, panelDepth, row, from, columns - column, depth, g.inChannels);
          row += depth;
        }
      }
      packed += panelBytes(panelDepth, columns - column);
    }
  }
}

/**
 * y for the tasks [begin, end): the `parts` ranges of output channels of each of batch · blocks blocks, which are computed
 * together where they are neighbours; or dx, with the geometry of a phase that computes it from dy. Each of b, activation and residual, which is added before the
 * activation, is 0 where there is none; the residual may be y itself.
 */
export function conv2dForward(
  y: usize,
  x: usize,
  packed: usize,
  b: usize,
  activation: usize,
  residual: usize,
  scratch: usize,
  geometry: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Conv2dGeometry>(geometry);
  const columns = g.outChannels / g.groups;
  const depth = g.segments * g.segmentLength;
  const groupBytes = packedBytes(depth, columns);
  const stride = <usize>g.outColumn << 2;
  // Output rows that follow one another without a gap are one product.
  const joined = g.outRow == g.outWidth * g.outColumn;
  const clip = clipOf(activation);
  writeSegmentTaps(scratch, g);
  while (begin < end) {
    const block = begin / g.parts;
    const part = begin % g.parts;
    const parts = min(g.parts - part, end - begin);
    const firstColumn = part * g.partColumns;
    const lastColumn = min(firstColumn + parts * g.partColumns, g.outChannels);
    const height = blockHeight(block, g);
    const step = joined ? height : 1;
    const offset = <usize>outputOffset(block, g) << 2;
    let a = inputSlab(x, scratch + g.slabOffset, block, g);
    let to = y + offset;
    let more: usize = residual == 0 ? 0 : residual + offset;
    for (let row = 0; row < height; row += step) {
      for (let group = firstColumn / columns; group * columns < lastColumn; group++) {
        const column = max(firstColumn, group * columns);
        const width = min(lastColumn, (group + 1) * columns) - column;
        const channel = <usize>column << 2;
        indirectGemm(
          to + channel, stride, width, b == 0 ? 0 : b + channel, more == 0 ? 0 : more + channel, clip,
          a + (<usize>(group * g.plane) << 2), step, g.outWidth, stepRow(g), stepColumn(g),
          scratch, g.segments, g.segmentLength,
          packed + <usize>group * groupBytes + packedBytes(depth, column - group * columns),
        );
      }
      a += stepRow(g);
      to += <usize>g.outRow << 2;
      if (more != 0) more += <usize>g.outRow << 2;
    }
    if (clip == 0) {
      activateBlock(y + offset + (<usize>firstColumn << 2), height, lastColumn - firstColumn, activation, g);
    }
    begin += parts;
  }
}

/**
 * dw for the tiles [begin, end) of four weight rows each, of which a group has ⌈KH·KW·C/groups / 4⌉, or, where there
 * are `sums`, the sums [begin, end), one dw after another. Scratch: the table of the weight rows, that of the grid rows,
 * the transposed slab, the packed dy of a block.
 */
export function conv2dGradWeight(
  dw: usize,
  x: usize,
  dy: usize,
  scratch: usize,
  geometry: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Conv2dGeometry>(geometry);
  const depth = weightRows(g);
  const blocks = g.batch * g.blocks;
  writeWeightTaps(scratch, g);
  writeRowTaps(scratch + (<usize>depth << 2), g);
  if (g.sums == 0) return addBlocks(dw, x, dy, scratch, g, accumulate, 0, blocks, begin, end);
  for (let sum = begin; sum < end; sum++) {
    const to = dw + (<usize>(sum * depth * g.outChannels) << 2);
    const first = (sum * blocks) / g.sums;
    const last = ((sum + 1) * blocks) / g.sums;
    addBlocks(to, x, dy, scratch, g, accumulate, first, last, 0, g.groups * tilesOf(depth));
  }
}

/** dw of the blocks [firstBlock, lastBlock), for the tiles [begin, end). */
function addBlocks(
  dw: usize,
  x: usize,
  dy: usize,
  scratch: usize,
  g: Conv2dGeometry,
  accumulate: bool,
  firstBlock: i32,
  lastBlock: i32,
  begin: i32,
  end: i32,
): void {
  const depth = weightRows(g);
  const columns = g.outChannels / g.groups;
  const tilesPerGroup = tilesOf(depth);
  const stride = <usize>g.outChannels << 2;
  const rowTaps = scratch + (<usize>depth << 2);
  const joined = g.strideHeight * g.pitch == g.outWidth;
  const slab = scratch + g.slabOffset;
  const packed = slab + (<usize>(g.inChannels * g.plane) << 2);
  if (firstBlock == lastBlock && !accumulate && begin == 0) zeroFloats(dw, depth * g.outChannels);
  for (let block = firstBlock; block < lastBlock; block++) {
    const rows = blockHeight(block, g);
    transposeInput(slab, x, block, g);
    for (let group = begin / tilesPerGroup; group * tilesPerGroup < end; group++) {
      const first = group * tilesPerGroup;
      const channel = <usize>(group * columns) << 2;
      let panels = dy + firstPixel(block, g) * stride + channel;
      // With eight channels in all, dy is a panel as it is.
      if (g.outChannels != TILE_COLUMNS || g.groups > 1) {
        packPanels(packed, panels, rows * g.outWidth, columns, g.outChannels);
        panels = packed;
      }
      transposedGemm(
        dw + channel, stride, depth, columns, accumulate || block > firstBlock,
        slab + (<usize>((group * g.inChannels) / g.groups * g.plane) << 2), scratch, rowTaps,
        joined ? 1 : rows, joined ? rows * g.outWidth : g.outWidth,
        panels, max(begin, first) - first, min(end - first, tilesPerGroup),
      );
    }
  }
}

/** Rows of w, and of dw, for a group. */
// @ts-ignore: decorator
@inline
function weightRows(g: Conv2dGeometry): i32 {
  return (g.kernelHeight * g.kernelWidth * g.inChannels) / g.groups;
}

// @ts-ignore: decorator
@inline
function tilesOf(rows: i32): i32 {
  return (rows + TILE_ROWS - 1) / TILE_ROWS;
}

/** Applies the activation to the first `channels` channels of a block's pixels. */
function activateBlock(y: usize, height: i32, channels: i32, activation: usize, g: Conv2dGeometry): void {
  if (activation == 0) return;
  if (channels == g.outColumn && g.outRow == g.outWidth * channels) {
    return activateStored(y, height * g.outRow, activation);
  }
  for (let row = 0; row < height; row++) {
    for (let pixel = 0; pixel < g.outWidth; pixel++) {
      activateStored(y + (<usize>(pixel * g.outColumn) << 2), channels, activation);
    }
    y += <usize>g.outRow << 2;
  }
}

/** Where the block's first output pixel is, in floats. */
function outputOffset(block: i32, g: Conv2dGeometry): i32 {
  return (block / g.blocks) * g.outImage + (block % g.blocks) * g.blockRows * g.outRow + g.outOffset;
}

/** Index of the block's first pixel of dy in the whole batch. */
function firstPixel(block: i32, g: Conv2dGeometry): usize {
  const row = (block / g.blocks) * g.outHeight + (block % g.blocks) * g.blockRows;
  return <usize>row * g.outWidth;
}
