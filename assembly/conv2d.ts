// 2-D convolution (cross-correlation, as in PyTorch and ONNX) and its gradients.
//
//   y[n][oh][ow][oc] = b[oc] + Σ_kh Σ_kw Σ_ic x[n][oh·s + kh·d - p][ow·s + kw·d - p][ic] · w[kh][kw][ic][oc]
//
// x [N,H,W,C], w [KH,KW,C/groups,OC], y [N,OH,OW,OC]. Shapes are checked in src/ops/conv2d.ts; the sizes derived
// there (src/ops/conv2d-plan.ts) travel with the geometry. Reference: tests/support/reference/conv2d.ts.
//
// The output is made in blocks of whole rows. For each block the input rows that it sees are copied, with their
// zero padding, into a slab that stays in the cache; in the slab every kernel tap is a constant offset from the
// pixel, and the taps of one kernel row lie side by side: the product runs over KW·C values in one go. Where
// nothing is padded, the input itself is the slab. A convolution of one row is a 1-D convolution.
//
// The input gradient is a convolution too: dx = dy, spread out by the stride, convolved with the kernel rotated by
// half a turn and its channels exchanged. `upsample` in the geometry is that spreading.
import { indirectGemm, indirectOuterGemm } from './lib/indirect-gemm';
import { TILE_ROWS } from './lib/microkernel';
import { packedBytes, packPanels, packPanelsRotated } from './lib/pack';
import { copyFloats, zeroFloats } from './lib/simd';

@unmanaged
class Conv2dGeometry {
  batch: i32;
  inHeight: i32;
  inWidth: i32;
  inChannels: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  padTop: i32;
  padLeft: i32;
  groups: i32;
  upsampleHeight: i32;
  upsampleWidth: i32;
  direct: i32;
  pitch: i32;
  slabWidth: i32;
  slabOffset: i32;
  blockRows: i32;
  blocks: i32;
  segments: i32;
  segmentLength: i32;
}

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

/** Packs w for `conv2dGradInput`, whose geometry exchanges the channels: w is [KH,KW,outChannels/groups,inChannels]. */
export function conv2dPackWeightRotated(packed: usize, w: usize, geometry: usize): void {
  const g = changetype<Conv2dGeometry>(geometry);
  const taps = g.kernelHeight * g.kernelWidth;
  const inner = g.outChannels / g.groups;
  const outer = g.inChannels / g.groups;
  for (let group = 0; group < g.groups; group++) {
    packPanelsRotated(packed, w + (<usize>(group * outer) << 2), taps, inner, outer, g.inChannels);
    packed += packedBytes(taps * outer, inner);
  }
}

/** y for the blocks [begin, end) of batch · blocks. b is 0 where there is no bias. */
export function conv2dForward(
  y: usize,
  x: usize,
  packed: usize,
  b: usize,
  scratch: usize,
  geometry: usize,
  begin: i32,
  end: i32,
): void {
  convolve(y, x, packed, b, false, scratch, geometry, begin, end);
}

/** dx for the blocks [begin, end), with the geometry of the convolution that computes it from dy. */
export function conv2dGradInput(
  dx: usize,
  dy: usize,
  packed: usize,
  scratch: usize,
  geometry: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  convolve(dx, dy, packed, 0, accumulate, scratch, geometry, begin, end);
}

/** dw for the tiles [begin, end) of four weight rows each; a group has ⌈KH·KW·C/groups / 4⌉ tiles. */
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
  const depth = (g.kernelHeight * g.kernelWidth * g.inChannels) / g.groups;
  const columns = g.outChannels / g.groups;
  const tilesPerGroup = (depth + TILE_ROWS - 1) / TILE_ROWS;
  const stride = <usize>g.outChannels << 2;
  writeWeightTaps(scratch, g);
  if (g.batch == 0 && !accumulate && begin == 0) zeroFloats(dw, depth * g.outChannels);
  for (let block = 0, blocks = g.batch * g.blocks; block < blocks; block++) {
    const a = inputSlab(x, scratch + g.slabOffset, block, g);
    const rows = blockHeight(block, g);
    for (let group = begin / tilesPerGroup; group * tilesPerGroup < end; group++) {
      const first = group * tilesPerGroup;
      indirectOuterGemm(
        dw + (<usize>(group * columns) << 2), stride, depth, columns, accumulate || block > 0,
        a + (<usize>((group * g.inChannels) / g.groups) << 2), rows, g.outWidth, stepRow(g), stepColumn(g),
        scratch, dy + firstPixel(block, g) * stride + (<usize>(group * columns) << 2), stride,
        max(begin, first) - first, min(end - first, tilesPerGroup),
      );
    }
  }
}

