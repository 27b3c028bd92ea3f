import { bytesOf, checkArity, checkInteger, wrongKind } from '../check.js';
import { checkOptions } from '../options.js';
import { gunzip } from './gunzip.js';

/** How to decompress. */
export interface GunzipOptions {
  /** What error messages call the bytes; `bytes` unless told. */
  readonly name?: string;
  /** How many bytes may come out; 2^30 (1 GiB) unless told, as a file can claim a thousand times its size. */
  readonly maxBytes?: number;
}

/**
 * Decompresses a gzip file (RFC 1952), known by its first two bytes, of any number of members, with zeros behind them
 * or not; other bytes are given back as they are.
 * @throws FormatError for a file that is truncated or corrupt, or that more than `maxBytes` bytes come out of
 */
export function maybeGunzip(bytes: Uint8Array, options: GunzipOptions = {}): Promise<Uint8Array> {
  const given = arguments.length;
  return new Promise((resolve) => {
    checkArity('maybeGunzip', given, 2);
    resolve(gunzipped(bytes, options));
  });
}

function gunzipped(bytes: Uint8Array, options: GunzipOptions): Uint8Array {
  const source = bytesOf('maybeGunzip', 'bytes', bytes);
  checkOptions('maybeGunzip', options, ['name', 'maxBytes']);
  const { name = 'bytes', maxBytes = 2 ** 30 } = options;
  if (typeof name !== 'string') throw wrongKind('maybeGunzip', 'name', 'a text', name);
  checkInteger('maybeGunzip', 'maxBytes', maxBytes, 0);
  if (source[0] === 0x1f && source[1] === 0x8b) return gunzip(source, name, maxBytes);
  return bytes instanceof Uint8Array ? bytes : source;
}
