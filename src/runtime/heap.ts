import { OutOfMemoryError } from '../errors.js';

const ALIGNMENT = 64;
/**
 * Where the arguments of a kernel call lie that are too many to pass: the fields of a geometry, those of an activation,
 * and a number in the place of a tensor. They are written before each call, so that none has to allocate them.
 */
export const GEOMETRY_POINTER = ALIGNMENT;
export const ACTIVATION_POINTER = GEOMETRY_POINTER + 256;
export const NUMBER_POINTER = ACTIVATION_POINTER + 32;
const FIRST_POINTER = ACTIVATION_POINTER + ALIGNMENT;
const PAGE = 65536;
/** Kernels may read, never write, one vector past the end of a tensor: the last bytes stay unused. */
const TAIL = 64;
const GUARD = 64;
const GUARD_BYTE = 0xa5;
const BINS = 128;
/** Fresh memory in a guarded heap: four of these bytes are a NaN, so that an unwritten output shows. */
const FRESH_BYTE = 0xff;

/** A stretch of linear memory, in use or free; a doubly linked list in address order. */
interface Block {
  pointer: number;
  size: number;
  /** Bytes asked for; 0 while free. */
  request: number;
  free: boolean;
  previous: Block | undefined;
  next: Block | undefined;
  /** Its neighbours in its bin, while free. */
  binPrevious: Block | undefined;
  binNext: Block | undefined;
}

export interface HeapOptions {
  /** Upper limit of linear memory, in bytes. */
  maxBytes: number;
  /** Put guard words around every allocation and check them when it is freed. */
  guard?: boolean;
}

