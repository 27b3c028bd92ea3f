import { FormatError } from '../errors.js';

/** Bytes of an offset, and of the length in front of a vector. */
const WORD = 4;
/** The longest string that is read: names are shorter. */
const MAX_STRING = 2 ** 16;

/** The bytes of a flatbuffer, and how much of them may still be read. */
interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly decoder: TextDecoder;
  /** Begins error messages. */
  readonly place: string;
  /** Elements of vectors that may be read yet: vectors that many tables share would make small files endless. */
  left: number;
}

/**
 * A table of a flatbuffer (flatbuffers.dev, "Internals"). Fields are known by their number in the schema; one that is
 * absent has its default. Whatever the file says, nothing is read outside of it, or more than once for each of its bytes.
 * @throws FormatError for an offset or a length that leads out of the file, in every method
 */
export class Table {
  readonly #source: Source;
  readonly #at: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;
  readonly #tableBytes: number;

  private constructor(source: Source, at: number) {
    this.#source = source;
    this.#at = at;
    check(source, at, WORD);
    const vtable = at - source.view.getInt32(at, true);
    check(source, vtable, WORD);
    this.#vtable = vtable;
    this.#vtableBytes = source.view.getUint16(vtable, true);
    this.#tableBytes = source.view.getUint16(vtable + 2, true);
    check(source, vtable, this.#vtableBytes);
    check(source, at, this.#tableBytes);
  }

  /**
   * The root of a file.
   * @param identifier four characters behind the first word
   * @param place begins error messages
   */
  static root(bytes: Uint8Array, identifier: string, place: string): Table {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const decoder = new TextDecoder();
    const got = textOf(decoder, bytes.subarray(WORD, 2 * WORD));
    if (got !== identifier) {
      throw new FormatError(
        `${place}: expected a flatbuffer of the kind ${identifier}, got ${bytes.length} bytes: of another format`,
      );
    }
    const source = { bytes, view, decoder, place, left: bytes.length };
    return new Table(source, view.getUint32(0, true));
  }

  bool(field: number): boolean {
    return this.int8(field) !== 0;
  }

  int8(field: number, absent = 0): number {
    const at = this.#find(field, 1);
    return at === undefined ? absent : this.#source.view.getInt8(at);
  }

  int32(field: number, absent = 0): number {
    const at = this.#find(field, 4);
    return at === undefined ? absent : this.#source.view.getInt32(at, true);
  }

  uint32(field: number): number {
    return this.int32(field) >>> 0;
  }

  /** Rounded to 53 bits. */
  uint64(field: number): number {
    const at = this.#find(field, 8);
    return at === undefined ? 0 : Number(this.#source.view.getBigUint64(at, true));
  }

  float32(field: number): number {
    const at = this.#find(field, 4);
    return at === undefined ? 0 : this.#source.view.getFloat32(at, true);
  }

  /** UTF-8; '' where it is absent. */
  string(field: number): string {
    const { at, length } = this.#vector(field, 1);
    if (length > MAX_STRING) {
      const expected = `a string of at most ${MAX_STRING} bytes`;
      throw new FormatError(`${this.#source.place}: expected ${expected}, got ${length}`);
    }
    this.#take(length);
    return textOf(this.#source.decoder, this.#source.bytes.subarray(at, at + length));
  }

  table(field: number): Table | undefined {
    const at = this.#find(field, WORD);
    return at === undefined ? undefined : this.#follow(at);
  }

  tables(field: number): Table[] {
    return this.#map(field, WORD, (at) => this.#follow(at));
  }

  int32s(field: number): number[] {
    return this.#map(field, 4, (at) => this.#source.view.getInt32(at, true));
  }

  /** Rounded to 53 bits. */
  int64s(field: number): number[] {
    return this.#map(field, 8, (at) => Number(this.#source.view.getBigInt64(at, true)));
  }

  float32s(field: number): number[] {
    return this.#map(field, 4, (at) => this.#source.view.getFloat32(at, true));
  }

  /** Where they are in the file: nothing is copied. */
  bytes(field: number): Uint8Array {
    const { at, length } = this.#vector(field, 1);
    return this.#source.bytes.subarray(at, at + length);
  }

  #map<Item>(field: number, size: number, read: (at: number) => Item): Item[] {
    const { at, length } = this.#vector(field, size);
    this.#take(length);
    return Array.from({ length }, (_, i) => read(at + size * i));
  }

  /** Counts elements that are read. */
  #take(count: number): void {
    this.#source.left -= count;
    if (this.#source.left >= 0) return;
    throw new FormatError(`${this.#source.place}: more elements than bytes: vectors overlap`);
  }

  /** Where the first element is, and how many there are. */
  #vector(field: number, size: number): { at: number; length: number } {
    const place = this.#find(field, WORD);
    if (place === undefined) return { at: 0, length: 0 };
    const { view } = this.#source;
    const at = place + view.getUint32(place, true);
    check(this.#source, at, WORD);
    const length = view.getUint32(at, true);
    check(this.#source, at + WORD, length * size);
    return { at: at + WORD, length };
  }

  #follow(at: number): Table {
    return new Table(this.#source, at + this.#source.view.getUint32(at, true));
  }

  /** Where a field of so many bytes is; undefined where it is absent. */
  #find(field: number, size: number): number | undefined {
    const entry = 4 + 2 * field;
    if (entry + 2 > this.#vtableBytes) return undefined;
    const offset = this.#source.view.getUint16(this.#vtable + entry, true);
    if (offset === 0) return undefined;
    if (offset + size > this.#tableBytes) check(this.#source, this.#source.bytes.length, size);
    return this.#at + offset;
  }
}

/** @throws FormatError unless so many bytes from there on are in the file */
function check({ bytes, place }: Source, at: number, count: number): void {
  if (at >= 0 && at + count <= bytes.length) return;
  throw new FormatError(
    `${place}: expected ${count} bytes at ${at}, the file has ${bytes.length}: truncated or damaged`,
  );
}

/** A copy is decoded: decoders refuse shared memory. */
function textOf(decoder: TextDecoder, bytes: Uint8Array): string {
  return decoder.decode(bytes.slice());
}
