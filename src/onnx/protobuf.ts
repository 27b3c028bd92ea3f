import { describe, shorten } from '../describe.js';
import { FormatError } from '../errors.js';

/** What a protobuf message may hold at most. */
export interface MessageLimits {
  /** Messages in messages. */
  readonly depth: number;
  /** Bytes of a text. */
  readonly stringLength: number;
}

/** How a field lies in the bytes (protobuf.dev/programming-guides/encoding). */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/**
 * Reads a protobuf message field by field. Every length is compared with the bytes that are there before it is used, and
 * nothing is allocated but what is asked for.
 */
export class ProtobufReader {
  #field = 0;
  #wire = 0;
  #at = 0;
  readonly #view: DataView;

  /** @param place begins error messages */
  constructor(
    private readonly bytes: Uint8Array<ArrayBuffer>,
    readonly place: string,
    private readonly limits: MessageLimits,
    private readonly depth = 0,
  ) {
    if (depth > limits.depth) this.fail(`at most ${limits.depth} messages in one another`, 'more');
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @throws FormatError */
  fail(expected: string, got: unknown): never {
    const text = typeof got === 'string' ? shorten(got) : describe(got);
    throw new FormatError(`${this.place}: expected ${expected}, got ${text}`);
  }

  /**
   * Reads all fields in turn.
   * @param fields for the number of each known one what reads it, once; the others are skipped
   * @throws FormatError
   */
  read(fields: Readonly<Record<number, () => void>>): void {
    while (this.#at < this.bytes.length) {
      const key = this.#varint();
      this.#field = Math.floor(key / 8);
      this.#wire = key % 8;
      if (!(this.#field > 0 && this.#field < 2 ** 29)) this.fail('a field', key);
      const known = fields[this.#field];
      if (known) known();
      else this.#skip();
    }
  }

  #skip(): void {
    if (this.#wire === VARINT) this.#varint();
    else if (this.#wire === LENGTH_DELIMITED) this.data();
    else if (this.#wire === FIXED32) this.#take(4);
    else if (this.#wire === FIXED64) this.#take(8);
    else this.fail('a field of a known wire type', this.#wire);
  }

  /** int32, int64, uint64, an enum or a bool; beyond 2^53 the nearest number. */
  integer(): number {
    this.#expect(VARINT);
    return this.#varint();
  }

  /** Adds the integers of a repeated field, packed or one by one. */
  integers(values: number[]): void {
    if (this.#wire !== LENGTH_DELIMITED) {
      values.push(this.integer());
      return;
    }
    const end = this.#length() + this.#at;
    while (this.#at < end) values.push(this.#varint());
    if (this.#at !== end) this.fail('packed integers that end with their field', this.#at - end);
  }

  float(): number {
    this.#expect(FIXED32);
    return this.#view.getFloat32(this.#take(4), true);
  }

  /** Adds the floats of a repeated field, packed or one by one. */
  floats(values: number[]): void {
    this.#fixed(FIXED32, 4, (at) => values.push(this.#view.getFloat32(at, true)));
  }

  /** Adds the doubles of a repeated field, packed or one by one. */
  doubles(values: number[]): void {
    this.#fixed(FIXED64, 8, (at) => values.push(this.#view.getFloat64(at, true)));
  }

  /** The bytes of a field; they are not copied. */
  data(): Uint8Array<ArrayBuffer> {
    this.#expect(LENGTH_DELIMITED);
    const length = this.#length();
    const begin = this.#take(length);
    return this.bytes.subarray(begin, begin + length);
  }

  text(): string {
    const bytes = this.data();
    const { stringLength } = this.limits;
    if (bytes.length > stringLength) {
      this.fail(`a text of at most ${stringLength} bytes`, `${bytes.length}`);
    }
    try {
      // A copy: decoders refuse shared memory.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice());
    } catch {
      return this.fail('text in UTF-8', 'other bytes');
    }
  }

  /** A message in this one. @param name of the field, for its errors */
  message(name: string): ProtobufReader {
    const place = `${this.place}.${name}`;
    return new ProtobufReader(this.data(), place, this.limits, this.depth + 1);
  }

  #expect(wire: number): void {
    if (this.#wire !== wire) {
      this.fail(`wire type ${wire} in field ${this.#field}`, `wire type ${this.#wire}`);
    }
  }

  #fixed(wire: number, size: number, read: (at: number) => void): void {
    if (this.#wire === wire) {
      read(this.#take(size));
      return;
    }
    this.#expect(LENGTH_DELIMITED);
    const length = this.#length();
    if (length % size !== 0) this.fail(`a multiple of ${size} bytes`, length);
    for (const end = this.#at + length; this.#at < end;) read(this.#take(size));
  }

  /** A length, of bytes that are there. */
  #length(): number {
    const length = this.#varint();
    const left = this.bytes.length - this.#at;
    if (length < 0 || length > left) this.fail(`a field of at most ${left} bytes`, length);
    return length;
  }

  /** Where the next bytes begin, of which there have to be so many. */
  #take(length: number): number {
    const begin = this.#at;
    if (length > this.bytes.length - begin) this.fail(`${length} more bytes`, 'the end');
    this.#at += length;
    return begin;
  }

  /** Seven bits in a byte, the lowest first; 64 bits in two's complement. */
  #varint(): number {
    let [low, high] = [0, 0];
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bytes[this.#take(1)]!;
      const bits = byte & 127;
      if (shift < 28) low += bits * 2 ** shift;
      else if (shift === 28) {
        low += (bits & 15) * 2 ** 28;
        high = bits >> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) return high * 2 ** 32 + low;
    }
    return this.fail('an integer of at most ten bytes', 'more');
  }
}
