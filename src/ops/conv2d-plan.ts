import type { Conv2dGeometry } from './conv2d-geometry.js';

/** Bytes of padded input that one block of output rows may see: it should stay in the second-level cache. */
const SLAB_BYTES = 128 * 1024;
const TILE_ROWS = 4;
const TILE_COLUMNS = 8;

/** The i32 block that the kernels read: `Conv2dGeometry` in assembly/conv2d.ts, field for field. */
export const CONV2D_FIELDS = [
  'batch',
  'inHeight',
  'inWidth',
  'inChannels',
  'outHeight',
  'outWidth',
  'outChannels',
  'kernelHeight',
  'kernelWidth',
  'strideHeight',
  'strideWidth',
  'dilationHeight',
  'dilationWidth',
  'padTop',
  'padLeft',
  'groups',
  'upsampleHeight',
  'upsampleWidth',
  'direct',
  'pitch',
  'slabWidth',
  'slabOffset',
  'blockRows',
  'blocks',
  'segments',
  'segmentLength',
] as const;

/** A geometry with the decisions of how to compute it. Depends on nothing else: not on the number of threads. */
export interface Conv2dPlan extends Conv2dGeometry {
  /** Distance at which the input pixels are placed: 1, or the stride of the convolution whose gradient this is. */
  readonly upsampleHeight: number;
  readonly upsampleWidth: number;
  /** 1 where the input needs no padded copy. */
  readonly direct: number;
  /** Floats from one slab row to the next. */
  readonly pitch: number;
  readonly slabWidth: number;
  /** Where the slab begins in the scratch memory, in bytes: the table of taps is before it. */
  readonly slabOffset: number;
  /** Output rows in a block, and blocks in an image. */
  readonly blockRows: number;
  readonly blocks: number;
  /** Runs of values that lie side by side under the kernel, and their length. */
  readonly segments: number;
  readonly segmentLength: number;
  readonly scratchBytes: number;
  readonly packedBytes: number;
  /** Number of tasks of the forward kernel, and of the weight gradient. */
  readonly tasks: number;
  readonly weightTasks: number;
}

/** How to compute y, and dw. */
export function planConv2d(geometry: Conv2dGeometry): Conv2dPlan {
  return plan(geometry, 1, 1);
}

/**
 * How to compute dx: the convolution of dy, its pixels spread out by the stride, with the kernel rotated by half a
 * turn; input and output exchange their places.
 */
export function planConv2dGradInput(g: Conv2dGeometry): Conv2dPlan {
  const transposed = {
    ...g,
    inHeight: g.outHeight,
    inWidth: g.outWidth,
    inChannels: g.outChannels,
    outHeight: g.inHeight,
    outWidth: g.inWidth,
    outChannels: g.inChannels,
    strideHeight: 1,
    strideWidth: 1,
    padTop: (g.kernelHeight - 1) * g.dilationHeight - g.padTop,
    padLeft: (g.kernelWidth - 1) * g.dilationWidth - g.padLeft,
  };
  return plan(transposed, g.strideHeight, g.strideWidth);
}

function plan(g: Conv2dGeometry, upsampleHeight: number, upsampleWidth: number): Conv2dPlan {
  const extentHeight = (g.kernelHeight - 1) * g.dilationHeight + 1;
  const slabWidth = spanOf(g.outWidth, g.strideWidth, (g.kernelWidth - 1) * g.dilationWidth + 1);
  const fits =
    spanOf(g.outHeight, g.strideHeight, extentHeight) <= g.inHeight && slabWidth <= g.inWidth;
  const shifted = g.padTop !== 0 || g.padLeft !== 0 || upsampleHeight !== 1 || upsampleWidth !== 1;
  const direct = fits && !shifted;
  const pitch = (direct ? g.inWidth : slabWidth) * g.inChannels;
  const affordable = Math.floor((SLAB_BYTES / (4 * pitch) - extentHeight) / g.strideHeight) + 1;
  const blockRows = Math.max(1, Math.min(g.outHeight, affordable));
  const contiguous = g.groups === 1 && (g.dilationWidth === 1 || g.kernelWidth === 1);
  const taps = g.kernelHeight * g.kernelWidth;
  const depth = (taps * g.inChannels) / g.groups;
  const segments = contiguous ? g.kernelHeight : taps;
  const slabOffset = 64 * Math.ceil((4 * depth) / 64);
  const slabRows = direct ? 0 : spanOf(blockRows, g.strideHeight, extentHeight);
  const panels = Math.ceil(g.outChannels / g.groups / TILE_COLUMNS);
  const blocks = Math.ceil(g.outHeight / blockRows);
  return {
    ...g,
    upsampleHeight,
    upsampleWidth,
    direct: direct ? 1 : 0,
    pitch,
    slabWidth,
    slabOffset,
    blockRows,
    blocks,
    segments,
    segmentLength: depth / segments,
    scratchBytes: slabOffset + 4 * slabRows * pitch,
    packedBytes: 4 * g.groups * panels * TILE_COLUMNS * depth,
    tasks: g.batch * blocks,
    weightTasks: g.groups * Math.ceil(depth / TILE_ROWS),
  };
}

/** Input positions that `count` windows cover. */
function spanOf(count: number, stride: number, extent: number): number {
  return (count - 1) * stride + extent;
}
