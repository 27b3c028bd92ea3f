// The input of a block of output rows, as the convolution kernels read it: copied with its zero padding into a slab,
// or, for the weight gradient, transposed; and the tables of offsets (taps) inside the slab.
import { transpose } from './pack';
import { copyFloats, zeroFloats } from './simd';

/** The fields are written by src/ops/conv/plan.ts, which says what they are. */
@unmanaged
export class Conv2dGeometry {
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
  firstTap: i32;
  tapRow: i32;
  tapColumn: i32;
  outOffset: i32;
  outImage: i32;
  outRow: i32;
  outColumn: i32;
  direct: i32;
  pitch: i32;
  column: i32;
  plane: i32;
  slabWidth: i32;
  slabOffset: i32;
  blockRows: i32;
  blocks: i32;
  segments: i32;
  segmentLength: i32;
  parts: i32;
  partColumns: i32;
  sums: i32;
}

/** Output rows of a block: the last of an image may be shorter. */
export function blockHeight(block: i32, g: Conv2dGeometry): i32 {
  return min(g.blockRows, g.outHeight - (block % g.blocks) * g.blockRows);
}

/** Bytes in the slab from an output pixel to the one below it. */
export function stepRow(g: Conv2dGeometry): usize {
  return <usize>(g.strideHeight * g.pitch) << 2;
}

/** Bytes in the slab from an output pixel to the next of its row. */
export function stepColumn(g: Conv2dGeometry): usize {
  return <usize>(g.strideWidth * g.column) << 2;
}

/** Byte offset from a pixel of the slab to each run of values that the packed weights multiply. */
export function writeSegmentTaps(taps: usize, g: Conv2dGeometry): void {
  const perRow = g.segments / max(1, g.kernelHeight);
  for (let kh = 0; kh < g.kernelHeight; kh++) {
    for (let kw = 0; kw < perRow; kw++) {
      const offset = kh * g.dilationHeight * g.pitch + kw * g.dilationWidth * g.column;
      store<i32>(taps, offset << 2);
      taps += 4;
    }
  }
}

/** Byte offset from the first row of output pixels to each, in the transposed slab. */
export function writeRowTaps(taps: usize, g: Conv2dGeometry): void {
  for (let row = 0; row < g.blockRows; row++) {
    store<i32>(taps, <i32>(<usize>row * stepRow(g)));
    taps += 4;
  }
}

/** Byte offset from a pixel of the transposed slab to the value that each weight row multiplies. */
export function writeWeightTaps(taps: usize, g: Conv2dGeometry): void {
  const inChannels = g.inChannels / g.groups;
  for (let kh = 0; kh < g.kernelHeight; kh++) {
    for (let kw = 0; kw < g.kernelWidth; kw++) {
      const column = kw * g.dilationWidth;
      const part = (column % g.strideWidth) * g.slabWidth + column / g.strideWidth;
      const offset = kh * g.dilationHeight * g.pitch + part;
      for (let ic = 0; ic < inChannels; ic++) {
        store<i32>(taps, (offset + ic * g.plane) << 2);
        taps += 4;
      }
    }
  }
}

/** Input rows under the kernel. */
function extentHeight(g: Conv2dGeometry): i32 {
  return (g.kernelHeight - 1) * g.dilationHeight + 1;
}

/**
 * The rows that a block of output rows sees, padded and transposed: [channel][row][column % stride][column / stride],
 * so that neighbours in dy find their input side by side. Rows and columns between the windows are left out.
 */
export function transposeInput(slab: usize, x: usize, block: i32, g: Conv2dGeometry): void {
  const image = x + ((<usize>(block / g.blocks) * (g.inHeight * g.inWidth * g.inChannels)) << 2);
  const top = (block % g.blocks) * g.blockRows * g.strideHeight - g.padTop;
  const extent = extentHeight(g);
  for (let row = 0, rows = (blockHeight(block, g) - 1) * g.strideHeight + extent; row < rows; row++) {
    if (row % g.strideHeight >= extent) continue;
    const to = slab + (<usize>(row * g.pitch) << 2);
    const h = top + row;
    if (h < 0 || h >= g.inHeight) zeroColumns(to, g.pitch, g);
    else transposeRow(to, image + ((<usize>h * (g.inWidth * g.inChannels)) << 2), g);
  }
}

