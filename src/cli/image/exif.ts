const ORIENTATION = 0x0112;
const [SHORT, LONG] = [3, 4];

/**
 * The orientation, 1 (upright) to 8, in the first directory of EXIF's TIFF structure. Undefined where there is none, or
 * where the structure is damaged: EXIF never makes a picture unreadable.
 */
export function exifOrientation(segment: Buffer): number | undefined {
  const tiff = segment.subarray(6);
  const order = tiff.toString('latin1', 0, 2);
  if (segment.toString('latin1', 0, 6) !== 'Exif\0\0' || !['II', 'MM'].includes(order)) {
    return undefined;
  }
  // What lies beyond the end reads as 0, which no tag, type or orientation is.
  const u16 = (at: number) => {
    if (at + 2 > tiff.length) return 0;
    return order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  };
  const u32 = (at: number) => {
    const [first, second] = [u16(at), u16(at + 2)];
    return order === 'II' ? second * 65_536 + first : first * 65_536 + second;
  };
  const directory = u32(4);
  const entries = Array.from({ length: u16(directory) }, (_, i) => directory + 2 + 12 * i);
  const entry = entries.find((at) => at + 12 <= tiff.length && u16(at) === ORIENTATION);
  if (entry === undefined) return undefined;
  const type = u16(entry + 2);
  const value = type === SHORT ? u16(entry + 8) : type === LONG ? u32(entry + 8) : 0;
  return value >= 1 && value <= 8 ? value : undefined;
}

/** Where the pixels of a stored picture go: pixel (x, y) is pixel `origin + x * stepX + y * stepY` of the upright one. */
export interface Placement {
  width: number;
  height: number;
  origin: number;
  stepX: number;
  stepY: number;
}

/**
 * Turns and mirrors a picture as EXIF's orientation asks (TIFF 6.0, page 36): from 5 on the stored rows are the columns
 * to see; in some the columns or rows to see count from the far end.
 */
export function placement(
  storedWidth: number,
  storedHeight: number,
  orientation: number,
): Placement {
  const turned = orientation >= 5;
  const [width, height] = turned ? [storedHeight, storedWidth] : [storedWidth, storedHeight];
  const fromRight = [2, 3, 6, 7].includes(orientation);
  const fromBottom = [3, 4, 7, 8].includes(orientation);
  const right = fromRight ? -1 : 1;
  const down = fromBottom ? -width : width;
  return {
    width,
    height,
    origin: (fromRight ? width - 1 : 0) + (fromBottom ? (height - 1) * width : 0),
    stepX: turned ? down : right,
    stepY: turned ? right : down,
  };
}
