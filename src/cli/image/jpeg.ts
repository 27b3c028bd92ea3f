import jpeg from 'jpeg-js';
import { checkSize, MAX_PIXELS, runDecoder, type Image } from './types.js';

/** What jpeg-js may allocate: enough for a phone's 50 megapixels, not for what a header may claim. */
const MAX_MEMORY_MB = 1024;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = Buffer.of(0xff, 0xd9);

interface FrameHeader {
  width: number;
  height: number;
  components: number;
  /** EXIF orientation, 1 (upright) to 8. */
  orientation: number;
}

/** Decodes a JPEG, upright. Its errors say what the file has instead of a picture. */
export function decodeJpeg(bytes: Uint8Array): Image {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { components, orientation } = readHeader(file);
  const { width, height, data } = decodeRgb(bytes);
  const grey = components === 1;
  const image: Image = {
    width,
    height,
    channels: grey ? 1 : 3,
    data: grey ? data.filter((_, i) => i % 3 === 0) : data,
  };
  return upright(image, orientation);
}

function decodeRgb(bytes: Uint8Array) {
  return runDecoder(() =>
    jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      maxResolutionInMP: MAX_PIXELS / 1e6,
      maxMemoryUsageInMB: MAX_MEMORY_MB,
    }),
  );
}

/** Walks the segments up to the frame header and on to the pixels (ITU-T T.81, annex B). */
function readHeader(file: Buffer): FrameHeader {
  const header: FrameHeader = { width: 0, height: 0, components: 0, orientation: 1 };
  let at = 2;
  for (let marker = 0; marker !== START_OF_SCAN;) {
    while (file[at] === 0xff && file[at + 1] === 0xff) at++;
    if (at + 4 > file.length) throw new Error(`one truncated after ${file.length} bytes`);
    if (file[at] !== 0xff) throw new Error(`one damaged at byte ${at}`);
    marker = file[at + 1]!;
    const end = at + 2 + file.readUInt16BE(at + 2);
    if (end > file.length) throw new Error(`one truncated after ${file.length} bytes`);
    const segment = file.subarray(at + 4, end);
    if (marker === 0xe1) header.orientation = exifOrientation(segment) ?? header.orientation;
    if (isFrame(marker)) readFrame(segment, header);
    at = end;
  }
  // The end marker may be followed by anything, but without one the pixels were cut off.
  if (!file.includes(END_OF_IMAGE, at)) {
    throw new Error(`one truncated after ${file.length} bytes`);
  }
  return header;
}

const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function readFrame(segment: Buffer, header: FrameHeader): void {
  if (segment.length < 6) throw new Error('one with a damaged header');
  const [height, width] = [segment.readUInt16BE(1), segment.readUInt16BE(3)];
  checkSize(width, height);
  Object.assign(header, { width, height, components: segment[5] });
}

/** Tag 0x0112 of the first directory of EXIF's TIFF structure; undefined where there is none. */
function exifOrientation(segment: Buffer): number | undefined {
  if (segment.toString('latin1', 0, 6) !== 'Exif\0\0' || segment.length < 16) return undefined;
  const tiff = segment.subarray(6);
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directory + 2 > tiff.length) return undefined;
  for (let i = 0, at = directory + 2; i < u16(directory); i++, at += 12) {
    if (at + 12 > tiff.length) return undefined;
    if (u16(at) === 0x0112) return u16(at + 8);
  }
  return undefined;
}

/**
 * Turns and mirrors a picture as EXIF's orientation asks (TIFF 6.0, page 36): from 5 on the stored
 * rows are the columns to see; in some the stored columns or rows count from the far end.
 */
function upright(image: Image, orientation: number): Image {
  if (!(orientation >= 2 && orientation <= 8)) return image;
  const { channels, data } = image;
  const swap = orientation >= 5;
  const flipX = [2, 3, 7, 8].includes(orientation);
  const flipY = [3, 4, 6, 7].includes(orientation);
  const [width, height] = swap ? [image.height, image.width] : [image.width, image.height];
  const out = new Uint8Array(data.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += channels) {
      const [sx, sy] = swap ? [y, x] : [x, y];
      const column = flipX ? image.width - 1 - sx : sx;
      const row = flipY ? image.height - 1 - sy : sy;
      const from = (row * image.width + column) * channels;
      for (let c = 0; c < channels; c++) out[to + c] = data[from + c]!;
    }
  }
  return { width, height, channels, data: out };
}
