import type { Shape } from '../../shape.js';
import { type Conv2dGeometry, conv2dGeometry, multiplyAdds } from './geometry.js';
import { type Phase, phasesOf, withoutTaps } from './phases.js';
import { packedColumns, TILE_COLUMNS } from '../packed-columns.js';
import { partialSums } from '../partial-sums.js';
import { cutTasks } from '../tasks.js';

/** Bytes of padded input that one block of output rows may see: it should stay in the second-level cache. */
const SLAB_BYTES = 128 * 1024;
/** The same for the weight gradient. */
const TRANSPOSED_SLAB_BYTES = 512 * 1024;
const PACKED_GRADIENT_BYTES = 1024 * 1024;
/** Pixels that the weight gradient sums at a time: a panel of them, 16 KB, stays in the first-level cache. */
const PIXELS = 512;
const TILE_ROWS = 4;
/** Floats in a cache line. */
const LINE = 16;

/** The i32 block that the kernels read: `Conv2dGeometry` in assembly/lib/conv2d-slab.ts, field for field. */
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
  'firstTap',
  'tapRow',
  'tapColumn',
  'outOffset',
  'outImage',
  'outRow',
  'outColumn',
  'direct',
  'pitch',
  'column',
  'plane',
  'slabWidth',
  'slabOffset',
  'blockRows',
  'blocks',
  'segments',
  'segmentLength',
  'parts',
  'partColumns',
  'sums',
] as const;

/** A geometry with the decisions of how to compute it. Depends on nothing else: not on the number of threads. */
export interface Conv2dPlan extends Conv2dGeometry {
  /** The weight's tap that the first of this kernel is, and the steps to those below and beside it. */
  readonly firstTap: number;
  readonly tapRow: number;
  readonly tapColumn: number;
  /** Floats from the output to its first pixel, and from there to the next image, row and pixel. */
  readonly outOffset: number;
  readonly outImage: number;
  readonly outRow: number;
  readonly outColumn: number;
  /** 1 where the input needs no padded copy. */
  readonly direct: number;
  /** Floats from one slab row to the next, and from one column to the next. */
  readonly pitch: number;
  readonly column: number;
  /** Floats from one group to the next, or, where the slab is transposed, from one channel to the next. */
  readonly plane: number;
  readonly slabWidth: number;
  /** Where the slab begins in the scratch memory, in bytes: the table of taps is before it. */
  readonly slabOffset: number;
  /** Output rows in a block, and blocks in an image. */
  readonly blockRows: number;
  readonly blocks: number;
  /** Runs of values that lie side by side under the kernel, and their length. */
  readonly segments: number;
  readonly segmentLength: number;
  /** Ranges of output channels that are tasks of their own, and the channels of one. */
  readonly parts: number;
  readonly partColumns: number;
  /** Parts of the weight gradient that are summed on their own, and are its tasks; 0 where all is one sum. */
  readonly sums: number;
  readonly scratchBytes: number;
  readonly packedBytes: number;
  /** What the kernel's task range counts: parts of blocks, tiles of weight rows, or sums. */
  readonly tasks: number;
  /** Whether tasks have work in common, which each thread does once. */
  readonly shared: boolean;
  readonly multiplyAdds: number;
}

/** Where the taps come from and the output goes to. */
type Placement = Pick<
  Conv2dPlan,
  'firstTap' | 'tapRow' | 'tapColumn' | 'outOffset' | 'outImage' | 'outRow' | 'outColumn'
>;

/** How to compute y. */
export function planConv2d(g: Conv2dGeometry): Conv2dPlan {
  const outRow = g.outWidth * g.outChannels;
  return plan(g, {
    firstTap: 0,
    tapRow: g.kernelWidth,
    tapColumn: 1,
    outOffset: 0,
    outImage: g.outHeight * outRow,
    outRow,
    outColumn: g.outChannels,
  });
}

/**
 * How to compute dx, input and output having exchanged their places: one convolution of dy for each set of pixels of dx
 * that lie a stride apart and meet the same taps.
 */
export function planConv2dGradInput(g: Conv2dGeometry): readonly Conv2dPlan[] {
  const rows = phasesOf(
    g.inHeight,
    g.kernelHeight,
    g.strideHeight,
    g.dilationHeight,
    g.padTop,
    g.outHeight,
  );
  const columns = phasesOf(
    g.inWidth,
    g.kernelWidth,
    g.strideWidth,
    g.dilationWidth,
    g.padLeft,
    g.outWidth,
  );
  return rows.flatMap((row) =>
    row.taps === 0
      ? [planPhase(g, row, withoutTaps(0, g.inWidth, 1))]
      : columns.map((column) => planPhase(g, row, column)),
  );
}

/** What fills y [N, height, width, channels] with the bias and the residual alone. */
export function planWithoutTaps(shape: Shape): Conv2dPlan {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const weight = [1, 1, channels, 1];
  const g = conv2dGeometry('planWithoutTaps', [batch, height, width, channels], weight, {});
  return planPhase(g, withoutTaps(0, height, 1), withoutTaps(0, width, 1));
}