/**
 * Allocator over linear memory. Its books are kept in JavaScript, where no kernel can damage them. Free blocks
 * wait in bins by size (four bins to each power of two); neighbours are merged. Given the same calls it returns
 * the same addresses: a training loop that frees what it allocates does not grow.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly maxBytes: number;
  readonly #guard: boolean;
  readonly #used = new Map<number, Block>();
  /** The first of the free blocks of each bin. */
  readonly #bins = new Array<Block | undefined>(BINS).fill(undefined);
  #last: Block;
  #bytesInUse = 0;
  /** Tensors that own memory; kept by `Storage`. */
  tensors = 0;
  #f32!: Float32Array;
  #i32!: Int32Array;
  #u8!: Uint8Array;

  constructor(memory: WebAssembly.Memory, options: HeapOptions) {
    this.memory = memory;
    this.maxBytes = options.maxBytes;
    this.#guard = options.guard ?? false;
    this.#refreshViews();
    const size = floorTo(memory.buffer.byteLength - TAIL - FIRST_POINTER, ALIGNMENT);
    this.#last = freeBlock(FIRST_POINTER, size, undefined, undefined);
    this.#bin(this.#last);
  }

  /** Bytes handed out and not yet freed, rounding included. */
  get bytesInUse(): number {
    return this.#bytesInUse;
  }

  /** Allocations not yet freed. */
  get blocksInUse(): number {
    return this.#used.size;
  }

  /** Bytes of linear memory now. */
  get bytes(): number {
    return this.#u8.byteLength;
  }

  /** Linear memory as float32. Never keep it: the next allocation may replace it. */
  get f32(): Float32Array {
    return this.#f32;
  }

  /** Linear memory as int32. Never keep it: the next allocation may replace it. */
  get i32(): Int32Array {
    return this.#i32;
  }

  /** @throws OutOfMemoryError when linear memory cannot grow to hold `bytes` more. */
  allocate(bytes: number): number {
    const guard = this.#guard ? GUARD : 0;
    const size = ceilTo(Math.max(bytes, 1), ALIGNMENT) + 2 * guard;
    if (size > this.maxBytes) throw this.#outOfMemory(bytes);
    const block = this.#find(size) ?? this.#grow(size, bytes);
    this.#unbin(block);
    block.free = false;
    block.request = bytes;
    this.#split(block, size);
    const pointer = block.pointer + guard;
    this.#used.set(pointer, block);
    this.#bytesInUse += block.size;
    if (this.#guard) {
      this.#u8.fill(GUARD_BYTE, block.pointer, block.pointer + block.size);
      this.#u8.fill(FRESH_BYTE, pointer, pointer + ceilTo(bytes, 4));
    }
    return pointer;
  }

  /** Frees the allocation at `pointer`. */
  free(pointer: number): void {
    const block = this.#used.get(pointer);
    if (!block) throw new Error(`heap: free: nothing is allocated at ${pointer}`);
    this.#checkGuards(pointer, block);
    this.#used.delete(pointer);
    this.#bytesInUse -= block.size;
    block.free = true;
    this.#bin(this.#mergeWithNext(this.#mergeWithPrevious(block)));
  }

  /** Checks the guard words of every allocation in use; does nothing in a heap without them. */
  check(): void {
    for (const [pointer, block] of this.#used) this.#checkGuards(pointer, block);
  }

  #find(size: number): Block | undefined {
    for (let i = binIndex(size); i < BINS; i++) {
      let block = this.#bins[i];
      while (block && block.size < size) block = block.binNext;
      if (block) return block;
    }
    return undefined;
  }

  #bin(block: Block): void {
    const index = binIndex(block.size);
    const first = this.#bins[index];
    block.binNext = first;
    if (first) first.binPrevious = block;
    this.#bins[index] = block;
  }

  #unbin(block: Block): void {
    const { binPrevious, binNext } = block;
    if (binNext) binNext.binPrevious = binPrevious;
    if (binPrevious) binPrevious.binNext = binNext;
    else this.#bins[binIndex(block.size)] = binNext;
    block.binPrevious = undefined;
    block.binNext = undefined;
  }

  #split(block: Block, size: number): void {
    const rest = block.size - size;
    if (rest < ALIGNMENT) return;
    const tail = freeBlock(block.pointer + size, rest, block, block.next);
    if (block.next) block.next.previous = tail;
    else this.#last = tail;
    block.next = tail;
    block.size = size;
    this.#bin(tail);
  }

  #mergeWithPrevious(block: Block): Block {
    const { previous } = block;
    if (!previous?.free) return block;
    this.#unbin(previous);
    this.#absorbNext(previous);
    return previous;
  }

  #mergeWithNext(block: Block): Block {
    if (!block.next?.free) return block;
    this.#unbin(block.next);
    this.#absorbNext(block);
    return block;
  }

  #absorbNext(block: Block): void {
    const next = block.next!;
    block.size += next.size;
    block.next = next.next;
    if (next.next) next.next.previous = block;
    else this.#last = block;
  }

  /** Makes the last block large enough, by a quarter of the heap at least where the limit allows it. */
  #grow(size: number, request: number): Block {
    const missing = size - (this.#last.free ? this.#last.size : 0);
    const room = this.maxBytes - this.bytes;
    const needed = ceilTo(missing, PAGE);
    const wanted = Math.min(Math.max(needed, ceilTo(this.bytes / 4, PAGE)), floorTo(room, PAGE));
    if (needed > room || !(this.#tryGrow(wanted) || this.#tryGrow(needed))) {
      throw this.#outOfMemory(request);
    }
    return this.#last;
  }

  #outOfMemory(request: number): OutOfMemoryError {
    return new OutOfMemoryError(
      `out of memory: ${request} bytes requested, ${this.#bytesInUse} bytes in use by ${this.tensors} tensors in a ` +
        `heap of ${this.bytes} bytes, limit ${this.maxBytes} bytes (init({ maxMemoryBytes })); ` +
        'only `scope`, `using` and dispose() free tensors',
    );
  }

  #tryGrow(bytes: number): boolean {
    try {
      this.memory.grow(bytes / PAGE);
    } catch {
      return false;
    }
    this.#refreshViews();
    if (this.#last.free) {
      this.#unbin(this.#last);
      this.#last.size += bytes;
    } else {
      const { pointer, size } = this.#last;
      const added = freeBlock(pointer + size, bytes, this.#last, undefined);
      this.#last.next = added;
      this.#last = added;
    }
    this.#bin(this.#last);
    return true;
  }

  #checkGuards(pointer: number, { pointer: begin, size, request }: Block): void {
    if (!this.#guard) return;
    const before = this.#u8.subarray(begin, pointer);
    const after = this.#u8.subarray(pointer + ceilTo(request, 4), begin + size);
    if (before.some(isDamaged) || after.some(isDamaged)) {
      throw new Error(
        `heap: the guard words around the ${request} bytes at ${pointer} were overwritten`,
      );
    }
  }

  #refreshViews(): void {
    const { buffer } = this.memory;
    this.#f32 = new Float32Array(buffer);
    this.#i32 = new Int32Array(buffer);
    this.#u8 = new Uint8Array(buffer);
  }
}

function freeBlock(
  pointer: number,
  size: number,
  previous: Block | undefined,
  next: Block | undefined,
): Block {
  const free = { request: 0, free: true, binPrevious: undefined, binNext: undefined };
  return { pointer, size, previous, next, ...free };
}

function isDamaged(byte: number): boolean {
  return byte !== GUARD_BYTE;
}

/** Four bins to each power of two of 64-byte units. */
function binIndex(size: number): number {
  const units = size / ALIGNMENT;
  const power = 31 - Math.clz32(units);
  return 4 * power + (power >= 2 ? (units >>> (power - 2)) & 3 : 0);
}

function ceilTo(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
