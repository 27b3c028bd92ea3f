import { TraceError } from '../errors.js';
import { Storage } from '../runtime/storage.js';
import { formatShape, type Shape, sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import type { GraphValue } from './graph.js';

/** What stands for a value while a model is traced: it has a shape and takes no memory. */
export class AbstractTensor extends Tensor {
  readonly value: GraphValue;
  /** What computes it, for messages. */
  readonly #origin: string;

  constructor(value: GraphValue, origin: string) {
    super(new Storage(0, true), value.shape, value.dtype);
    this.value = value;
    this.#origin = origin;
  }

  /** All that reads values or writes them, or runs a kernel, asks for it. @throws TraceError */
  override get pointer(): number {
    throw new TraceError(
      `trace: the model reads the values of ${this.#origin} (shape ${formatShape(this.shape)}): ` +
        'what it computes depends on them, so that no graph can say it',
    );
  }

  /** @throws TraceError for another shape: the views that models make are calls of `reshape` */
  override shareStorage(shape: Shape): Tensor {
    void this.version;
    if (!sameShape(shape, this.shape)) void this.pointer;
    return new AbstractTensor(this.value, this.#origin);
  }

  override toString(): string {
    return `Tensor ${formatShape(this.shape)} ${this.dtype} without values: ${this.#origin} while a model is traced`;
  }
}