function convolve(
  y: usize,
  x: usize,
  packed: usize,
  b: usize,
  accumulate: bool,
  scratch: usize,
  geometry: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Conv2dGeometry>(geometry);
  const columns = g.outChannels / g.groups;
  const groupBytes = packedBytes(g.segments * g.segmentLength, columns);
  const stride = <usize>g.outChannels << 2;
  writeSegmentTaps(scratch, g);
  for (let block = begin; block < end; block++) {
    const a = inputSlab(x, scratch + g.slabOffset, block, g);
    const rows = blockHeight(block, g);
    for (let group = 0; group < g.groups; group++) {
      const channel = <usize>(group * columns) << 2;
      const to = y + firstPixel(block, g) * stride + channel;
      const init = accumulate ? to : b == 0 ? 0 : b + channel;
      indirectGemm(
        to, stride, columns, init, accumulate ? stride : 0,
        a + (<usize>((group * g.inChannels) / g.groups) << 2), rows, g.outWidth, stepRow(g), stepColumn(g),
        scratch, g.segments, g.segmentLength, packed + <usize>group * groupBytes,
      );
    }
  }
}

/** Index of the block's first output pixel in the whole batch. */
function firstPixel(block: i32, g: Conv2dGeometry): usize {
  const row = (block / g.blocks) * g.outHeight + (block % g.blocks) * g.blockRows;
  return <usize>row * g.outWidth;
}

/** Output rows of a block: the last of an image may be shorter. */
function blockHeight(block: i32, g: Conv2dGeometry): i32 {
  return min(g.blockRows, g.outHeight - (block % g.blocks) * g.blockRows);
}

function stepRow(g: Conv2dGeometry): usize {
  return <usize>(g.strideHeight * g.pitch) << 2;
}

function stepColumn(g: Conv2dGeometry): usize {
  return <usize>(g.strideWidth * g.inChannels) << 2;
}

/** Byte offset from a pixel of the slab to each run of values that the packed weights multiply. */
function writeSegmentTaps(taps: usize, g: Conv2dGeometry): void {
  const perRow = g.segments / g.kernelHeight;
  for (let kh = 0; kh < g.kernelHeight; kh++) {
    for (let kw = 0; kw < perRow; kw++) {
      const offset = kh * g.dilationHeight * g.pitch + kw * g.dilationWidth * g.inChannels;
      store<i32>(taps, offset << 2);
      taps += 4;
    }
  }
}

/** Byte offset from a pixel of the slab to the value that each weight row multiplies. */
function writeWeightTaps(taps: usize, g: Conv2dGeometry): void {
  const inChannels = g.inChannels / g.groups;
  for (let kh = 0; kh < g.kernelHeight; kh++) {
    for (let kw = 0; kw < g.kernelWidth; kw++) {
      const offset = kh * g.dilationHeight * g.pitch + kw * g.dilationWidth * g.inChannels;
      for (let ic = 0; ic < inChannels; ic++) {
        store<i32>(taps, (offset + ic) << 2);
        taps += 4;
      }
    }
  }
}

/** The rows that a block of output rows sees, padded; returns the address of the block's first pixel. */
function inputSlab(x: usize, slab: usize, block: i32, g: Conv2dGeometry): usize {
  const image = x + ((<usize>(block / g.blocks) * (g.inHeight * g.inWidth * g.inChannels)) << 2);
  const top = (block % g.blocks) * g.blockRows * g.strideHeight;
  if (g.direct) return image + ((<usize>top * g.pitch) << 2);
  const rows = (blockHeight(block, g) - 1) * g.strideHeight + (g.kernelHeight - 1) * g.dilationHeight + 1;
  let to = slab;
  for (let row = top - g.padTop; row < top - g.padTop + rows; row++) {
    const h = row / g.upsampleHeight;
    if (row < 0 || h >= g.inHeight || h * g.upsampleHeight != row) zeroFloats(to, g.pitch);
    else fillRow(to, image + ((<usize>h * (g.inWidth * g.inChannels)) << 2), g);
    to += <usize>g.pitch << 2;
  }
  return slab;
}

/** One slab row: input pixel w goes to column w · upsampleWidth + padLeft where that lies inside the slab. */
function fillRow(to: usize, from: usize, g: Conv2dGeometry): void {
  const channels = g.inChannels;
  if (g.upsampleWidth == 1) {
    const begin = max(0, -g.padLeft);
    const end = min(g.inWidth, g.slabWidth - g.padLeft);
    const left = max(0, min(g.slabWidth, g.padLeft));
    const count = max(0, end - begin);
    zeroFloats(to, left * channels);
    copyFloats(to + (<usize>(left * channels) << 2), from + (<usize>(begin * channels) << 2), count * channels);
    const used = left + count;
    zeroFloats(to + (<usize>(used * channels) << 2), (g.slabWidth - used) * channels);
    return;
  }
  zeroFloats(to, g.pitch);
  for (let w = 0; w < g.inWidth; w++) {
    const column = w * g.upsampleWidth + g.padLeft;
    if (column < 0 || column >= g.slabWidth) continue;
    copyFloats(to + (<usize>(column * channels) << 2), from + (<usize>(w * channels) << 2), channels);
  }
}
