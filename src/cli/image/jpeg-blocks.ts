import type { BitReader, HuffmanTable } from './jpeg-bits.js';
import { damagedHeader } from './picture-error.js';

/** Place of each coefficient, in the order of the file, in a block of 8 rows (T.81, figure A.6). */
export const ZIGZAG = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48],
  ...[41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15],
  ...[23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63],
);

/** A component in a scan. */
export interface Coder {
  /** Codes of the means, and of the other coefficients. */
  means: HuffmanTable | undefined;
  details: HuffmanTable | undefined;
  /** The mean of the block before: differences are stored. */
  mean: number;
}

/** What the blocks of a scan hold: coefficients `first` to `last` in zigzag order, from bit `low` on. */
export interface Band {
  first: number;
  last: number;
  low: number;
  /** Whether earlier scans have brought the bits above `low`. */
  refines: boolean;
}

type DecodeBlock = (block: Int16Array, at: number, coder: Coder) => void;

/** Decodes the blocks of a scan into coefficients (T.81, F.2.2 and G.1.2). */
export class BlockDecoder {
  /** Blocks to come whose band holds nothing new. */
  #emptyBlocks = 0;

  constructor(
    readonly reader: BitReader,
    readonly band: Band,
  ) {}

  /** What decodes a block of this scan. */
  decoder(progressive: boolean): DecodeBlock {
    const { first, refines } = this.band;
    if (!progressive) return (block, at, coder) => this.#whole(block, at, coder);
    if (first > 0 && refines) return (block, at, coder) => this.#refineDetails(block, at, coder);
    if (first > 0) return (block, at, coder) => this.#details(block, at, coder);
    if (refines) return (block, at) => this.#refineMean(block, at);
    return (block, at, coder) => this.#mean(block, at, coder);
  }

  /** After a restart marker. */
  reset(): void {
    this.#emptyBlocks = 0;
  }

  #whole(block: Int16Array, at: number, coder: Coder): void {
    const { reader } = this;
    this.#mean(block, at, coder);
    const table = needed(coder.details);
    for (let k = 1; k < 64; k++) {
      const symbol = reader.symbol(table);
      const [zeros, length] = [symbol >> 4, symbol & 0xf];
      if (length === 0 && zeros < 15) return;
      k += zeros;
      if (k > 63) throw reader.damaged();
      if (length > 0) block[at + ZIGZAG[k]!] = reader.signed(length);
    }
  }

  #mean(block: Int16Array, at: number, coder: Coder): void {
    const length = this.reader.symbol(needed(coder.means));
    if (length > 15) throw this.reader.damaged();
    coder.mean += this.reader.signed(length);
    block[at] = coder.mean << this.band.low;
  }

  #refineMean(block: Int16Array, at: number): void {
    block[at]! |= this.reader.number(1) << this.band.low;
  }

  #details(block: Int16Array, at: number, coder: Coder): void {
    if (this.#emptyBlocks > 0) {
      this.#emptyBlocks--;
      return;
    }
    const { reader } = this;
    const { first, last, low } = this.band;
    const table = needed(coder.details);
    for (let k = first; k <= last; k++) {
      const symbol = reader.symbol(table);
      const [zeros, length] = [symbol >> 4, symbol & 0xf];
      if (length === 0 && zeros < 15) {
        this.#emptyBlocks = this.#runOf(zeros) - 1;
        return;
      }
      k += zeros;
      if (k > last) throw reader.damaged();
      if (length > 0) block[at + ZIGZAG[k]!] = reader.signed(length) << low;
    }
  }

  /** Blocks whose band ends here, this one included. */
  #runOf(length: number): number {
    return (1 << length) + this.reader.number(length);
  }

  #refineDetails(block: Int16Array, at: number, coder: Coder): void {
    const { reader } = this;
    const { last, low } = this.band;
    let k = this.band.first;
    const table = needed(coder.details);
    while (this.#emptyBlocks === 0 && k <= last) {
      const symbol = reader.symbol(table);
      const [zeros, length] = [symbol >> 4, symbol & 0xf];
      if (length === 0 && zeros < 15) {
        this.#emptyBlocks = this.#runOf(zeros);
        break;
      }
      const fresh = length === 0 ? 0 : reader.number(1) === 1 ? 1 << low : -1 << low;
      k = this.#refine(block, at, k, zeros);
      if (k > last && fresh !== 0) throw reader.damaged();
      if (fresh !== 0) block[at + ZIGZAG[k]!] = fresh;
      k++;
    }
    if (this.#emptyBlocks === 0) return;
    this.#refine(block, at, k, 64);
    this.#emptyBlocks--;
  }

  /** Reads a bit for each coefficient that is not zero, from `k` on, past `zeros` zeros. Returns the place of the next zero. */
  #refine(block: Int16Array, at: number, k: number, zeros: number): number {
    const { last, low } = this.band;
    const bit = 1 << low;
    for (; k <= last; k++) {
      const place = at + ZIGZAG[k]!;
      const value = block[place]!;
      if (value === 0 && zeros-- === 0) return k;
      if (value === 0 || this.reader.number(1) === 0 || (value & bit) !== 0) continue;
      block[place] = value + (value > 0 ? bit : -bit);
    }
    return k;
  }
}

function needed(table: HuffmanTable | undefined): HuffmanTable {
  if (!table) throw damagedHeader();
  return table;
}
