/**
 * A 32-bit checksum of bytes, an integer in [0, 2^32): for each word of four bytes, and each byte left at the end,
 * h becomes rotate(h + word · 0x85ebca77, 13) · 0x9e3779b1; the bits of the last h are mixed. Each step can be undone,
 * so a change within one word, any flipped bit, always changes the result; other damage goes unseen once in 2^32.
 * @param seed for bytes in pieces: the checksum of the piece before
 */
export function checksum(bytes: Uint8Array, seed = 0): number {
  const { length } = bytes;
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const words = new Int32Array(buffer, byteOffset, length >>> 2);
  let hash = seed | 0;
  for (let i = 0; i < words.length; i++) hash = step(hash, words[i]!);
  for (let i = 4 * words.length; i < length; i++) hash = step(hash, bytes[i]!);
  hash = step(hash ^ (hash >>> 15), length);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function step(hash: number, word: number): number {
  const sum = (hash + Math.imul(word, 0x85ebca77)) | 0;
  return Math.imul((sum << 13) | (sum >>> 19), 0x9e3779b1);
}
