const P1 = 0x9e3779b1 | 0;
const P2 = 0x85ebca77 | 0;
const P3 = 0xc2b2ae3d | 0;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;

/**
 * The 32-bit checksum XXH32 (xxhash.com) of bytes, an integer in [0, 2^32). A change within one word of four bytes, so
 * any flipped bit, always changes it; other damage goes unseen once in 2^32.
 * @param seed for bytes in pieces: the checksum of the piece before
 */
export function checksum(bytes: Uint8Array, seed = 0): number {
  const { length } = bytes;
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, length >>> 2);
  const rest = words.length & 3;
  let hash = (length < 16 ? seed + P5 : hashBlocks(words, seed)) + length;
  for (const word of words.subarray(words.length - rest)) {
    hash = Math.imul(rotate(hash + Math.imul(word, P3), 17), P4);
  }
  for (const byte of bytes.subarray(4 * words.length)) {
    hash = Math.imul(rotate(hash + Math.imul(byte, P5), 11), P1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), P2);
  hash = Math.imul(hash ^ (hash >>> 13), P3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Four sums side by side, each of every fourth word, so that the processor need not wait for a product. */
function hashBlocks(words: Int32Array, seed: number): number {
  let a = (seed + P1 + P2) | 0;
  let b = (seed + P2) | 0;
  let c = seed | 0;
  let d = (seed - P1) | 0;
  for (let i = 0; i + 3 < words.length; i += 4) {
    a = round(a, words[i]!);
    b = round(b, words[i + 1]!);
    c = round(c, words[i + 2]!);
    d = round(d, words[i + 3]!);
  }
  return (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0;
}

const round = (sum: number, word: number) =>
  Math.imul(rotate((sum + Math.imul(word, P2)) | 0, 13), P1);
const rotate = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));
