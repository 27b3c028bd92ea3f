import { FormatError } from '../errors.js';
import { inFile, plain } from './json.js';

/** A class or function that a pickle names: nothing but its name. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** What a pickle can hold here: dictionaries are Maps, lists and tuples arrays, None is null. */
export type PickleValue = unknown;

/** What the names in a pickle stand for. Nothing in a file is ever run but these. */
export interface PickleRules {
  /** The value of a call of a named function or class. @throws Error for one that is not known */
  call(name: string, args: readonly PickleValue[]): PickleValue;
  /** The value of a persistent id: of a storage. @throws Error */
  persistent(id: PickleValue): PickleValue;
}

const MARK = { kind: 'mark' };

/** Integers of more than eight bytes are no sizes. */
const LONGEST = 8;

/**
 * A reader of the opcodes that state dicts are written with (protocols 2 to 4, docs.python.org/3/library/pickle and its
 * pickletools). Unlike Python's it makes no objects and runs nothing: a name calls what `rules` say, anything else is
 * refused.
 */
export class PickleReader {
  at = 0;
  readonly #view: DataView;
  #stack: PickleValue[] = [];
  #memo = new Map<number, PickleValue>();

  constructor(
    readonly bytes: Uint8Array,
    readonly place: string,
    readonly rules: PickleRules,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The next pickle, from `at` to its STOP. @throws FormatError */
  read(): PickleValue {
    this.#stack = [];
    this.#memo = new Map();
    return inFile(this.place, () => {
      for (;;) {
        const begin = this.at;
        const code = this.#byte();
        if (code === 0x2e) return this.#pop();
        try {
          this.#step(code);
        } catch (cause) {
          throw new FormatError(`${this.place}: byte ${begin}: ${(cause as Error).message}`, {
            cause,
          });
        }
      }
    });
  }

  #step(code: number): void {
    switch (code) {
      case 0x80: // PROTO
        this.#byte();
        return;
      case 0x95: // FRAME
        this.#skip(8);
        return;
      case 0x28: // MARK
      case 0x4e: // NONE
        this.#stack.push(code === 0x28 ? MARK : null);
        return;
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        this.#stack.push(code === 0x88);
        return;
      case 0x30: // POP
        this.#pop();
        return;
      default:
        if (this.#number(code) || this.#text(code) || this.#collection(code)) return;
        if (!this.#memory(code)) this.#named(code);
    }
  }

  #number(code: number): boolean {
    switch (code) {
      case 0x4b: // BININT1
        this.#stack.push(this.#byte());
        return true;
      case 0x4d: // BININT2
        this.#stack.push(this.#byte() + 256 * this.#byte());
        return true;
      case 0x4a: // BININT
        this.#stack.push(this.#view.getInt32(this.#skip(4), true));
        return true;
      case 0x47: // BINFLOAT
        this.#stack.push(this.#view.getFloat64(this.#skip(8)));
        return true;
      case 0x8a: // LONG1
        this.#stack.push(this.#long(this.#byte()));
        return true;
      default:
        return false;
    }
  }

  /** An integer of some bytes, the highest with the sign. */
  #long(count: number): number | bigint {
    const begin = this.#skip(count);
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = value * 256n + BigInt(this.bytes[begin + i]!);
    if (count > 0 && this.bytes[begin + count - 1]! > 127) value -= 1n << BigInt(8 * count);
    return count <= LONGEST && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  #text(code: number): boolean {
    switch (code) {
      case 0x58: // BINUNICODE
        this.#stack.push(this.#string(this.#uint32()));
        return true;
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING
        this.#stack.push(this.#string(this.#byte()));
        return true;
      default:
        return false;
    }
  }

