import { MAX_MEMORY, MAX_PIXELS, MAX_SIDE } from './limits.js';

/** Says what a file has instead of a picture that can be decoded: `one truncated after 12 bytes`. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

export const truncated = (file: Uint8Array) =>
  new PictureError(`one truncated after ${file.length} bytes`);
export const damagedAt = (at: number) => new PictureError(`one damaged at byte ${at}`);
export const damagedHeader = () => new PictureError('one with a damaged header');

/** Refuses a size that no picture has, or that is above the limits. */
export function checkSize(width: number, height: number): void {
  const size = `one of ${width}x${height} pixels`;
  if (width === 0 || height === 0) throw new PictureError(size);
  if (Math.max(width, height) > MAX_SIDE) {
    throw new PictureError(`${size}, above the limit of ${MAX_SIDE} along a side`);
  }
  if (width * height > MAX_PIXELS) {
    throw new PictureError(`${size}, above the limit of ${MAX_PIXELS / 1e6} megapixels`);
  }
}

/** Refuses a picture whose decoding would take more than `MAX_MEMORY`. */
export function checkMemory(width: number, height: number, bytes: number): void {
  if (bytes <= MAX_MEMORY) return;
  const [needed, limit] = [bytes, MAX_MEMORY].map((size) => Math.ceil(size / 2 ** 20));
  throw new PictureError(
    `one of ${width}x${height} pixels that needs ${needed} MB to decode, above the limit of ${limit} MB`,
  );
}