/** One row of the transposed slab, in `pitch / slabWidth` parts. */
function transposeRow(to: usize, from: usize, g: Conv2dGeometry): void {
  const stride = g.strideWidth;
  const step = <usize>(stride * g.inChannels) << 2;
  for (let part = 0, parts = g.pitch / g.slabWidth; part < parts; part++) {
    const shift = g.padLeft - part;
    const begin = min(g.slabWidth, stepsTo(shift, stride));
    const end = max(begin, min(g.slabWidth, stepsTo(g.inWidth + shift, stride)));
    const first = from + (<usize>((begin * stride - shift) * g.inChannels) << 2);
    zeroColumns(to, begin, g);
    transpose(to + (<usize>begin << 2), <usize>g.plane << 2, first, step, end - begin, g.inChannels);
    zeroColumns(to + (<usize>end << 2), g.slabWidth - end, g);
    to += <usize>g.slabWidth << 2;
  }
}

/** The number of steps from 0 that reach `distance`, or 0. */
function stepsTo(distance: i32, step: i32): i32 {
  return distance <= 0 ? 0 : (distance - 1) / step + 1;
}

/** Zeros in every channel of the transposed slab. */
function zeroColumns(to: usize, count: i32, g: Conv2dGeometry): void {
  if (count == 0) return;
  for (let channel = 0; channel < g.inChannels; channel++) {
    zeroFloats(to, count);
    to += <usize>g.plane << 2;
  }
}

/** The rows that a block of output rows sees, padded; returns the address of the block's first pixel. */
export function inputSlab(x: usize, slab: usize, block: i32, g: Conv2dGeometry): usize {
  const image = x + ((<usize>(block / g.blocks) * (g.inHeight * g.inWidth * g.inChannels)) << 2);
  const top = (block % g.blocks) * g.blockRows * g.strideHeight;
  if (g.direct) return image + ((<usize>top * g.pitch) << 2);
  const rows = (blockHeight(block, g) - 1) * g.strideHeight + extentHeight(g);
  let to = slab;
  for (let h = top - g.padTop; h < top - g.padTop + rows; h++) {
    if (h < 0 || h >= g.inHeight) zeroFloats(to, g.pitch);
    else fillRow(to, image + ((<usize>h * (g.inWidth * g.inChannels)) << 2), g);
    to += <usize>g.pitch << 2;
  }
  return slab;
}

/** One slab row, group by group: input pixel w goes to column w + padLeft where that lies inside the slab. */
function fillRow(to: usize, from: usize, g: Conv2dGeometry): void {
  const width = g.column;
  const begin = max(0, -g.padLeft);
  const end = min(g.inWidth, g.slabWidth - g.padLeft);
  const left = max(0, min(g.slabWidth, g.padLeft));
  const count = max(0, end - begin);
  const used = left + count;
  from += <usize>(begin * g.inChannels) << 2;
  for (let group = 0; group < g.groups; group++) {
    zeroFloats(to, left * width);
    copyRuns(to + (<usize>(left * width) << 2), from, count, width, <usize>g.inChannels << 2);
    zeroFloats(to + (<usize>(used * width) << 2), (g.slabWidth - used) * width);
    to += <usize>g.plane << 2;
    from += <usize>width << 2;
  }
}

/** Copies `count` runs of `width` floats, `step` bytes apart, to lie side by side. */
function copyRuns(to: usize, from: usize, count: i32, width: i32, step: usize): void {
  const bytes = <usize>width << 2;
  if (step == bytes) return copyFloats(to, from, count * width);
  for (; count > 0; count--) {
    if (width == 4) v128.store(to, v128.load(from));
    else copyFloats(to, from, width);
    to += bytes;
    from += step;
  }
}
