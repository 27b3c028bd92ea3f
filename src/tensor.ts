import { checkArity, checkFunction, wrongKind } from './check.js';
import { COPY, isNumberArray, type Origin } from './describe.js';
import { DisposedError, ShapeError } from './errors.js';
import { type Arena, adoptInScope, type Owned, runInScope } from './runtime/arena.js';
import { isVirtual, NotRecordable } from './runtime/recording.js';
import { hasGradients, runtime } from './runtime/runtime.js';
import { Storage } from './runtime/storage.js';
import { checkShape, formatShape, type Shape, sizeOf } from './shape.js';
import {
  checkElements,
  type DType,
  nest,
  type NestedArray,
  type TensorData,
  textOfValues,
} from './tensor-data.js';

export type { DType, NestedArray, TensorData };

/** Where a tensor came from: what `backward` walks. Implemented by the tape. @internal */
export interface GradientNode {
  /** What only this node knows, freed with its output. */
  intermediates?: Owned | undefined;
  backward(root: Tensor, gradOutput: Tensor | undefined): void;
}

const ORIGIN: Origin = { kind: 'Tensor', copy: COPY };

/**
 * A dense array in linear memory, row-major. Values of a tensor do not change, but for parameters, which the
 * optimizers update in place.
 */
export class Tensor {
  readonly shape: Shape;
  readonly size: number;
  readonly dtype: DType;
  /** Whether `backward` computes a gradient for it. */
  requiresGrad: boolean;
  /** The sum of the gradients since it was last cleared; filled by `backward` on leaves that require one. */
  grad: Tensor | undefined;
  /** Of a result that was recorded; null once that is disposed. @internal */
  node: GradientNode | null | undefined;
  /** Of a module's state: what it is, and where it is in the model that listed it last. @internal */
  role: 'parameter' | 'buffer' | undefined;
  path: string | undefined;
  /** @internal */
  arena: Arena | undefined;
  /** @internal */
  arenaIndex = 0;
  #storage: Storage | undefined;
  /** Bytes from where the storage begins. */
  readonly #offset: number;

  /** Use `tensor`, `zeros` … @internal */
  constructor(storage: Storage, shape: Shape, dtype: DType, requiresGrad = false, offset = 0) {
    if (!(storage instanceof Storage)) {
      throw wrongKind('Tensor', 'constructor', 'a call of the library (use tensor)', storage);
    }
    this.#storage = storage;
    this.#offset = offset;
    this.shape = Object.freeze([...shape]);
    this.size = sizeOf(shape);
    this.dtype = dtype;
    this.requiresGrad = requiresGrad;
    if (!isInspectable) makeInspectable();
    adoptInScope(this);
  }

  /** A tensor with undefined contents. @throws OutOfMemoryError @internal */
  static allocate(shape: Shape, dtype: DType = 'float32'): Tensor {
    return new Tensor(new Storage(4 * sizeOf(shape)), shape, dtype);
  }

  /** A tensor that `write` fills; it is freed again if that fails. @throws OutOfMemoryError @internal */
  static computed(shape: Shape, write: (result: Tensor) => void): Tensor {
    const result = Tensor.allocate(shape);
    try {
      write(result);
      return result;
    } catch (error) {
      result.dispose();
      throw error;
    }
  }

