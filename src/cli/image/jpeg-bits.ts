import { damagedAt, damagedHeader, truncated } from './picture-error.js';

/** Codes up to this length are looked up at once. */
const LOOKUP_BITS = 9;

/** A Huffman code (ITU-T T.81, annex C): `counts[n]` codes of `n + 1` bits, in ascending order of the symbols. */
export class HuffmanTable {
  /** By the next bits: length of the code and symbol, or 0 where the code is longer. */
  readonly lookup = new Uint16Array(1 << LOOKUP_BITS);
  /** By length: the first code that is too large, and what to add to a code for its place among the symbols. */
  readonly ends = new Int32Array(17);
  readonly offsets = new Int32Array(17);

  constructor(
    counts: Uint8Array,
    readonly symbols: Uint8Array,
  ) {
    for (let length = 1, code = 0, at = 0; length <= 16; length++, code <<= 1) {
      this.offsets[length] = at - code;
      for (let n = counts[length - 1]!; n > 0; n--) this.#enter(code++, length, symbols[at++]!);
      if (code > 1 << length) throw damagedHeader();
      this.ends[length] = code;
    }
  }

  #enter(code: number, length: number, symbol: number): void {
    const free = LOOKUP_BITS - length;
    if (free >= 0) this.lookup.fill((length << 8) | symbol, code << free, (code + 1) << free);
  }
}

/** Reads the bits of a scan, up to the next marker; after that zeros, which `checkEnd` notices. */
export class BitReader {
  #bits = 0;
  #count = 0;
  #padding = 0;

  constructor(
    readonly file: Uint8Array,
    /** The next byte to read; a marker's first byte where the data have ended. */
    public at: number,
  ) {}

  /** The symbol of the code that comes next. */
  symbol(table: HuffmanTable): number {
    this.#fill();
    const entry = table.lookup[this.#peek(LOOKUP_BITS)]!;
    if (entry > 0) {
      this.#count -= entry >> 8;
      return entry & 0xff;
    }
    for (let length = LOOKUP_BITS + 1; length <= 16; length++) {
      const code = this.#peek(length);
      if (code >= table.ends[length]!) continue;
      this.#count -= length;
      return table.symbols[code + table.offsets[length]!]!;
    }
    throw this.damaged();
  }

  /** An unsigned number of up to 15 bits. */
  number(length: number): number {
    this.#fill();
    const value = this.#peek(length);
    this.#count -= length;
    return value;
  }

  /** A number of `length` bits, without a sign bit: the lower half stands for negative ones (T.81, F.2.2.1). */
  signed(length: number): number {
    if (length === 0) return 0;
    const value = this.number(length);
    return value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
  }

  /** Throws where more was read than there is. */
  checkEnd(): void {
    if (this.#count < this.#padding) throw this.damaged();
  }

  /** Drops what is left before restart marker `n`, and goes on after it. */
  restart(n: number): void {
    while (this.#next() !== undefined);
    while (this.file[this.at + 1] === 0xff) this.at++;
    if (this.file[this.at + 1] !== 0xd0 + (n & 7)) throw this.damaged();
    this.at += 2;
    this.#count = this.#padding = 0;
  }

  damaged(): Error {
    return this.at >= this.file.length - 1 ? truncated(this.file) : damagedAt(this.at);
  }

  /** At least 24 bits. What was read before stays in the upper bits, which nothing looks at. */
  #fill(): void {
    while (this.#count < 24) {
      const byte = this.#next();
      if (byte === undefined) this.#padding += 8;
      this.#bits = (this.#bits << 8) | (byte ?? 0);
      this.#count += 8;
    }
  }

  /** The next byte; 0xff is written with a zero after it, to tell it from a marker. */
  #next(): number | undefined {
    const byte = this.file[this.at];
    if (byte === undefined || (byte === 0xff && this.file[this.at + 1] !== 0)) return undefined;
    this.at += byte === 0xff ? 2 : 1;
    return byte;
  }

  #peek(length: number): number {
    return (this.#bits >>> (this.#count - length)) & ((1 << length) - 1);
  }
}
