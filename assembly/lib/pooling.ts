// What max and average pooling share: the geometry, and which taps and windows lie where.
//
// A window starts at o · stride − pad and covers (kernel − 1) · dilation + 1 positions of its axis. All sums stay below
// 2³¹: src/ops/pool/geometry.ts checks the padded size and the extent of the kernel.

@unmanaged
export class Pool2dGeometry {
  batch: i32;
  inHeight: i32;
  inWidth: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  padTop: i32;
  padLeft: i32;
  padBottom: i32;
  padRight: i32;
}

/** The first tap at position 0 or later, of a window that starts at `start`. */
// @ts-ignore: decorator
@inline
export function firstTap(start: i32, dilation: i32): i32 {
  return start >= 0 ? 0 : (-start - 1) / dilation + 1;
}

/** The end of the taps at positions below `size`. */
// @ts-ignore: decorator
@inline
export function endOfTaps(start: i32, kernel: i32, dilation: i32, size: i32): i32 {
  const room = size - start;
  if (room > (kernel - 1) * dilation) return kernel;
  return room > 0 ? (room - 1) / dilation + 1 : 0;
}

/** Positions that a dilated kernel covers, gaps included. */
// @ts-ignore: decorator
@inline
export function extentOf(kernel: i32, dilation: i32): i32 {
  return (kernel - 1) * dilation + 1;
}

/** The first window that reaches `position`, counted from the start of the padding. */
// @ts-ignore: decorator
@inline
export function firstWindow(position: i32, extent: i32, stride: i32): i32 {
  return position < extent ? 0 : (position - extent) / stride + 1;
}

/** The end of the windows that start at `position` or before. */
// @ts-ignore: decorator
@inline
export function endOfWindows(position: i32, stride: i32, count: i32): i32 {
  return min(count, position / stride + 1);
}

/** Positions of one axis that the divisor of a window counts, at least 1. */
// @ts-ignore: decorator
@inline
export function counted(start: i32, kernel: i32, size: i32, padAfter: i32, countIncludePad: bool): i32 {
  if (countIncludePad) return max(1, endOfTaps(start, kernel, 1, size + padAfter));
  return max(1, endOfTaps(start, kernel, 1, size) - firstTap(start, 1));
}