  /** @internal */
  get '@simdgrad'(): Origin {
    return ORIGIN;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  get isDisposed(): boolean {
    return this.#storage === undefined;
  }

  /** Byte offset in linear memory. @throws DisposedError @internal */
  get pointer(): number {
    return this.#alive().pointer + this.#offset;
  }

  /** Counts the in-place changes of the values, also those through a tensor that shares them. @internal */
  get version(): number {
    return this.#alive().version;
  }

  /** @internal */
  set version(version: number) {
    this.#alive().version = version;
  }

  /**
   * The address of the values in another form, for weights that a kernel wants packed or transformed: `write` makes
   * it once per version of the values; it is freed with them.
   * @param form names the layout; with the shape it determines `bytes`
   * @throws OutOfMemoryError @internal
   */
  prepared(form: string, bytes: number, write: (to: number) => void): number {
    return this.#alive().prepared(form, this.shape, this.#offset, bytes, write);
  }

  /** What holds the values. @internal */
  get storage(): Storage {
    return this.#alive();
  }

  /** A copy of the values. @throws DisposedError */
  data(): TensorData {
    return this.view().slice();
  }

  /** The values themselves; never to be kept across an allocation. @internal */
  view(): TensorData {
    const { pointer } = this;
    if (isVirtual(pointer)) throw new NotRecordable();
    const begin = pointer / 4;
    const { heap } = runtime();
    return (this.dtype === 'int32' ? heap.i32 : heap.f32).subarray(begin, begin + this.size);
  }

  /** The only value of a tensor of size 1. @throws ShapeError */
  item(): number {
    if (this.size !== 1) {
      throw new ShapeError(
        `item: expected a tensor of one element, got shape ${formatShape(this.shape)}`,
      );
    }
    return this.view()[0]!;
  }

  /** The values as nested arrays (a number for a scalar). */
  toArray(): NestedArray {
    return nest(this.view(), this.shape);
  }

  /**
   * Computes the gradient of this tensor with respect to every leaf that requires one and adds it to `grad`.
   * @param gradOutput gradient of the result with respect to this tensor; may be left out for a single value (1).
   * @throws Error where nothing was recorded, as for gradients, which are constants (docs/decisions/0020), or a value
   * was changed in place since; TypeError, ShapeError, DisposedError
   */
  backward(gradOutput?: Tensor): void {
    this.#alive();
    if (!this.node) {
      if (!hasGradients()) throw new Error("backward: 'simdgrad/infer' computes no gradients");
      throw new Error(
        'backward: this tensor was not computed from any tensor with requiresGrad; a gradient is a constant, ' +
          'as gradients of gradients are not supported',
      );
    }
    this.node.backward(this, gradOutput);
  }

  /** The same values as a tensor that gradients do not flow through. */
  detach(): Tensor {
    return this.shareStorage(this.shape);
  }

  /** A tensor of another shape over the same memory, from the element `begin` on. @internal */
  shareStorage(shape: Shape, begin = 0): Tensor {
    const offset = this.#offset + 4 * begin;
    return new Tensor(this.#alive().retain(), shape, this.dtype, false, offset);
  }

  /**
   * Overwrites the values in place.
   * @throws ShapeError if the lengths differ, TypeError for values that are not numbers, or not integers of 32 bits
   * where the dtype is int32; nothing is changed then
   */
  assign(values: ArrayLike<number>): void {
    if (!Array.isArray(values) && !isNumberArray(values)) {
      throw wrongKind('assign', 'values', 'an array of numbers', values);
    }
    if (values.length !== this.size) {
      throw new ShapeError(`assign: values: expected ${this.size} values, got ${values.length}`);
    }
    checkElements('assign', 'values', values, this.dtype);
    this.view().set(values);
    this.version++;
  }

  /** Frees the memory, and that of the gradient. Any later use throws. A second call does nothing. */
  dispose(): void {
    if (!this.#storage) return;
    const { arena, grad, node } = this;
    arena?.release(this);
    this.#storage.release();
    this.#storage = undefined;
    this.node &&= null;
    node?.intermediates?.dispose();
    this.grad = undefined;
    // A gradient that was returned from the scope that owned both lives on.
    if (grad?.arena === arena) grad?.dispose();
  }

  /** `dispose()` at the end of a block with `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Shape, element type and first values: `Tensor [2,4] float32 [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, … 8 values]`. */
  toString(): string {
    const kind = `Tensor ${formatShape(this.shape)} ${this.dtype}`;
    if (this.isDisposed) return `${kind} disposed`;
    return `${kind} [${textOfValues(this.view())}]${this.requiresGrad ? ' requiresGrad' : ''}`;
  }

  #alive(): Storage {
    if (!this.#storage) {
      const what = this.path === undefined ? 'a tensor' : `the ${this.role} ${this.path}`;
      throw new DisposedError(
        `${what} of shape ${formatShape(this.shape)} was used after it was disposed; ` +
          'return it from its scope, or keep() it, to use it longer',
      );
    }
    return this.#storage;
  }
}

let isInspectable = false;

/** Has `console.log` of Node, Deno and Bun show tensors by `toString`. A call in the class would be made on import. */
function makeInspectable(): void {
  isInspectable = true;
  const value = Tensor.prototype.toString;
  Object.defineProperty(Tensor.prototype, Symbol.for('nodejs.util.inspect.custom'), { value });
}

/**
 * Runs `body` and frees every tensor made inside it, except parameters and what it returns: a tensor, or an
 * array or plain object that holds tensors.
 * @throws TypeError if `body` is asynchronous: its end would not be the end of the work.
 */
export function scope<T>(body: () => T): T {
  checkArity('scope', arguments.length, 1);
  checkFunction('scope', 'body', body);
  return runInScope(body, (result) => {
    if (isPromise(result)) throw wrongKind('scope', 'body', 'a synchronous function', result);
    return tensorsIn(result, []);
  });
}

/** Whether it is a promise, of any realm. @internal */
export function isPromise(value: unknown): boolean {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

/** Takes a tensor, and its gradient, out of its scope: it lives until it is disposed. @throws TypeError */
export function keep<T extends Tensor>(value: T): T {
  checkArity('keep', arguments.length, 1);
  if (!(value instanceof Tensor)) throw wrongKind('keep', 'value', 'a Tensor', value);
  value.arena?.release(value);
  if (value.grad) keep(value.grad);
  return value;
}

/** Puts a gradient into the scope that its leaf is in, if any: they are freed together. @internal */
export function keepWith(leaf: Tensor, grad: Tensor): Tensor {
  keep(grad);
  leaf.arena?.adopt(grad);
  return grad;
}

/** Adds the tensors in `value`, and their gradients, to `found`. */
function tensorsIn(value: unknown, found: Tensor[]): Tensor[] {
  if (value instanceof Tensor) {
    found.push(value);
    if (value.grad) found.push(value.grad);
  } else if (Array.isArray(value)) {
    for (const item of value) tensorsIn(item, found);
  } else if (value !== null && typeof value === 'object' && isPlain(value)) {
    for (const item of Object.values(value)) tensorsIn(item, found);
  }
  return found;
}

/** Whether nothing but the `Object` of its realm, if any, is above it. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Copies typed arrays, numbers or nested arrays into a new tensor. See `tensor`. @internal */
export function fromData(op: string, data: ArrayLike<number>, shape: Shape, dtype: DType): Tensor {
  checkShape(op, 'shape', shape);
  if (sizeOf(shape) !== data.length) {
    throw new ShapeError(
      `${op}: data: expected ${sizeOf(shape)} values for shape ${formatShape(shape)}, got ${data.length}`,
    );
  }
  const result = Tensor.allocate(shape, dtype);
  result.view().set(data);
  return result;
}
