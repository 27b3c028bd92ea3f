import { FormatError } from '../errors.js';
import { Inflater } from './inflate.js';

/** The shortest member: ten bytes of header, eight of trailer. */
const SHORTEST = 18;

/** The bytes that the members of a gzip file hold. @throws FormatError */
export function gunzip(source: Uint8Array, name: string, maxBytes: number): Uint8Array {
  const view = new DataView(source.buffer, source.byteOffset, source.length);
  const size = source.length < SHORTEST ? 0 : view.getUint32(source.length - 4, true);
  const inflater = new Inflater(source, size, maxBytes);
  let end = source.length;
  while (source[end - 1] === 0) end--;
  try {
    if (size > maxBytes) throw new Error(`a truncated one, or one of ${size} bytes`);
    do readMember(inflater, view);
    while (inflater.at < end);
  } catch (cause) {
    const isTruncated = inflater.at > source.length;
    const reason = isTruncated ? 'a truncated one' : (cause as Error).message;
    throw new FormatError(
      `gzip: ${name}: expected a whole gzip file of at most ${maxBytes} bytes, got ${reason} ` +
        `(at byte ${Math.min(inflater.at, source.length)} of ${source.length})`,
      { cause },
    );
  }
  return inflater.bytes.subarray(0, inflater.length);
}

function readMember(inflater: Inflater, view: DataView): void {
  const begin = inflater.length;
  inflater.at = endOfHeader(inflater.source, inflater.at);
  inflater.inflate();
  const { at, bytes, length } = inflater;
  if (at + 8 > view.byteLength) throw new Error('a truncated one');
  const isWhole =
    view.getUint32(at, true) === crc32(bytes.subarray(begin, length)) &&
    view.getUint32(at + 4, true) === (length - begin) >>> 0;
  if (!isWhole) throw new Error('damaged data, by their checksum');
  inflater.at += 8;
}

function endOfHeader(source: Uint8Array, begin: number): number {
  const [id1, id2, method, flags] = source.subarray(begin, begin + 4);
  if (id1 !== 0x1f || id2 !== 0x8b) throw new Error('other data');
  if (begin + SHORTEST > source.length) throw new Error('a truncated one');
  if (method !== 8 || flags! > 31) throw new Error('a compression of no known kind');
  let at = begin + 10;
  if (flags! & 4) at += 2 + source[at]! + 256 * source[at + 1]!;
  if (flags! & 8) at = source.indexOf(0, at) + 1 || Infinity;
  if (flags! & 16) at = source.indexOf(0, at) + 1 || Infinity;
  if (flags! & 2) at += 2;
  return at;
}

/** The checksum of RFC 1952. */
function crc32(bytes: Uint8Array): number {
  const table = new Int32Array(256).map((_, byte) => {
    for (let bit = 0; bit < 8; bit++) byte = (byte >>> 1) ^ (byte & 1 && 0xedb88320);
    return byte;
  });
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}
