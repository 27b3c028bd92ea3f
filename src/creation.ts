import { ShapeError } from './errors.js';
import { generator, type RandomOptions } from './generator.js';
import { checkShape, formatShape, type Shape } from './shape.js';
import { type DType, fromData, type NestedArray, Tensor, type TensorData } from './tensor.js';

/** Options of what makes a tensor. */
export interface TensorOptions {
  /** Default: int32 for an Int32Array, otherwise float32. */
  dtype?: DType;
  /** Whether `backward` computes a gradient for it. Default false. */
  requiresGrad?: boolean;
}

/**
 * A tensor over a copy of the data.
 * @param data a number, nested arrays of one shape, or a typed array
 * @param shape default: the shape of the nested arrays, [length] for a typed array
 * @throws TypeError for values that are not numbers, or not integers where the dtype is int32;
 * ShapeError for ragged arrays and for a shape of another size
 */
export function tensor(
  data: TensorData | NestedArray,
  shape?: Shape,
  options: TensorOptions = {},
): Tensor {
  const isTyped = data instanceof Float32Array || data instanceof Int32Array;
  const values = isTyped ? data : flatten(data);
  const dtype = options.dtype ?? (data instanceof Int32Array ? 'int32' : 'float32');
  checkDType(dtype, options.requiresGrad ?? false);
  if (!(isTyped && dtype === 'float32')) checkValues(values, dtype);
  const result = fromData(
    'tensor',
    values,
    shape ?? (isTyped ? [data.length] : shapeOf(data)),
    dtype,
  );
  result.requiresGrad = options.requiresGrad ?? false;
  return result;
}

/** @throws ShapeError */
export function zeros(shape: Shape): Tensor {
  return full(shape, 0);
}

/** @throws ShapeError */
export function ones(shape: Shape): Tensor {
  return full(shape, 1);
}

/** @throws ShapeError */
export function full(shape: Shape, value: number): Tensor {
  checkShape('full', 'shape', shape);
  const result = Tensor.allocate(shape);
  result.view().fill(value);
  return result;
}

/** The numbers from `start` to below `end`, `step` apart. @throws RangeError for a step of 0 */
export function arange(start: number, end: number, step = 1): Tensor {
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (step === 0 || ![start, end, step, count].every(Number.isFinite)) {
    throw new RangeError(
      `arange: expected finite numbers and a step that is not 0, got ${start}, ${end}, ${step}`,
    );
  }
  checkShape('arange', 'shape', [count]);
  return fromData(
    'arange',
    Float32Array.from({ length: count }, (_, i) => start + i * step),
    [count],
    'float32',
  );
}

/** Uniform numbers in [0, 1). @throws ShapeError */
export function rand(shape: Shape, { random = generator() }: RandomOptions = {}): Tensor {
  return filled('rand', shape, () => random.uniform());
}

/** Normally distributed numbers with mean 0 and standard deviation 1. @throws ShapeError */
export function randn(shape: Shape, { random = generator() }: RandomOptions = {}): Tensor {
  return filled('randn', shape, () => random.normal());
}

function filled(op: string, shape: Shape, next: () => number): Tensor {
  checkShape(op, 'shape', shape);
  const result = Tensor.allocate(shape);
  const values = result.view();
  for (let i = 0; i < values.length; i++) values[i] = next();
  return result;
}

function flatten(data: NestedArray): number[] {
  return Array.isArray(data) ? data.flatMap(flatten) : [data];
}

function shapeOf(data: NestedArray): number[] {
  if (!Array.isArray(data)) return [];
  const shapes = data.map(shapeOf);
  const inner = shapes[0] ?? [];
  const ragged = shapes.find((other) => String(other) !== String(inner));
  if (ragged) {
    throw new ShapeError(
      `tensor: data: expected nested arrays of one shape, got ${formatShape(inner)} and ${formatShape(ragged)}`,
    );
  }
  return [data.length, ...inner];
}

function checkDType(dtype: unknown, requiresGrad: boolean): void {
  if (dtype !== 'float32' && dtype !== 'int32') {
    throw new TypeError(`tensor: dtype: expected 'float32' or 'int32', got ${String(dtype)}`);
  }
  if (requiresGrad && dtype !== 'float32') {
    throw new TypeError('tensor: requiresGrad: expected dtype float32, got int32');
  }
}

function checkValues(values: ArrayLike<number>, dtype: DType): void {
  for (let i = 0; i < values.length; i++) {
    const value: unknown = values[i];
    if (typeof value !== 'number' || (dtype === 'int32' && (value | 0) !== value)) {
      throw new TypeError(
        `tensor: data: expected ${dtype === 'int32' ? '32-bit integers' : 'numbers'}, got ${String(value)} at ${i}`,
      );
    }
  }
}
