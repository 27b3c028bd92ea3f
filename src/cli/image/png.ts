import { inflateSync } from 'node:zlib';
import { checkMemory, checkSize, PictureError } from './picture-error.js';
import { readChunks, type PngChunks } from './png-chunks.js';
import { readHeader } from './png-header.js';
import { readPixels } from './png-pixels.js';
import { readRows, scanlineBytes } from './png-rows.js';
import type { Image } from './types.js';

/** Data after the last row that are put up with: some encoders write a few bytes too many. */
const SPARE_BYTES = 65_536;

/** Decodes a PNG of any colour type, depth and interlacing. Its errors say what the file has instead of a picture. */
export function decodePng(bytes: Uint8Array): Image {
  const chunks = readChunks(bytes);
  const header = readHeader(chunks.header);
  const { width, height } = header;
  checkSize(width, height);
  const { channels, write } = readPixels(header, chunks);
  const size = scanlineBytes(header);
  checkMemory(width, height, size + width * height * channels);
  const lines = inflate(chunks, size);
  const data = new Uint8Array(width * height * channels);
  readRows(header, lines, (samples, columns, pixel, step) => {
    write(samples, columns, data, pixel * channels, step * channels);
  });
  return { width, height, channels, data };
}

/** The filtered scanlines of all passes. A stream that goes on after them is a decompression bomb. */
function inflate({ data }: PngChunks, size: number): Uint8Array {
  const limit = size + SPARE_BYTES;
  const lines = inflateWithin(Buffer.concat(data), limit);
  if (lines.length < size) {
    throw new PictureError(`one truncated: ${lines.length} of ${size} bytes of pixels`);
  }
  return lines;
}

function inflateWithin(data: Uint8Array, limit: number): Uint8Array {
  try {
    // In one piece: pieces would be joined by a copy.
    return inflateSync(data, { maxOutputLength: limit, chunkSize: limit + 1 });
  } catch (cause) {
    throw new PictureError(inflateProblem((cause as NodeJS.ErrnoException).code), { cause });
  }
}

function inflateProblem(code: string | undefined): string {
  if (code === 'ERR_BUFFER_TOO_LARGE') return 'one with more data than pixels';
  if (code === 'Z_BUF_ERROR') return 'one whose pixel data are truncated';
  return 'one whose pixel data are damaged';
}
