// Where the elements are that a convolution multiplies, computed once per geometry.
//
// The image is copied into a frame of zeros, so no tap ever falls outside. In NHWC a kernel row is then
// one contiguous run of kernelWidth · inChannels numbers (without dilation and groups; otherwise every
// tap is a run of its own), and run r of output pixel p starts at `pixels[p] + runs[r]`.
// `taps[d]` is the offset of element d of a kernel, d = (kh · kernelWidth + kw) · inChannels/groups + ic.

import type { Conv2dGeometry } from '../../../src/ops/conv/geometry.js';
import { TILE } from './tiles.js';

/** A geometry with everything derived from it, and the buffers its passes need. */
export interface Conv2dPlan {
  readonly g: Conv2dGeometry;
  readonly inPerGroup: number;
  readonly outPerGroup: number;
  /** Elements in the kernel of one output channel. */
  readonly depth: number;
  readonly isDepthwise: boolean;
  readonly frameHeight: number;
  readonly frameWidth: number;
  readonly pixels: Int32Array;
  readonly runs: Int32Array;
  readonly runLength: number;
  readonly taps: Int32Array;
  /** The framed input and its gradient; null where there is no padding and the image itself serves. */
  readonly frame: Float32Array | null;
  readonly gradFrame: Float32Array | null;
  /** The weight, rearranged in panels of four output channels (forward) or four taps (gradInput). */
  readonly panels: Float32Array;
  /** Depthwise with stride 1: the convolution of dy, taps reversed, that gives dx. */
  readonly mirror: Conv2dPlan | null;
  /** The results of one tile. */
  readonly sums: Float64Array;
}

export function planConv2d(g: Conv2dGeometry): Conv2dPlan {
  return { ...planOneWay(g), mirror: planMirror(g) };
}

function planMirror(g: Conv2dGeometry): Conv2dPlan | null {
  const isDepthwise = g.groups === g.inChannels && g.groups === g.outChannels;
  const padTop = (g.kernelHeight - 1) * g.dilationHeight - g.padTop;
  const padLeft = (g.kernelWidth - 1) * g.dilationWidth - g.padLeft;
  const isStrided = g.strideHeight > 1 || g.strideWidth > 1;
  if (!isDepthwise || isStrided || padTop < 0 || padLeft < 0) return null;
  const { inHeight: outHeight, inWidth: outWidth, outHeight: inHeight, outWidth: inWidth } = g;
  const plan = planOneWay({ ...g, inHeight, inWidth, outHeight, outWidth, padTop, padLeft });
  return { ...plan, taps: plan.taps.reverse() };
}

function planOneWay(g: Conv2dGeometry): Conv2dPlan {
  const inPerGroup = g.inChannels / g.groups;
  const outPerGroup = g.outChannels / g.groups;
  const depth = g.kernelHeight * g.kernelWidth * inPerGroup;
  const frameHeight = frameExtent(
    g.inHeight,
    g.padTop,
    (g.outHeight - 1) * g.strideHeight + (g.kernelHeight - 1) * g.dilationHeight + 1,
  );
  const frameWidth = frameExtent(
    g.inWidth,
    g.padLeft,
    (g.outWidth - 1) * g.strideWidth + (g.kernelWidth - 1) * g.dilationWidth + 1,
  );
  const isFramed = frameHeight !== g.inHeight || frameWidth !== g.inWidth;
  const frameSize = g.batch * frameHeight * frameWidth * g.inChannels;
  const rowsAreRuns = g.dilationWidth === 1 && g.groups === 1;
  const runLength = rowsAreRuns ? g.kernelWidth * inPerGroup : inPerGroup;
  const taps = tapOffsets(g, frameWidth);
  return {
    g,
    inPerGroup,
    outPerGroup,
    depth,
    isDepthwise: inPerGroup === 1 && outPerGroup === 1,
    frameHeight,
    frameWidth,
    pixels: pixelOffsets(g, frameHeight, frameWidth),
    runs: taps.filter((_, d) => d % runLength === 0),
    runLength,
    taps,
    frame: isFramed ? new Float32Array(frameSize) : null,
    gradFrame: isFramed ? new Float32Array(frameSize) : null,
    panels: new Float32Array(panelsSize(g.groups, depth, outPerGroup)),
    mirror: null,
    sums: new Float64Array(TILE * TILE),
  };
}

/** The image, or its copy in the frame of zeros. */
export function enframe(image: Float32Array, plan: Conv2dPlan): Float32Array {
  const { frame } = plan;
  if (frame === null) return image;
  const rowLength = plan.g.inWidth * plan.g.inChannels;
  for (let row = 0; row < plan.g.batch * plan.g.inHeight; row++) {
    const from = row * rowLength;
    frame.set(image.subarray(from, from + rowLength), frameRow(row, plan));
  }
  return frame;
}

/** Copies the image out of a frame. */
export function unframe(frame: Float32Array, image: Float32Array, plan: Conv2dPlan): void {
  const rowLength = plan.g.inWidth * plan.g.inChannels;
  for (let row = 0; row < plan.g.batch * plan.g.inHeight; row++) {
    const from = frameRow(row, plan);
    image.set(frame.subarray(from, from + rowLength), row * rowLength);
  }
}

/** Where row `row` of the images lies in their frames. */
function frameRow(row: number, { g, frameHeight, frameWidth }: Conv2dPlan): number {
  const n = Math.floor(row / g.inHeight);
  const ih = row - n * g.inHeight;
  return ((n * frameHeight + ih + g.padTop) * frameWidth + g.padLeft) * g.inChannels;
}

function frameExtent(inExtent: number, padBefore: number, reach: number): number {
  return Math.max(padBefore + inExtent, reach);
}

function pixelOffsets(g: Conv2dGeometry, frameHeight: number, frameWidth: number): Int32Array {
  const offsets = new Int32Array(g.batch * g.outHeight * g.outWidth);
  let i = 0;
  for (let n = 0; n < g.batch; n++) {
    for (let oh = 0; oh < g.outHeight; oh++) {
      for (let ow = 0; ow < g.outWidth; ow++) {
        const row = n * frameHeight + oh * g.strideHeight;
        offsets[i++] = (row * frameWidth + ow * g.strideWidth) * g.inChannels;
      }
    }
  }
  return offsets;
}

function tapOffsets(g: Conv2dGeometry, frameWidth: number): Int32Array {
  const inPerGroup = g.inChannels / g.groups;
  const offsets = new Int32Array(g.kernelHeight * g.kernelWidth * inPerGroup);
  let i = 0;
  for (let kh = 0; kh < g.kernelHeight; kh++) {
    for (let kw = 0; kw < g.kernelWidth; kw++) {
      const pixel = kh * g.dilationHeight * frameWidth + kw * g.dilationWidth;
      for (let ic = 0; ic < inPerGroup; ic++) offsets[i++] = pixel * g.inChannels + ic;
    }
  }
  return offsets;
}

function panelsSize(groups: number, depth: number, outPerGroup: number): number {
  const forward = Math.ceil(outPerGroup / TILE) * depth;
  const gradInput = Math.ceil(depth / TILE) * outPerGroup;
  return groups * TILE * Math.max(forward, gradInput);
}
