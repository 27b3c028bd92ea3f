import { Inflater } from '../data/inflate.js';
import { FormatError } from '../errors.js';
import { inFile, plain } from './json.js';

/** The end of the central directory: its length without a comment, and the longest comment. */
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const SIGNATURES = { end: 0x06054b50, entry: 0x02014b50, local: 0x04034b50 };

/** Whether bytes begin as a zip file does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * The files in a zip archive (PKWARE's APPNOTE), stored or deflated; each is read when it is asked for. Without zip64,
 * encryption or several volumes.
 * @param name begins error messages
 * @throws FormatError
 */
export function readZip(bytes: Uint8Array, name: string): Map<string, () => Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = findEnd(view);
  if (end < 0) throw new FormatError(`${name}: expected a whole zip file, got no directory in it`);
  const count = view.getUint16(end + 10, true);
  const files = new Map<string, () => Uint8Array>();
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== SIGNATURES.entry) {
      throw new FormatError(`${name}: entry ${i} of ${count}: expected one at byte ${at}`);
    }
    const [nameBytes, extra, comment] = [28, 30, 32].map((field) =>
      view.getUint16(at + field, true),
    ) as [number, number, number];
    const path = new TextDecoder().decode(bytes.slice(at + 46, at + 46 + nameBytes));
    if (files.has(path)) throw new FormatError(`${name}: ${plain(path)}: expected it once`);
    const place = `${name}: ${plain(path)}`;
    const entry = at;
    files.set(path, () => inFile(place, () => readEntry(bytes, view, entry)));
    at += 46 + nameBytes + extra + comment;
  }
  return files;
}

/** Where the end of the directory begins, found from behind; -1 where there is none. */
function findEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at--) {
    if (view.getUint32(at, true) === SIGNATURES.end) return at;
  }
  return -1;
}

function readEntry(bytes: Uint8Array, view: DataView, at: number): Uint8Array {
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [packed, size, local] = [20, 24, 42].map((field) => view.getUint32(at + field, true)) as [
    number,
    number,
    number,
  ];
  if (flags & 1) throw new Error('expected no encryption');
  if (local + 30 > bytes.length || view.getUint32(local, true) !== SIGNATURES.local) {
    throw new Error(`expected a file at byte ${local}`);
  }
  const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (begin + packed > bytes.length) throw new Error('truncated');
  const content = bytes.subarray(begin, begin + packed);
  if (method === 0 && packed === size) return content;
  if (method !== 8) throw new Error(`expected it stored or deflated, got method ${method}`);
  const inflater = new Inflater(content, size, size);
  inflater.inflate();
  if (inflater.length !== size) throw new Error(`expected ${size} bytes, got ${inflater.length}`);
  return inflater.bytes.subarray(0, size);
}
