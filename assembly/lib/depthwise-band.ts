// Bands of depthwise convolution: the rows of y and the channels that are computed together.
//
// Where pixels are a multiple of 2 KB apart, a first-level cache of 64 sets has two for all of them: what a strip or a
// tile meets would not stay there until its next four channels. There the channels of a band are copied, to pixels
// that are an odd number of cache lines apart (bandOf in src/ops/conv/depthwise.ts). Elsewhere a band is one row of
// all channels.
import { DepthwiseGeometry, pixelBytes, xRowBytes } from './depthwise-geometry';
import { copyFloats } from './simd';

/** Whether the bands of x are copied. */
// @ts-ignore: decorator
@inline
export function isCopied(g: DepthwiseGeometry): bool {
  return g.xPixel != <i32>pixelBytes(g);
}

/**
 * Copies what the rows [begin, end) of y, all of one image, meet in x, which begins at the first channel. Returns the
 * address of the first pixel of all images, had they been copied too.
 */
export function copyBand(to: usize, x: usize, image: i32, begin: i32, end: i32, g: DepthwiseGeometry): usize {
  const before = image * g.outHeight;
  const reach = (g.kernelHeight - 1) * g.dilationHeight;
  const top = (begin - before) * g.strideHeight - g.padTop;
  const bottom = (end - 1 - before) * g.strideHeight - g.padTop + reach;
  const firstRow = max(0, top) / g.upsampleHeight;
  const endRow = min(g.inHeight - 1, bottom / g.upsampleHeight) + 1;
  const first = image * g.inHeight + firstRow;
  const origin = to - xRowBytes(first, g);
  let from = x + <usize>(first * g.inWidth) * pixelBytes(g);
  for (let pixels = (endRow - firstRow) * g.inWidth; pixels > 0; pixels--) {
    copyFloats(to, from, g.bandChannels);
    to += g.xPixel;
    from += pixelBytes(g);
  }
  return origin;
}
