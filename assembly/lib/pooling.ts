// What max and average pooling share: the geometry, and which taps and windows lie where.
//
// A window starts at o · stride − pad and covers (kernel − 1) · dilation + 1 positions of its axis. A kernel of 0 stands
// for the windows of adaptive pooling, from ⌊o · size / outputs⌋ to ⌈(o + 1) · size / outputs⌉. All sums stay below 2³¹:
// src/ops/pool/geometry.ts checks the padded size and the extent of the kernel, or size · outputs.

@unmanaged
export class PoolGeometry {
  batch: i32;
  channels: i32;
  inDepth: i32;
  outDepth: i32;
  kernelDepth: i32;
  strideDepth: i32;
  dilationDepth: i32;
  padFront: i32;
  padBack: i32;
  inHeight: i32;
  outHeight: i32;
  kernelHeight: i32;
  strideHeight: i32;
  dilationHeight: i32;
  padTop: i32;
  padBottom: i32;
  inWidth: i32;
  outWidth: i32;
  kernelWidth: i32;
  strideWidth: i32;
  dilationWidth: i32;
  padLeft: i32;
  padRight: i32;
}

// @ts-ignore: decorator
@inline
export function depthOf(g: PoolGeometry): Axis {
  return changetype<Axis>(changetype<usize>(g) + offsetof<PoolGeometry>('inDepth'));
}

// @ts-ignore: decorator
@inline
export function heightOf(g: PoolGeometry): Axis {
  return changetype<Axis>(changetype<usize>(g) + offsetof<PoolGeometry>('inHeight'));
}

// @ts-ignore: decorator
@inline
export function widthOf(g: PoolGeometry): Axis {
  return changetype<Axis>(changetype<usize>(g) + offsetof<PoolGeometry>('inWidth'));
}

/** The fields of one axis of it. */
@unmanaged
class PoolAxis {
  size: i32;
  outputs: i32;
  kernel: i32;
  stride: i32;
  dilation: i32;
  padBefore: i32;
  padAfter: i32;
}

/** One axis, with its taps and windows. */
@unmanaged
export class Axis extends PoolAxis {
  /** Where the window `o` starts: before 0 in the padding. */
  start(o: i32): i32 {
    if (this.kernel == 0) return (o * this.size) / this.outputs;
    return o * this.stride - this.padBefore;
  }

  /** Taps of the window `o`, which starts at `start`. */
  kernelOf(o: i32, start: i32): i32 {
    if (this.kernel == 0) return ((o + 1) * this.size - 1) / this.outputs + 1 - start;
    return this.kernel;
  }

  /** At least the taps of any window. */
  @inline
  largest(): i32 {
    return this.kernel == 0 ? this.size / this.outputs + 2 : this.kernel;
  }

  /** The first window that covers the position `i`. */
  firstWindow(i: i32): i32 {
    if (this.kernel == 0) return (i * this.outputs) / this.size;
    const last = i + this.padBefore - (this.kernel - 1) * this.dilation - 1;
    return last < 0 ? 0 : last / this.stride + 1;
  }

  /** The end of the windows that start at `i` or before. */
  endOfWindows(i: i32): i32 {
    if (this.kernel == 0) return ((i + 1) * this.outputs - 1) / this.size + 1;
    return min(this.outputs, (i + this.padBefore) / this.stride + 1);
  }

  /** The first position that a tap of the window `o` sees. */
  firstOf(o: i32): i32 {
    const start = this.start(o);
    return start + firstTap(start, this.dilation) * this.dilation;
  }

  /** Taps of the window `o` that see a position; 0 or less if none does. */
  tapsOf(o: i32): i32 {
    const start = this.start(o);
    const end = endOfTaps(start, this.kernelOf(o, start), this.dilation, this.size);
    return end - firstTap(start, this.dilation);
  }

  /** Taps of the window `o` that a mean counts, at least 1: with padding where `divisor` is WITH_PAD. */
  countedOf(o: i32, divisor: i32): i32 {
    const start = this.start(o);
    const kernel = this.kernelOf(o, start);
    if (divisor == WITH_PAD) {
      return max(1, endOfTaps(start, kernel, this.dilation, this.size + this.padAfter));
    }
    return max(1, endOfTaps(start, kernel, this.dilation, this.size) - firstTap(start, this.dilation));
  }
}

/** The divisor of a mean over all taps but those beyond the padding; 0 is that over pixels alone; others are meant. */
export const WITH_PAD: i32 = -1;

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
