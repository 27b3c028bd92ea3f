import { runtime } from './runtime.js';

/** A counted reference to a stretch of linear memory; tensors that are views of one another share it. */
export class Storage {
  readonly pointer: number;
  /** Counts the in-place changes of the values. */
  version = 0;
  #references = 1;

  /** @throws OutOfMemoryError */
  constructor(bytes: number) {
    this.pointer = runtime().heap.allocate(bytes);
  }

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (--this.#references === 0) runtime().heap.free(this.pointer);
  }
}

/** Lends `bytes` of linear memory to `body`, which must not keep the address. */
export function withScratch<T>(bytes: number, body: (pointer: number) => T): T {
  const { heap } = runtime();
  const pointer = heap.allocate(bytes);
  try {
    return body(pointer);
  } finally {
    heap.free(pointer);
  }
}
