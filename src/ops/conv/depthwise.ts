import { type Memo, recall } from '../../memo.js';
import { geometryBlock } from '../../runtime/geometry-block.js';
import { call, launch, type LaunchOptions, SCRATCH } from '../../runtime/launch.js';
import type { Tensor } from '../../tensor.js';
import { type Conv2dAlgorithm, type Ending, endingArguments } from './algorithm.js';
import { type Conv2dGeometry, multiplyAdds } from './geometry.js';
import { cutTasks } from '../tasks.js';

/** Pixels that are summed on their own before they are added to dw: it keeps the rounding error of long sums small. */
const BLOCK_PIXELS = 256;
/** Channels that the weight gradient works on at once: their sums and pixels fit the first-level cache. */
const BLOCK_CHANNELS = 128;
/** What a multiply-add costs, in those of a product: it is bound by loads. */
const COST = 2;
/** Channels that bands are multiples of: a cache line. */
const LINE_CHANNELS = 16;
/** Pixels that are a multiple of so many bytes apart crowd two sets of a first-level cache; bands of x are copied then. */
const CROWDED_BYTES = 2048;
/** Channels of such a band; it should stay in the second-level cache, and its pixels are an odd number of lines apart. */
const BAND_CHANNELS = 128;
const BAND_PIXEL_BYTES = 4 * BAND_CHANNELS + 64;
const BAND_BYTES = 128 * 1024;

/** The i32 block that the kernels read: `DepthwiseGeometry` in assembly/lib/depthwise-geometry.ts, field for field. */
export const DEPTHWISE_FIELDS = [
  'batch',
  'inHeight',
  'inWidth',
  'inChannels',
  'outHeight',
  'outWidth',
  'kernelHeight',
  'kernelWidth',
  'strideHeight',
  'strideWidth',
  'dilationHeight',
  'dilationWidth',
  'padTop',
  'padLeft',
  'upsampleHeight',
  'upsampleWidth',
  'tapStepHeight',
  'tapStepWidth',
  'pixelStepHeight',
  'pixelStepWidth',
  'xPixel',
  'bandRows',
  'bandChannels',
  'blockRows',
  'blockChannels',
  'rotated',
] as const;

/** What is computed together (assembly/lib/depthwise-band.ts). */
interface Band {
  /** Bytes from a pixel of x, or of its copy, to the next. */
  readonly xPixel: number;
  readonly bandRows: number;
  readonly bandChannels: number;
  /** Bytes of the copy; 0 where there is none. */
  readonly bandBytes: number;
}

/** A depthwise geometry with the decisions of how to compute it. Depends on nothing else. */
export interface DepthwisePlan extends Conv2dGeometry, Band {
  /** Distance at which the input pixels are placed: 1, or the stride of the convolution whose gradient this is. */
  readonly upsampleHeight: number;
  readonly upsampleWidth: number;
  /** From a tap that falls on an input pixel, and not between two, to the next: in taps and in pixels. */
  readonly tapStepHeight: number;
  readonly tapStepWidth: number;
  readonly pixelStepHeight: number;
  readonly pixelStepWidth: number;
  /** Output rows that the weight gradient sums before it adds them to dw; the channels it takes at once. */
  readonly blockRows: number;
  readonly blockChannels: number;
  /** 1 where the kernel is rotated by half a turn. */
  readonly rotated: number;
  readonly scratchBytes: number;
  readonly packedBytes: number;
  /** Number of tasks of the forward kernel, and of the weight gradient. */
  readonly tasks: number;
  readonly weightTasks: number;
  readonly multiplyAdds: number;
}

/** How to compute y, and dw. */
export function planDepthwise(geometry: Conv2dGeometry): DepthwisePlan {
  return { ...plan(geometry, 1, 1), rotated: 0, multiplyAdds: COST * multiplyAdds(geometry) };
}

/** How to compute dx: the convolution of dy, its pixels spread out by the stride, with the rotated kernel. */
export function planDepthwiseGradInput(g: Conv2dGeometry): DepthwisePlan {
  const transposed = {
    ...g,
    inHeight: g.outHeight,
    inWidth: g.outWidth,
    outHeight: g.inHeight,
    outWidth: g.inWidth,
    strideHeight: 1,
    strideWidth: 1,
    padTop: (g.kernelHeight - 1) * g.dilationHeight - g.padTop,
    padLeft: (g.kernelWidth - 1) * g.dilationWidth - g.padLeft,
  };
  const layout = plan(transposed, g.strideHeight, g.strideWidth);
  return { ...layout, rotated: 1, multiplyAdds: COST * multiplyAdds(g) };
}