function planPhase(g: Conv2dGeometry, row: Phase, column: Phase): Conv2dPlan {
  const outRow = g.inWidth * g.inChannels;
  const geometry = {
    ...g,
    inHeight: g.outHeight,
    inWidth: g.outWidth,
    inChannels: g.outChannels,
    outHeight: row.count,
    outWidth: column.count,
    outChannels: g.inChannels,
    kernelHeight: column.taps === 0 ? 0 : row.taps,
    kernelWidth: column.taps,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: row.dilation,
    dilationWidth: column.dilation,
    padTop: row.pad,
    padLeft: column.pad,
  };
  return plan(geometry, {
    firstTap: row.lastTap * g.kernelWidth + column.lastTap,
    tapRow: -row.tapStep * g.kernelWidth,
    tapColumn: -column.tapStep,
    outOffset: row.begin * outRow + column.begin * g.inChannels,
    outImage: g.inHeight * outRow,
    outRow: row.step * outRow,
    outColumn: column.step * g.inChannels,
  });
}

function plan(g: Conv2dGeometry, placement: Placement): Conv2dPlan {
  const taps = g.kernelHeight * g.kernelWidth;
  const extentHeight = (g.kernelHeight - 1) * g.dilationHeight + 1;
  const slabWidth = spanOf(g.outWidth, g.strideWidth, (g.kernelWidth - 1) * g.dilationWidth + 1);
  const fits =
    spanOf(g.outHeight, g.strideHeight, extentHeight) <= g.inHeight && slabWidth <= g.inWidth;
  const padded = !fits || g.padTop !== 0 || g.padLeft !== 0;
  const direct = taps === 0 || (!padded && (g.groups === 1 || taps === 1));
  const pitch = (direct ? g.inWidth : slabWidth) * g.inChannels;
  const cut = cutTasks({
    multiplyAdds: multiplyAdds(g),
    images: g.batch,
    rows: g.outHeight,
    mostRows: rowsWithin(SLAB_BYTES / (4 * pitch), g.strideHeight, extentHeight),
    columns: g.outChannels,
    columnStep: columnStepOf(g),
  });
  const contiguous = g.dilationWidth === 1 || g.kernelWidth === 1;
  const channels = g.inChannels / g.groups;
  const depth = taps * channels;
  const segments = contiguous ? g.kernelHeight : taps;
  const slabOffset = aligned(4 * depth);
  const slabRows = direct ? 0 : spanOf(cut.blockRows, g.strideHeight, extentHeight);
  return {
    ...g,
    ...placement,
    ...cut,
    sums: 0,
    direct: direct ? 1 : 0,
    pitch,
    column: direct ? g.inChannels : channels,
    plane: direct ? channels : slabWidth * channels,
    slabWidth,
    slabOffset,
    segments,
    segmentLength: depth / Math.max(1, segments),
    scratchBytes: slabOffset + 4 * slabRows * pitch,
    packedBytes: 4 * g.groups * packedColumns(g.outChannels / g.groups) * depth,
    tasks: g.batch * cut.blocks * cut.parts,
    // A thread copies the input of a block once for all of its parts.
    shared: !direct && cut.parts > 1,
    multiplyAdds: multiplyAdds(g),
  };
}

/**
 * How to compute dw: the slab is transposed, and cut into the columns that each tap of a stride meets, so that
 * the pixels of a row lie side by side.
 */
export function planConv2dGradWeight(g: Conv2dGeometry): Conv2dPlan {
  const extentHeight = (g.kernelHeight - 1) * g.dilationHeight + 1;
  const extentWidth = (g.kernelWidth - 1) * g.dilationWidth + 1;
  const parts = Math.min(g.strideWidth, extentWidth);
  const slabWidth = g.outWidth - 1 + Math.ceil(extentWidth / g.strideWidth);
  const pitch = parts * slabWidth;
  const rowFloats = g.outWidth * packedColumns(g.outChannels / g.groups);
  const blockRows = Math.min(
    rowsWithin(TRANSPOSED_SLAB_BYTES / (4 * pitch * g.inChannels), g.strideHeight, extentHeight),
    Math.max(1, Math.floor(PACKED_GRADIENT_BYTES / (4 * rowFloats))),
    Math.max(1, Math.floor(PIXELS / g.outWidth)),
    g.outHeight,
  );
  // An odd number of cache lines keeps the channels out of one another's way in the cache.
  const lines = Math.ceil((spanOf(blockRows, g.strideHeight, extentHeight) * pitch) / LINE);
  const plane = LINE * (lines | 1);
  const blocks = Math.ceil(g.outHeight / blockRows);
  const depth = (g.kernelHeight * g.kernelWidth * g.inChannels) / g.groups;
  const slabOffset = aligned(4 * (depth + blockRows));
  const sums = partialSums(g.batch * blocks, depth * g.outChannels);
  return {
    ...planConv2d(g),
    pitch,
    column: 1,
    plane,
    slabWidth,
    slabOffset,
    blockRows,
    blocks,
    sums,
    scratchBytes: slabOffset + 4 * (g.inChannels * plane + blockRows * rowFloats),
    tasks: sums || g.groups * Math.ceil(depth / TILE_ROWS),
    shared: sums === 0,
  };
}

/** Output channels that parts are multiples of: a panel, or, where panels do not fill a group, a group. */
function columnStepOf({ outChannels, groups }: Conv2dGeometry): number {
  const columns = outChannels / groups;
  return groups > 1 && columns % TILE_COLUMNS !== 0 ? columns : TILE_COLUMNS;
}

/** Output rows whose windows span at most `span` input rows; at least one. */
function rowsWithin(span: number, stride: number, extent: number): number {
  return Math.max(1, Math.floor((span - extent) / stride) + 1);
}

/** Rounded up to a cache line. */
function aligned(bytes: number): number {
  return 64 * Math.ceil(bytes / 64);
}

/** Input positions that `count` windows cover. */
function spanOf(count: number, stride: number, extent: number): number {
  return (count - 1) * stride + extent;
}
