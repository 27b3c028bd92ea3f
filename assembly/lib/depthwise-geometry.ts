// What the kernels of depthwise convolution know about sizes.

@unmanaged
export class DepthwiseGeometry {
  batch: i32;
  inHeight: i32;
  inWidth: i32;
  inChannels: i32;
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
  upsampleHeight: i32;
  upsampleWidth: i32;
  tapStepHeight: i32;
  tapStepWidth: i32;
  pixelStepHeight: i32;
  pixelStepWidth: i32;
  xPixel: i32;
  bandRows: i32;
  bandChannels: i32;
  blockRows: i32;
  blockChannels: i32;
  rotated: i32;
}

/** Bytes of a pixel. */
export function pixelBytes(g: DepthwiseGeometry): usize {
  return <usize>g.inChannels << 2;
}

/** Bytes of `rows` rows of pixels of x, where it is or in the copy of a band. */
export function xRowBytes(rows: i32, g: DepthwiseGeometry): usize {
  return <usize>(rows * g.inWidth) * g.xPixel;
}

/** Bytes of `rows` rows of pixels. */
export function rowBytes(rows: i32, width: i32, g: DepthwiseGeometry): usize {
  return <usize>rows * width * pixelBytes(g);
}

/** Bytes of `taps` taps of four channels, packed. */
export function tapBytes(taps: i32): usize {
  return <usize>taps << 4;
}