function plan(
  g: Conv2dGeometry,
  upsampleHeight: number,
  upsampleWidth: number,
): Omit<DepthwisePlan, 'rotated' | 'multiplyAdds'> {
  const commonHeight = greatestCommonDivisor(upsampleHeight, g.dilationHeight);
  const commonWidth = greatestCommonDivisor(upsampleWidth, g.dilationWidth);
  const kernelBytes = 16 * g.kernelHeight * g.kernelWidth;
  const vectors = Math.ceil(g.inChannels / 4);
  const band = bandOf(g, upsampleHeight);
  return {
    ...g,
    upsampleHeight,
    upsampleWidth,
    tapStepHeight: upsampleHeight / commonHeight,
    tapStepWidth: upsampleWidth / commonWidth,
    pixelStepHeight: g.dilationHeight / commonHeight,
    pixelStepWidth: g.dilationWidth / commonWidth,
    ...band,
    blockRows: Math.ceil(BLOCK_PIXELS / Math.max(1, g.outWidth)),
    blockChannels: BLOCK_CHANNELS,
    scratchBytes: kernelBytes * Math.min(vectors, BLOCK_CHANNELS / 4),
    packedBytes: kernelBytes * vectors,
    tasks: g.batch * g.outHeight * Math.ceil(g.inChannels / band.bandChannels),
    weightTasks: vectors,
  };
}

/** The band of a kernel that reads pixels `upsample` rows apart. */
function bandOf(g: Conv2dGeometry, upsample: number): Band {
  const xPixel = 4 * g.inChannels;
  if (xPixel % CROWDED_BYTES !== 0) {
    return { xPixel, bandRows: 1, bandChannels: bandChannelsOf(g), bandBytes: 0 };
  }
  const rowBytes = g.inWidth * BAND_PIXEL_BYTES;
  const reach = (g.kernelHeight - 1) * g.dilationHeight;
  const affordable = upsample * Math.floor(BAND_BYTES / rowBytes) - reach;
  const bandRows = Math.max(1, Math.min(g.outHeight, Math.floor(affordable / g.strideHeight)));
  const met = Math.floor(((bandRows - 1) * g.strideHeight + reach) / upsample) + 2;
  return {
    xPixel: BAND_PIXEL_BYTES,
    bandRows,
    bandChannels: BAND_CHANNELS,
    bandBytes: rowBytes * Math.min(g.inHeight, met),
  };
}

/** Rows are tasks; where there are few of them, of some channels each. */
function bandChannelsOf(g: Conv2dGeometry): number {
  const { partColumns } = cutTasks({
    multiplyAdds: COST * multiplyAdds(g),
    images: g.batch * g.outHeight,
    rows: 1,
    columns: g.inChannels,
    columnStep: LINE_CHANNELS,
  });
  return Math.min(partColumns, g.inChannels);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

const FORWARD: Memo<Conv2dGeometry, DepthwisePlan> = { compute: planDepthwise };
const GRAD_INPUT: Memo<Conv2dGeometry, DepthwisePlan> = { compute: planDepthwiseGradInput };

/** Bands that follow one another have rows of x in common: a thread takes all of its own at once. */
function optionsOf({ bandBytes, multiplyAdds }: DepthwisePlan): LaunchOptions {
  return { scratchBytes: bandBytes, shared: bandBytes > 0, multiplyAdds };
}

/** y, or dx by the plan of the convolution that computes it. */
function convolve(y: Tensor, x: Tensor, weight: Tensor, plan: DepthwisePlan, ending: Ending) {
  const block = geometryBlock(DEPTHWISE_FIELDS, plan);
  const form = plan.rotated ? 'depthwise-rotated' : 'depthwise';
  const packed = weight.prepared(form, plan.packedBytes, (to) =>
    call('conv2dPackWeightDepthwise', [to, weight.pointer, block]),
  );
  const end = endingArguments(ending);
  const values = [y.pointer, x.pointer, packed, ...end, SCRATCH, block] as const;
  launch('conv2dForwardDepthwise', [...values], plan.tasks, optionsOf(plan));
}

/** A filter of its own for every channel (assembly/conv2d-depthwise.ts): every kernel, stride, dilation and padding. */
export const depthwise: Conv2dAlgorithm = {
  forward(y, x, weight, geometry, ending) {
    convolve(y, x, weight, recall(FORWARD, geometry), ending);
  },

  gradInput(gradInput, gradOutput, weight, geometry, ending) {
    convolve(gradInput, gradOutput, weight, recall(GRAD_INPUT, geometry), ending);
  },

  gradWeight(gradWeight, x, gradOutput, geometry, accumulate) {
    const plan = recall(FORWARD, geometry);
    const block = geometryBlock(DEPTHWISE_FIELDS, plan);
    launch(
      'conv2dGradWeightDepthwise',
      [gradWeight.pointer, x.pointer, gradOutput.pointer, SCRATCH, block, accumulate],
      plan.weightTasks,
      { shared: true, multiplyAdds: plan.multiplyAdds, scratchBytes: plan.scratchBytes },
    );
  },
};
