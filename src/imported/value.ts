import { ShapeError } from '../errors.js';
import { cast } from '../ops/cast.js';
import { permute } from '../ops/copy/rearrange.js';
import { reshape } from '../ops/reshape.js';
import { formatShape, sameShape, type Shape, sizeOf } from '../shape.js';
import { type DType, fromData, type Tensor } from '../tensor.js';

/** The element types of model files. Numbers of all of them are float32 in tensors, and float64 on the host. */
export type ElementType =
  | 'float64'
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'uint64'
  | 'int32'
  | 'uint32'
  | 'int16'
  | 'uint16'
  | 'int8'
  | 'uint8'
  | 'bool'
  | 'string';

/** The file's axis that each axis of a tensor is: `[0, 2, 3, 1]` where a file's [N, C, H, W] is stored as [N, H, W, C]. */
export type Order = readonly number[];

/** The axes as they are. */
export function sameOrder(rank: number): Order {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** The order that stores [N, C, …] as [N, …, C]. */
export function channelsLast(rank: number): Order {
  return [0, ...sameOrder(rank).slice(2), 1];
}

/** The most numbers that a value on the host may have: it is for shapes, indices and scalars. */
export const MOST_HOST_NUMBERS = 2 ** 22;

/** Whether numbers of this type have fractions. */
export function isFloat(dtype: ElementType): boolean {
  return dtype.startsWith('float') || dtype === 'bfloat16';
}

/**
 * What flows along the edges of a file's graph. To the nodes it has the shape and the type that the file gives it; it is
 * either on the host, as numbers that shapes and indices are computed from, or a tensor whose axes may stand in another
 * order: a transpose copies nothing, and pictures of a file with channels first are stored with channels last.
 */
export class Value {
  readonly shape: Shape;
  readonly dtype: ElementType;
  readonly #numbers: ArrayLike<number> | undefined;
  readonly #tensor: Tensor | undefined;
  /** The axes of the tensor. */
  readonly order: Order;
  /** The tensor in other orders, as long as they live; not of constants, which outlive the scopes of those. */
  #others: Map<string, Tensor> | undefined;

  private constructor(
    shape: Shape,
    dtype: ElementType,
    numbers: ArrayLike<number> | undefined,
    tensor: Tensor | undefined,
    order: Order,
  ) {
    this.shape = shape;
    this.dtype = dtype;
    this.#numbers = numbers;
    this.#tensor = tensor;
    this.order = order;
  }

  /** Numbers on the host, row-major in the file's order; those of float32 are rounded to it. @throws ShapeError */
  static host(numbers: ArrayLike<number>, shape: Shape, dtype: ElementType): Value {
    if (numbers.length !== sizeOf(shape)) {
      throw new ShapeError(
        `value: expected ${sizeOf(shape)} numbers for shape ${formatShape(shape)}, got ${numbers.length}`,
      );
    }
    const isRounded = isFloat(dtype) && dtype !== 'float64' && !(numbers instanceof Float32Array);
    return new Value(
      shape,
      dtype,
      isRounded ? Float32Array.from(numbers) : numbers,
      undefined,
      sameOrder(shape.length),
    );
  }

  /** A tensor, whose axis i is the file's axis `order[i]`; left out, they are the file's own. */
  static of(
    tensor: Tensor,
    order: Order = sameOrder(tensor.rank),
    dtype: ElementType = 'float32',
  ): Value {
    const shape = order.map((_, axis) => tensor.shape[order.indexOf(axis)]!);
    return new Value(shape, dtype, undefined, tensor, order);
  }

  /** Whether the numbers are known on the host without reading a tensor. */
  get isHost(): boolean {
    return this.#numbers !== undefined;
  }

  get rank(): number {
    return this.shape.length;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  /** Keeps the tensor in other orders too, until it is disposed. */
  caching(): this {
    this.#others ??= new Map();
    return this;
  }

  /** The tensors that hold the numbers, at most one for each order. */
  get tensors(): readonly Tensor[] {
    return [...(this.#tensor ? [this.#tensor] : []), ...(this.#others?.values() ?? [])];
  }

  /** The numbers, row-major in the file's order. @throws Error where a trace would have to know the values */
  numbers(): ArrayLike<number> {
    return this.#numbers ?? this.#inOrder(sameOrder(this.rank)).data();
  }

  /** As a float32 tensor. @param order of its axes; left out, the file's own */
  tensor(order: Order = sameOrder(this.rank)): Tensor {
    return as(this.#inOrder(order), 'float32');
  }

  /** The tensor, in the file's order: int32 where its numbers are indices. */
  output(): Tensor {
    return this.#inOrder(sameOrder(this.rank));
  }

  /** As an int32 tensor, in the file's order. */
  indices(): Tensor {
    return as(this.#inOrder(sameOrder(this.rank)), 'int32');
  }

  /** The same with its axes in another order: axis i is what was axis `axes[i]`. Nothing is copied. */
  transposed(axes: readonly number[]): Value {
    const shape = axes.map((axis) => this.shape[axis]!);
    if (this.#numbers) {
      return Value.host(transposeNumbers(this.#numbers, this.shape, axes), shape, this.dtype);
    }
    const order = this.order.map((axis) => axes.indexOf(axis));
    return new Value(shape, this.dtype, undefined, this.#tensor, order).caching();
  }

  /** The same numbers, said to be of another type. */
  as(dtype: ElementType): Value {
    return new Value(this.shape, dtype, this.#numbers, this.#tensor, this.order).caching();
  }

  #inOrder(order: Order): Tensor {
    if (this.#numbers) {
      const moved = transposeNumbers(this.#numbers, this.shape, order);
      const shape = order.map((axis) => this.shape[axis]!);
      const dtype = this.dtype === 'int64' || this.dtype === 'int32' ? 'int32' : 'float32';
      return fromData('value', moved, shape, dtype);
    }
    if (sameShape(order, this.order)) return this.#tensor!;
    const key = order.join();
    const known = this.#others?.get(key);
    if (known && !known.isDisposed) return known;
    const made = reordered(this.#tensor!, this.order, order);
    this.#others?.set(key, made);
    return made;
  }
}

const as = (tensor: Tensor, dtype: DType) =>
  tensor.dtype === dtype ? tensor : cast(tensor, dtype);

/** Without a copy where only axes of one element change their places. */
function reordered(tensor: Tensor, from: Order, to: Order): Tensor {
  const axes = to.map((axis) => from.indexOf(axis));
  const long = axes.filter((axis) => tensor.shape[axis] !== 1);
  const isView = long.every((axis, i) => i === 0 || axis > long[i - 1]!);
  return isView
    ? reshape(
        tensor,
        axes.map((axis) => tensor.shape[axis]!),
      )
    : permute(tensor, axes);
}

/** @param axes the axis of the shape that each of the result is */
function transposeNumbers(
  numbers: ArrayLike<number>,
  shape: Shape,
  axes: readonly number[],
): ArrayLike<number> {
  if (axes.every((axis, i) => axis === i)) return numbers;
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  let places = [0];
  for (const axis of axes) {
    places = places.flatMap((place) =>
      Array.from({ length: shape[axis]! }, (_, i) => place + i * strides[axis]!),
    );
  }
  return places.map((place) => numbers[place]!);
}
