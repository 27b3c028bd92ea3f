/**
 * What a picture may ask for. A header of a few bytes may claim gigabytes, so a picture beyond a limit is refused from
 * its header, before anything is allocated or decoded. A JPEG shorter than any of its size can be is refused too, and
 * of the data of a PNG no more is inflated than its size needs.
 */

/** Pixels along a side; libpng's limit. */
export const MAX_SIDE = 1_000_000;
/** Pixels in all: bounds the time. */
export const MAX_PIXELS = 100_000_000;
/**
 * Bytes that decoding takes beside the file. Enough for 89 megapixels of an RGB PNG with 8 bits a sample, 44 of RGBA
 * with 16, 100 of a baseline JPEG with 4:2:0 chroma, 71 of a progressive one.
 */
export const MAX_MEMORY = 512 * 2 ** 20;
/**
 * Scans of a JPEG: one may take a few bytes and visit every block. Encoders write about 10. That no scan brings bits
 * again bounds the time of each.
 */
export const MAX_SCANS = 100;
