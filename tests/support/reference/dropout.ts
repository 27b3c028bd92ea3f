// y[i] = x[i] · scale where hash(i) > limit, otherwise 0
//
// hash(i) = mix(mix(i + key0) ^ key1) in 32-bit arithmetic; mix is "lowbias32" from Chris Wellons' hash
// prospector (github.com/skeeto/hash-prospector).

export interface Mask {
  readonly key0: number;
  readonly key1: number;
  readonly limit: number;
  readonly scale: number;
}

export function dropoutForward(x: ArrayLike<number>, mask: Mask): Float64Array {
  return Float64Array.from(x, (value, i) => (isKept(i, mask) ? value * mask.scale : 0));
}

export function dropoutGradInput(dy: ArrayLike<number>, mask: Mask): Float64Array {
  return Float64Array.from(dy, (value, i) => (isKept(i, mask) ? value * mask.scale : 0));
}

export function isKept(i: number, { key0, key1, limit }: Mask): boolean {
  return mix((mix((i + key0) >>> 0) ^ key1) >>> 0) > limit;
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0xd35a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}
