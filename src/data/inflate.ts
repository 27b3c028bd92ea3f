/** The longest copy that one code stands for: so much memory is free at the end of a symbol. */
const LONGEST = 258;
/** A byte of DEFLATE stands for at most so many. */
const RATIO = 1032;
/** In which order a block gives the lengths of the codes that its codes' lengths are written in. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A Huffman code: for what the next bits may be, symbol · 16 + length; 0 where nothing begins so. */
interface Code {
  readonly table: Uint16Array;
  readonly mask: number;
}

/**
 * Decompresses DEFLATE (RFC 1951). Unlike the streams of engines it knows where its input ends, which is how the members
 * of a gzip file are found, and keeps to a limit. Throws Errors that say what is wrong with the bytes.
 */
export class Inflater {
  /** What was decompressed, with free memory behind it. */
  bytes: Uint8Array<ArrayBuffer>;
  /** How many bytes were decompressed. */
  length = 0;
  /** Where in the source the next byte is. */
  at = 0;
  #bits = 0;
  #count = 0;

  /**
   * @param size how many bytes are expected; other numbers are no error
   * @param limit how many bytes are taken
   */
  constructor(
    readonly source: Uint8Array,
    size: number,
    readonly limit: number,
  ) {
    this.bytes = new Uint8Array(Math.min(size, limit, RATIO * source.length) + LONGEST);
  }

  /** Decompresses one stream, from `at` to its end. */
  inflate(): void {
    const start = this.length;
    let isLast = false;
    while (!isLast) {
      isLast = this.#take(1) === 1;
      const kind = this.#take(2);
      if (kind === 0) this.#copyStored();
      else if (kind === 1) this.#decode(fixedLengths(), new Uint8Array(30).fill(5), start);
      else if (kind === 2) this.#decodeDynamic(start);
      else throw new Error('a block of no kind');
      this.#check();
    }
    this.#align();
  }

  #check(): void {
    if (this.at - (this.#count >> 3) > this.source.length) throw new Error('a truncated one');
    if (this.length > this.limit) throw new Error(`more than ${this.limit} bytes`);
  }

  /** Back to the first byte of which no bit was taken. */
  #align(): void {
    this.at -= this.#count >> 3;
    this.#bits = this.#count = 0;
  }

  /** At least 15 bits; zeros beyond the end, which `#check` finds. */
  #refill(): void {
    while (this.#count < 15) {
      this.#bits |= this.source[this.at++]! << this.#count;
      this.#count += 8;
    }
  }

  #take(count: number): number {
    this.#refill();
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#count -= count;
    return value;
  }

  #takeSymbol({ table, mask }: Code): number {
    this.#refill();
    const entry = table[this.#bits & mask]!;
    this.#take(entry & 15);
    return symbolOf(entry);
  }

  /** Makes room for this many bytes and the longest copy. */
  #reserve(count: number): Uint8Array<ArrayBuffer> {
    this.#check();
    const needed = this.length + count + LONGEST;
    if (needed <= this.bytes.length) return this.bytes;
    const { bytes } = this;
    const most = this.limit + count + LONGEST;
    this.bytes = new Uint8Array(Math.min(Math.max(2 * bytes.length, needed), most));
    this.bytes.set(bytes);
    return this.bytes;
  }

  #copyStored(): void {
    this.#align();
    const { at, source } = this;
    const size = source[at]! | (source[at + 1]! << 8);
    if (size + (source[at + 2]! | (source[at + 3]! << 8)) !== 0xffff) {
      throw new Error('a stored block of no length');
    }
    this.at += 4 + size;
    this.#reserve(size).set(source.subarray(at + 4, this.at), this.length);
    this.length += size;
  }

  #decodeDynamic(start: number): void {
    const literals = 257 + this.#take(5);
    const distances = 1 + this.#take(5);
    const short = new Uint8Array(19);
    for (const symbol of ORDER.slice(0, 4 + this.#take(4))) short[symbol] = this.#take(3);
    const code = codeOf(short);
    const lengths = new Uint8Array(literals + distances);
    for (let i = 0; i < lengths.length;) {
      const symbol = this.#takeSymbol(code);
      if (symbol < 16) lengths[i++] = symbol;
      else if (symbol === 16) {
        const before = lengths[i - 1]!;
        lengths.fill(before, i, (i += 3 + this.#take(2)));
      } else i += symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
    }
    this.#decode(lengths.subarray(0, literals), lengths.subarray(literals), start);
  }

  /** Decodes a block into bytes after `start`: the loop that all depends on, in local variables. */
  #decode(literalLengths: Uint8Array, distanceLengths: Uint8Array, start: number): void {
    const { source } = this;
    const { table, mask } = codeOf(literalLengths);
    const distances = codeOf(distanceLengths);
    let { at, bytes, length } = this;
    let bits = this.#bits;
    let count = this.#count;
    for (;;) {
      if (length + LONGEST > bytes.length) {
        this.at = at;
        this.length = length;
        bytes = this.#reserve(1);
      }
      if (count < 15) {
        bits |= (source[at]! | (source[at + 1]! << 8)) << count;
        at += 2;
        count += 16;
      }
      const entry = table[bits & mask]!;
      const symbol = symbolOf(entry);
      bits >>>= entry & 15;
      count -= entry & 15;
      if (symbol < 256) {
        bytes[length++] = symbol;
        continue;
      }
      if (symbol === 256) break;
      this.at = at;
      this.#bits = bits;
      this.#count = count;
      const size = this.#takeLength(symbol - 257);
      const distance = this.#takeDistance(this.#takeSymbol(distances));
      at = this.at;
      bits = this.#bits;
      count = this.#count;
      if (distance > length - start) throw new Error('a copy from before its beginning');
      const end = length + size;
      if (distance === 1) bytes.fill(bytes[length - 1]!, length, end);
      else for (let i = length; i < end; i++) bytes[i] = bytes[i - distance]!;
      length = end;
    }
    this.at = at;
    this.length = length;
    this.#bits = bits;
    this.#count = count;
  }

  /** The length of a copy: in groups of four, each twice as wide as the one before. */
  #takeLength(symbol: number): number {
    if (symbol < 8) return symbol + 3;
    if (symbol === 28) return LONGEST;
    if (symbol > 28) throw new Error('a copy of no length');
    const extra = (symbol >> 2) - 1;
    return ((4 + (symbol & 3)) << extra) + 3 + this.#take(extra);
  }

  /** How far back a copy begins: in groups of two, each twice as wide as the one before. */
  #takeDistance(symbol: number): number {
    if (symbol < 4) return symbol + 1;
    if (symbol > 29) throw new Error('a copy of no distance');
    const extra = (symbol >> 1) - 1;
    return ((2 + (symbol & 1)) << extra) + 1 + this.#take(extra);
  }
}

function symbolOf(entry: number): number {
  if (entry === 0) throw new Error('bits that are no code');
  return entry >> 4;
}

function fixedLengths(): Uint8Array {
  return new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280);
}

/** The canonical Huffman code of which each symbol's length is given; 0 for a symbol that has none. */
function codeOf(lengths: Uint8Array): Code {
  const longest = Math.max(1, ...lengths);
  const table = new Uint16Array(1 << longest);
  let code = 0;
  for (let length = 1; length <= longest; length++, code <<= 1) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      if (code >> length) throw new Error('more codes than there are');
      for (let i = reversed(code++, length); i < table.length; i += 1 << length) {
        table[i] = (symbol << 4) | length;
      }
    }
  }
  return { table, mask: table.length - 1 };
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i++) result |= ((code >> i) & 1) << (length - 1 - i);
  return result;
}
