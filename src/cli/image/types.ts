/** A decoded picture: 8 bits a sample, rows from the top, samples of a pixel side by side. */
export interface Image {
  width: number;
  height: number;
  /** Grey, RGB, or RGB with (straight) alpha. */
  channels: 1 | 3 | 4;
  data: Uint8Array;
}

/** More pixels than this are refused from the header alone: a few bytes may claim gigabytes. */
export const MAX_PIXELS = 100_000_000;

/** Runs a decoder whose errors are about its insides, and words them as what the file has instead. */
export function runDecoder<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`one that cannot be decoded (${reason})`, { cause: error });
  }
}

/** Refuses a size that no picture has, or that is above the limit. */
export function checkSize(width: number, height: number): void {
  if (width === 0 || height === 0) throw new Error(`one of ${width}x${height} pixels`);
  if (width * height > MAX_PIXELS) {
    throw new Error(
      `one of ${width}x${height} pixels, above the limit of ${MAX_PIXELS / 1e6} megapixels`,
    );
  }
}
