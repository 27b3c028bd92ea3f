import { crc32 } from 'node:zlib';
import { damagedAt, PictureError, truncated } from './picture-error.js';

/** The parts of a PNG that make up its pixels; the rest (text, colour profiles) is dropped unread. */
export interface PngChunks {
  header: Buffer;
  palette: Buffer | undefined;
  transparency: Buffer | undefined;
  data: Buffer[];
}

const CRITICAL = ['IHDR', 'PLTE', 'IDAT', 'IEND'];

/** Walks the chunks up to the last one, and compares the checksums of those that count. */
export function readChunks(bytes: Uint8Array): PngChunks {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Record<string, Buffer[]> = { IHDR: [], PLTE: [], tRNS: [], IDAT: [] };
  for (let at = 8, type = ''; type !== 'IEND';) {
    const end = at + 8 <= file.length ? at + 12 + file.readUInt32BE(at) : Infinity;
    if (end > file.length) throw truncated(file);
    type = file.toString('latin1', at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(type)) throw damagedAt(at);
    checkKnown(type);
    if ((type === 'IHDR') !== (at === 8)) throw damagedAt(at);
    if (CRITICAL.includes(type) || type === 'tRNS') checkCrc(file, type, at, end);
    found[type]?.push(file.subarray(at + 8, end - 4));
    at = end;
  }
  const { IHDR, PLTE, tRNS, IDAT } = found as Record<'IHDR' | 'PLTE' | 'tRNS' | 'IDAT', Buffer[]>;
  return { header: IHDR[0]!, palette: PLTE[0], transparency: tRNS[0], data: IDAT };
}

/** A capital at the front: without this chunk the pixels cannot be understood. */
function checkKnown(type: string): void {
  if (type[0]! <= 'Z' && !CRITICAL.includes(type)) {
    throw new PictureError(`one with an unknown chunk '${type}' that its pixels depend on`);
  }
}

function checkCrc(file: Buffer, type: string, at: number, end: number): void {
  if (crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) {
    throw new PictureError(`one damaged in its chunk '${type}' at byte ${at}`);
  }
}
