import { FormatError } from '../errors.js';

/** Whether the bytes start as a gzip stream does (RFC 1952: 1f 8b). */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses a gzip stream, by its first two bytes; other bytes are given back as they are.
 * Throws a FormatError for a truncated or corrupt stream.
 */
export async function maybeGunzip(bytes: Uint8Array): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const compressed = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const plain = compressed.pipeThrough(new DecompressionStream('gzip'));
  try {
    return new Uint8Array(await new Response(plain).arrayBuffer());
  } catch (cause) {
    throw new FormatError(
      `gzip: expected a whole gzip stream, got a truncated or corrupt one of ${bytes.length} bytes ` +
        `(${reason(cause)})`,
      { cause },
    );
  }
}

/** The innermost message: engines wrap what the decompressor says. */
function reason(error: unknown): string {
  const inner = error instanceof Error && error.cause ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
}
