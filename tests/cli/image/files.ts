import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

/** A picture of the corpus that scripts/pictures.py makes. */
export const corpusFile = (name: string): Buffer =>
  readFileSync(new URL(`corpus/${name}`, import.meta.url));

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const frame = Buffer.alloc(12 + data.length);
  frame.writeUInt32BE(data.length, 0);
  frame.write(type, 4, 'latin1');
  frame.set(data, 8);
  frame.writeUInt32BE(crc32(frame.subarray(4, 8 + data.length)), 8 + data.length);
  return frame;
}

export interface PngParts {
  width: number;
  height: number;
  depth?: number;
  colourType?: number;
  interlace?: number;
  /** Chunks between the header and the pixels. */
  extra?: readonly Buffer[];
  /** Scanlines, each with its filter; or the stream that holds them. */
  lines?: Uint8Array;
  stream?: Uint8Array;
}

/** A PNG, grey with 8 bits unless told otherwise, whose parts need not fit. */
export function pngFile(parts: PngParts): Buffer {
  const { width, height, depth = 8, colourType = 0, interlace = 0, extra = [], lines } = parts;
  const header = Buffer.from([...new Array<number>(8), depth, colourType, 0, 0, interlace]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...extra,
    pngChunk('IDAT', parts.stream ?? deflateSync(lines ?? new Uint8Array(0))),
    pngChunk('IEND', new Uint8Array(0)),
  ]);
}

/** Mends the checksums of a PNG's chunks, as far as they can be found. */
export function withChecksums(bytes: Uint8Array): Buffer {
  const file = Buffer.from(bytes);
  for (let at = 8; at + 12 <= file.length;) {
    const end = at + 12 + file.readUInt32BE(at);
    if (end > file.length) break;
    file.writeUInt32BE(crc32(file.subarray(at + 4, end - 4)), end - 4);
    at = end;
  }
  return file;
}

export function jpegSegment(marker: number, ...data: number[]): Buffer {
  return Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff, ...data]);
}

/**
 * The smallest grey JPEG: a code for the mean of a block is the bit 0, and so is one for its end.
 *
 * @param scans Headers and data; by default two zero bits for every block.
 */
export function smallestJpeg(width: number, height: number, progressive = false, scans?: Buffer[]) {
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  const oneCode = [1, ...new Array<number>(15).fill(0)];
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  return Buffer.concat([
    Buffer.of(0xff, 0xd8),
    jpegSegment(0xdb, 0, ...new Array<number>(64).fill(1)),
    jpegSegment(progressive ? 0xc2 : 0xc0, 8, ...size, 1, 1, 0x11, 0),
    jpegSegment(0xc4, 0, ...oneCode, 0, 0x10, ...oneCode, 0, 0x11, ...oneCode, 0xe0),
    ...(scans ?? [jpegSegment(0xda, 1, 1, 0, 0, 63, 0), Buffer.alloc(Math.ceil(blocks / 4))]),
    Buffer.of(0xff, 0xd9),
  ]);
}

/** The same JPEG with another size in its frame header. */
export function withSize(jpeg: Uint8Array, width: number, height: number): Buffer {
  const file = Buffer.from(jpeg);
  const frame = [0xc0, 0xc2]
    .map((marker) => file.indexOf(Buffer.of(0xff, marker)))
    .find((at) => at > 0)!;
  file.writeUInt16BE(height, frame + 5);
  file.writeUInt16BE(width, frame + 7);
  return file;
}
