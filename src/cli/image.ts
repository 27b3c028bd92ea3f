import { FormatError } from '../index.js';
import { decodeJpeg } from './image/jpeg.js';
import { decodePng } from './image/png.js';
import { PictureError } from './image/picture-error.js';
import { describeBytes } from './image/sniff.js';
import type { Image } from './image/types.js';

export type { Image } from './image/types.js';
export { describePlain, imageToInput } from './image/input.js';

/**
 * Decodes a PNG or JPEG, told apart by the first bytes, not by the name. 16-bit samples are
 * rounded to 8, palettes are resolved, and a JPEG is turned upright as its EXIF data says.
 *
 * @param name What to call the picture in an error.
 * @throws FormatError for anything else, and for a picture that is damaged or above a limit (`image/limits.ts`).
 */
export function decodeImage(bytes: Uint8Array, name: string): Image {
  const kind = describeBytes(bytes);
  if (kind !== 'a PNG picture' && kind !== 'a JPEG picture') {
    throw new FormatError(`decodeImage: ${name}: expected a PNG or JPEG picture, got ${kind}`);
  }
  try {
    return kind === 'a PNG picture' ? decodePng(bytes) : decodeJpeg(bytes);
  } catch (cause) {
    const reason = cause instanceof PictureError ? cause.message : 'one that cannot be decoded';
    throw new FormatError(`decodeImage: ${name}: expected ${kind}, got ${reason}`, { cause });
  }
}
