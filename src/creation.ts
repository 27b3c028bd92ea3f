import { checkArity, checkBoolean, checkNumber, wrongKind } from './check.js';
import { isNumberArray, typedArrayName } from './describe.js';
import { ShapeError } from './errors.js';
import { type RandomOptions, randomOf } from './generator.js';
import { checkOptions } from './options.js';
import { checkShape, formatShape, sameShape, type Shape } from './shape.js';
import { type DType, fromData, type NestedArray, Tensor, type TensorData } from './tensor.js';
import { checkElements } from './tensor-data.js';

/** Nested arrays deeper than this are a mistake. */
const MAX_AXES = 32;

/** Options of what makes a tensor. */
export interface TensorOptions {
  /** Default: int32 for an Int32Array, otherwise float32. */
  dtype?: DType;
  /** Whether `backward` computes a gradient for it. Default false. */
  requiresGrad?: boolean;
}

/**
 * A tensor over a copy of the data.
 * @param data a number, nested arrays of one shape, or a typed array of any kind of numbers, of any realm: bytes,
 * 16-bit integers and float64 are converted
 * @param shape default: the shape of the nested arrays, [length] for a typed array
 * @throws TypeError for values that are not numbers, or not integers of 32 bits where the dtype is int32;
 * ShapeError for ragged arrays and for a shape of another size
 */
export function tensor(
  data: ArrayLike<number> | NestedArray,
  shape?: Shape,
  options: TensorOptions = {},
): Tensor {
  checkArity('tensor', arguments.length, 3);
  checkOptions('tensor', options, ['dtype', 'requiresGrad']);
  const values = isNumberArray(data) ? data : flattened(data as NestedArray);
  const dtype = options.dtype ?? (typedArrayName(data) === 'Int32Array' ? 'int32' : 'float32');
  const { requiresGrad = false } = options;
  checkDType(dtype, requiresGrad);
  checkElements('tensor', 'data', values, dtype);
  const result = fromData('tensor', values, shape ?? shapeOf(data), dtype);
  result.requiresGrad = requiresGrad;
  return result;
}

/** @throws ShapeError, TypeError */
export function zeros(shape: Shape): Tensor {
  checkArity('zeros', arguments.length, 1);
  return filled('zeros', shape, (values) => values.fill(0));
}

/** @throws ShapeError, TypeError */
export function ones(shape: Shape): Tensor {
  checkArity('ones', arguments.length, 1);
  return filled('ones', shape, (values) => values.fill(1));
}

/** @throws ShapeError, TypeError */
export function full(shape: Shape, value: number): Tensor {
  checkArity('full', arguments.length, 2);
  if (typeof value !== 'number') throw wrongKind('full', 'value', 'a number', value);
  return filled('full', shape, (values) => values.fill(value));
}

/** The numbers from `start` to below `end`, `step` apart. @throws RangeError for a step of 0 */
export function arange(start: number, end: number, step = 1): Tensor {
  checkArity('arange', arguments.length, 3);
  checkNumber('arange', 'start', start);
  checkNumber('arange', 'end', end);
  checkNumber('arange', 'step', step);
  if (step === 0) throw new RangeError('arange: step: expected a number that is not 0, got 0');
  const count = Math.max(0, Math.ceil((end - start) / step));
  checkShape('arange', 'shape', [count]);
  return fromData(
    'arange',
    Float32Array.from({ length: count }, (_, i) => start + i * step),
    [count],
    'float32',
  );
}

/** Uniform numbers in [0, 1). @throws ShapeError, TypeError */
export function rand(shape: Shape, options: RandomOptions = {}): Tensor {
  checkArity('rand', arguments.length, 2);
  const random = randomOf('rand', options);
  return filled('rand', shape, (values) => draw(values, () => random.uniform()));
}

/** Normally distributed numbers with mean 0 and standard deviation 1. @throws ShapeError, TypeError */
export function randn(shape: Shape, options: RandomOptions = {}): Tensor {
  checkArity('randn', arguments.length, 2);
  const random = randomOf('randn', options);
  return filled('randn', shape, (values) => draw(values, () => random.normal()));
}

function filled(op: string, shape: Shape, fill: (values: TensorData) => void): Tensor {
  checkShape(op, 'shape', shape);
  const result = Tensor.allocate(shape);
  fill(result.view());
  return result;
}

function draw(values: TensorData, next: () => number): void {
  for (let i = 0; i < values.length; i++) values[i] = next();
}

/** The numbers of nested arrays, row by row, and their shape. @throws ShapeError for ragged arrays @internal */
export function readNested(data: NestedArray): { values: number[]; shape: number[] } {
  return { values: flattened(data), shape: shapeOf(data) };
}

/** The numbers of nested arrays; the innermost may be typed. */
function flattened(data: NestedArray | ArrayLike<number>): number[] {
  const flat: number[] = [];
  const add = (item: NestedArray | ArrayLike<number>, depth: number): void => {
    if (depth > MAX_AXES) {
      throw new ShapeError(`tensor: data: expected at most ${MAX_AXES} axes, got more`);
    }
    if (!Array.isArray(item) && !isNumberArray(item)) flat.push(item as number);
    else for (let i = 0; i < item.length; i++) add(item[i]!, depth + 1);
  };
  add(data, 0);
  return flat;
}

function shapeOf(data: NestedArray | ArrayLike<number>): number[] {
  if (isNumberArray(data)) return [data.length];
  if (!Array.isArray(data)) return [];
  const shapes = data.map(shapeOf);
  const inner = shapes[0] ?? [];
  const ragged = shapes.find((other) => !sameShape(other, inner));
  if (ragged) {
    throw new ShapeError(
      `tensor: data: expected nested arrays of one shape, got ${formatShape(inner)} and ${formatShape(ragged)}`,
    );
  }
  return [data.length, ...inner];
}

function checkDType(dtype: unknown, requiresGrad: unknown): void {
  if (dtype !== 'float32' && dtype !== 'int32') {
    throw wrongKind('tensor', 'dtype', "'float32' or 'int32'", dtype);
  }
  checkBoolean('tensor', 'requiresGrad', requiresGrad);
  if (requiresGrad && dtype !== 'float32') {
    throw new TypeError('tensor: requiresGrad: expected dtype float32, got int32');
  }
}
