import { sameShape, type Shape } from '../shape.js';
import { isVirtual, NotRecordable, recorder, unrecorded } from './recording.js';
import { runtime } from './runtime.js';

/** The values in another form (packed, transformed), as of a version of them. */
interface Prepared {
  readonly form: string;
  readonly shape: Shape;
  readonly offset: number;
  readonly pointer: number;
  readonly bytes: number;
  version: number;
}

/** A counted reference to a stretch of linear memory; tensors that are views of one another share it. */
export class Storage {
  readonly #bytes: number;
  #pointer: number | undefined;
  /** Counts the in-place changes of the values. */
  version = 0;
  #references = 1;
  /** Of them those that have released the values. */
  #withoutValues = 0;
  #isFreed = false;
  #prepared: Prepared[] | undefined;

  /**
   * @param isLazy whether to take the memory only where it is first asked for
   * @throws OutOfMemoryError
   */
  constructor(bytes: number, isLazy = false) {
    if (!isLazy && recorder()) throw new NotRecordable();
    const { heap } = runtime();
    this.#bytes = bytes;
    if (!isLazy) this.#pointer = heap.allocate(bytes);
    heap.tensors++;
  }

  /** @throws OutOfMemoryError where the memory is taken only now */
  get pointer(): number {
    return this.#pointer ?? this.#take();
  }

  #take(): number {
    if (this.#isFreed) throw new Error('storage: the values were freed');
    return (this.#pointer = runtime().heap.allocate(this.#bytes));
  }

  /** Of the values, and of what was prepared of them. */
  get memory(): { readonly bytes: number; readonly preparedBytes: number } {
    const bytes = this.#pointer === undefined ? 0 : this.#bytes;
    const prepared = this.#prepared ?? [];
    return { bytes, preparedBytes: prepared.reduce((sum, form) => sum + form.bytes, 0) };
  }

  /** Whether several tensors have it. */
  get isShared(): boolean {
    return this.#references > 1;
  }

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    this.#references--;
    if (this.#references <= this.#withoutValues) this.#freeValues();
    if (this.#references > 0) return;
    const { heap } = runtime();
    heap.tensors--;
    for (const { pointer } of this.#prepared ?? []) heap.free(pointer);
  }

  /** One of the holders does with what was prepared: the values are freed once no other is left. */
  releaseValues(): void {
    this.#withoutValues++;
    if (this.#references <= this.#withoutValues) this.#freeValues();
  }

  /** A holder that has released the values releases all. */
  releasePrepared(): void {
    this.#withoutValues--;
    this.release();
  }

  #freeValues(): void {
    if (this.#pointer !== undefined) runtime().heap.free(this.#pointer);
    this.#pointer = undefined;
    this.#isFreed = true;
  }

  /**
   * The values in another form: written once per version of them, freed with them.
   * @param form names the layout, and with the shape determines `bytes`
   * @param shape in which the values are seen
   * @param offset bytes from the beginning to the first of them
   * @param write fills the memory at the address it is given
   * @returns the address
   * @throws OutOfMemoryError
   */
  prepared(
    form: string,
    shape: Shape,
    offset: number,
    bytes: number,
    write: (to: number) => void,
  ): number {
    const recording = recorder();
    if (recording && isVirtual(this.pointer)) {
      return recording.prepare([form, shape, this.pointer + offset].join(), bytes, write);
    }
    const all = (this.#prepared ??= []);
    let prepared = all.find(
      (other) => other.form === form && other.offset === offset && sameShape(other.shape, shape),
    );
    if (prepared?.version === this.version) return prepared.pointer;
    if (!prepared) {
      const pointer = runtime().heap.allocate(bytes);
      prepared = { form, shape, offset, pointer, bytes, version: NaN };
      all.push(prepared);
    }
    const { pointer } = prepared;
    unrecorded(() => write(pointer));
    prepared.version = this.version;
    return prepared.pointer;
  }
}

/** Memory that is a part of a larger stretch, which is freed as a whole. */
export class PlacedStorage extends Storage {
  #address: number;

  /** @param address virtual until the recording that it is made for is placed */
  constructor(address: number) {
    super(0, true);
    this.#address = address;
  }

  override get pointer(): number {
    return this.#address;
  }

  place(address: number): void {
    this.#address = address;
  }
}

/** Lends `bytes` of linear memory to `body`, which must not keep the address. */
export function withScratch<T>(bytes: number, body: (pointer: number) => T): T {
  const recording = recorder();
  if (recording) return recording.lend(bytes, body);
  const { heap } = runtime();
  const pointer = heap.allocate(bytes);
  try {
    return body(pointer);
  } finally {
    heap.free(pointer);
  }
}

/**
 * Lends `bytes` of linear memory that `write` fills, by what it reads at `sources`, to `body`: a recording keeps what is
 * written, unless it depends on values that each replay computes.
 * @param sources addresses; 0 for none
 */
export function withTable<T>(
  bytes: number,
  sources: readonly number[],
  write: (table: number) => void,
  body: (table: number) => T,
): T {
  const recording = recorder();
  if (recording && sources.some(isVirtual)) throw new NotRecordable();
  const use = (table: number) => {
    write(table);
    return body(table);
  };
  return recording ? use(recording.keep(bytes)) : withScratch(bytes, use);
}