  #collection(code: number): boolean {
    switch (code) {
      case 0x7d: // EMPTY_DICT
        this.#stack.push(new Map());
        return true;
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        this.#stack.push([]);
        return true;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.#stack.push(this.#take(code - 0x84));
        return true;
      case 0x74: // TUPLE
        this.#stack.push(this.#marked());
        return true;
      case 0x73: // SETITEM
        this.#setItems(this.#take(2));
        return true;
      case 0x75: // SETITEMS
        this.#setItems(this.#marked());
        return true;
      case 0x61: // APPEND
        this.#append(this.#take(1));
        return true;
      case 0x65: // APPENDS
        this.#append(this.#marked());
        return true;
      default:
        return false;
    }
  }

  /** The values on top of the stack, the topmost last. */
  #take(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  /** What was pushed after the last mark. */
  #marked(): PickleValue[] {
    const begin = this.#stack.lastIndexOf(MARK);
    if (begin < 0) throw new Error('expected a mark on the stack');
    const values = this.#stack.splice(begin);
    return values.slice(1);
  }

  #setItems(items: readonly PickleValue[]): void {
    const map = this.#stack.at(-1);
    if (!(map instanceof Map) || items.length % 2 !== 0) throw new Error('expected a dictionary');
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  }

  #append(items: readonly PickleValue[]): void {
    const list = this.#stack.at(-1);
    if (!Array.isArray(list)) throw new Error('expected a list');
    for (const item of items) list.push(item);
  }

  #memory(code: number): boolean {
    switch (code) {
      case 0x71: // BINPUT
        this.#memo.set(this.#byte(), this.#top());
        return true;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#uint32(), this.#top());
        return true;
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        return true;
      case 0x68: // BINGET
        this.#recall(this.#byte());
        return true;
      case 0x6a: // LONG_BINGET
        this.#recall(this.#uint32());
        return true;
      default:
        return false;
    }
  }

  #recall(index: number): void {
    if (!this.#memo.has(index)) throw new Error(`expected a value in memo ${index}`);
    this.#stack.push(this.#memo.get(index));
  }

  /** What names something outside of the file. */
  #named(code: number): void {
    switch (code) {
      case 0x63: // GLOBAL
        return this.#global([this.#line(), this.#line()]);
      case 0x93: // STACK_GLOBAL
        return this.#global(this.#take(2));
      case 0x52: // REDUCE
      case 0x81: // NEWOBJ
        return this.#call(this.#pop());
      case 0x51: // BINPERSID
        this.#stack.push(this.rules.persistent(this.#pop()));
        return;
      case 0x62: // BUILD
        return this.#build(this.#pop());
      default:
        throw new Error(`expected a state dict's opcodes, got 0x${code.toString(16)}`);
    }
  }

  #global(names: readonly PickleValue[]): void {
    this.#stack.push(new PickleGlobal(names.map(plain).join('.')));
  }

  #call(args: PickleValue): void {
    const callee = this.#pop();
    if (!(callee instanceof PickleGlobal) || !Array.isArray(args)) {
      throw new Error('expected the name of a function and its arguments');
    }
    this.#stack.push(this.rules.call(callee.name, args));
  }

  /** The attributes of an OrderedDict, which say nothing of its items; those of other objects are refused. */
  #build(_attributes: PickleValue): void {
    if (!(this.#stack.at(-1) instanceof Map)) throw new Error('expected a dictionary');
  }

  #top(): PickleValue {
    if (this.#stack.length === 0) throw new Error('expected a value on the stack');
    return this.#stack.at(-1);
  }

  #pop(): PickleValue {
    const value = this.#top();
    if (value === MARK) throw new Error('expected a value on the stack, got a mark');
    return this.#stack.pop();
  }

  #skip(count: number): number {
    const begin = this.at;
    if (begin + count > this.bytes.length) throw new Error('truncated');
    this.at += count;
    return begin;
  }

  #byte(): number {
    return this.bytes[this.#skip(1)]!;
  }

  #uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  #string(length: number): string {
    const begin = this.#skip(length);
    return new TextDecoder().decode(this.bytes.slice(begin, begin + length));
  }

  #line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw new Error('truncated');
    const begin = this.at;
    this.at = end + 1;
    return new TextDecoder().decode(this.bytes.slice(begin, end));
  }
}
