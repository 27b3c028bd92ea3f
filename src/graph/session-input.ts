import { readNested } from '../creation.js';
import { preprocess, type PixelSource, type PreprocessOptions } from '../data/preprocess.js';
import { isNumberArray } from '../describe.js';
import { wrongKind } from '../check.js';
import { ShapeError } from '../errors.js';
import { runtime } from '../runtime/runtime.js';
import { formatShape, sameShape, type Shape, sizeOf } from '../shape.js';
import { type DType, type NestedArray, Tensor } from '../tensor.js';
import { checkElements } from '../tensor-data.js';

/**
 * What a model is run on: a tensor; numbers in a typed array, as many as the shape has that the model was compiled for,
 * or that with another batch size; nested arrays; a picture, for `preprocess`.
 */
export type SessionInput =
  Tensor | (ArrayLike<number> & ArrayBufferView) | NestedArray | PixelSource;

/** An input of a session as the model was compiled for it. */
export interface SessionValue {
  /** As the model calls it; undefined for the only one of a model that takes a tensor. */
  readonly name: string | undefined;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Values with their shape. */
export interface ReadInput {
  readonly values: Tensor | ArrayLike<number>;
  readonly shape: Shape;
}

/** Whether the value needs nothing but to be copied into the tensor, as is the rule. */
export function fits(tensor: Tensor, value: unknown): boolean {
  if (value instanceof Tensor) {
    return (
      !value.isDisposed && value.dtype === tensor.dtype && sameShape(value.shape, tensor.shape)
    );
  }
  const isUsual = value instanceof Float32Array || value instanceof Uint8Array;
  return isUsual && tensor.dtype === 'float32' && value.length === tensor.size;
}

/** Copies values, as many as the tensor has, into it. */
export function write(tensor: Tensor, values: Tensor | ArrayLike<number>): void {
  const { heap } = runtime();
  const at = tensor.pointer / 4;
  if (values instanceof Tensor) {
    const from = values.pointer / 4;
    heap.i32.copyWithin(at, from, from + tensor.size);
  } else (tensor.dtype === 'int32' ? heap.i32 : heap.f32).set(values, at);
}

/**
 * What was given for an input.
 * @throws TypeError, ShapeError, RangeError, DisposedError
 */
export function readInput(
  where: string,
  { name, shape, dtype }: SessionValue,
  value: unknown,
  options: PreprocessOptions | undefined,
): ReadInput {
  const argument = name ?? 'input';
  const read = valuesOf(where, argument, shape, value, options);
  const given = read.values instanceof Tensor ? read.values.dtype : dtype;
  if (given !== dtype) throw wrongKind(where, argument, `a tensor of ${dtype}`, read.values);
  if (!(read.values instanceof Tensor)) checkElements(where, argument, read.values, dtype);
  if (read.shape.length !== shape.length) {
    throw new ShapeError(
      `${where}: ${argument}: expected ${shape.length} axes, as in ${formatShape(shape)}, got ${formatShape(read.shape)}`,
    );
  }
  return read;
}

function valuesOf(
  where: string,
  argument: string,
  shape: Shape,
  value: unknown,
  options: PreprocessOptions | undefined,
): ReadInput {
  if (value instanceof Tensor) {
    void value.pointer;
    return { values: value, shape: value.shape };
  }
  if (isNumberArray(value)) {
    return { values: value, shape: inBatches(where, argument, shape, value.length) };
  }
  if (Array.isArray(value)) return readNested(value as NestedArray);
  if (isPicture(value)) {
    const { data, shape: pictured } = preprocess(value, { layout: layoutOf(shape), ...options });
    return { values: data, shape: pictured };
  }
  throw wrongKind(where, argument, 'a Tensor, a typed array, nested arrays or a picture', value);
}

/** The shape for so many values: that of the model, or of another batch. @throws ShapeError */
function inBatches(where: string, argument: string, shape: Shape, length: number): Shape {
  if (length === sizeOf(shape)) return shape;
  const one = sizeOf(shape.slice(1));
  if (shape.length > 0 && length > 0 && length % one === 0)
    return [length / one, ...shape.slice(1)];
  throw new ShapeError(
    `${where}: ${argument}: expected ${sizeOf(shape)} values for shape ${formatShape(shape)}, ` +
      `or a multiple of ${one}, got ${length}`,
  );
}

function isPicture(value: unknown): value is PixelSource {
  return value !== null && typeof value === 'object' && 'width' in value && 'data' in value;
}

/** Few channels are behind the batch, or they are last. */
function layoutOf(shape: Shape): 'NHWC' | 'NCHW' {
  const few = (size: number | undefined) => size === 1 || size === 3;
  return few(shape[1]) && !few(shape[3]) ? 'NCHW' : 'NHWC';
}
