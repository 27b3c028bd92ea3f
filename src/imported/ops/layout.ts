import { extentOf } from '../../ops/padding.js';
import type { Shape } from '../../shape.js';
import { channelsLast, type Order, sameOrder } from '../value.js';

/** Whether the channels of a file's pictures (or signals, or volumes) are the second axis or the last. */
export type Layout = 'NCHW' | 'NHWC';

/** The order in which the ops want a file's axes. */
export function layoutOrder(layout: Layout, rank: number): Order {
  return layout === 'NCHW' ? channelsLast(rank) : sameOrder(rank);
}

/** The sizes of a file's spatial axes. */
export function spatialShape(shape: Shape, layout: Layout): Shape {
  return layout === 'NCHW' ? shape.slice(2) : shape.slice(1, -1);
}

/**
 * Padding as files name it: those before each axis and then those after each, or so much that the output's size is
 * ⌈input size / stride⌉, the odd one after (`same`, ONNX's SAME_UPPER) or before (`sameLower`).
 */
export type FilePadding = readonly number[] | 'same' | 'sameLower' | 'valid';

/** Windows as files name them; what is left out is 1. */
export interface FileWindows {
  readonly kernel: readonly number[];
  readonly strides?: readonly number[] | undefined;
  readonly dilations?: readonly number[] | undefined;
  /** Default none. */
  readonly padding?: FilePadding | undefined;
}

/** Windows as the options of ops; of a single axis sizes are numbers. */
export function windowOptions(
  sizes: Shape,
  { kernel, strides, dilations, padding = 'valid' }: FileWindows,
): {
  stride: number | readonly number[];
  dilation: number | readonly number[];
  padding: readonly number[] | 'same' | 'valid';
} {
  const ones = kernel.map(() => 1);
  const [stride, dilation] = [strides ?? ones, dilations ?? ones];
  const isLower = padding === 'sameLower';
  return {
    stride: perAxis(stride),
    dilation: perAxis(dilation),
    padding: isLower ? lowerEnds(sizes, kernel, stride, dilation) : padding,
  };
}

/** A size for each axis; of a single axis a number. */
export function perAxis(sizes: readonly number[]): number | readonly number[] {
  return sizes.length === 1 ? sizes[0]! : sizes;
}

function lowerEnds(
  sizes: Shape,
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): number[] {
  const totals = sizes.map((size, i) => {
    const stride = strides[i]!;
    const extent = extentOf({ size, kernel: kernel[i]!, stride, dilation: dilations[i]! });
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent - size);
  });
  const after = totals.map((total) => Math.floor(total / 2));
  return [...totals.map((total, i) => total - after[i]!), ...after];
}
