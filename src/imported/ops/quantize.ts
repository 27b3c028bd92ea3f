// Numbers as multiples of a scale, y = scale · (q − zeroPoint), as ONNX and TFLite have them. Quantised numbers are whole.
import { ShapeError } from '../../errors.js';
import { checkAxis } from '../../ops/axes.js';
import { repeatInterleave } from '../../ops/copy/repeat.js';
import { reshape } from '../../ops/reshape.js';
import { formatShape, sameShape } from '../../shape.js';
import { rangeOf } from '../integers.js';
import { type ElementType, Value } from '../value.js';
import { binary, clip, unary } from './elementwise.js';
import { reduce } from './reduce.js';

/** How the scales of a quantised value lie along it. */
export interface QuantizationOptions {
  /** Along which scales differ where there are several; negative: counted from the last. Default 1. */
  readonly axis?: number;
  /** So many elements along the axis share a scale. Default: scales are one for each element, or one for all. */
  readonly blockSize?: number;
}

/**
 * The nearest multiples of a scale: `q = clip(round(x / scale) + zeroPoint)`, half-way the even one, no less and no more
 * than the type holds.
 * @param scale [], [1], [size of the axis], or of the shape of x but for the axis, where they are of blocks
 * @param zeroPoint of the shape of scale; left out, 0
 * @param dtype of the result
 * @throws ShapeError, RangeError
 */
export function quantizeLinear(
  x: Value,
  scale: Value,
  zeroPoint: Value | undefined,
  dtype: ElementType,
  options: QuantizationOptions = {},
): Value {
  const steps = unary('round', binary('div', x, along('quantizeLinear', x, scale, options)));
  const shifted = zeroPoint
    ? binary('add', steps, along('quantizeLinear', x, zeroPoint.as(scale.dtype), options))
    : steps;
  return clip(shifted, ...rangeOf(dtype)).as(dtype);
}

/**
 * The numbers that quantised ones stand for: `y = scale · (x − zeroPoint)`.
 * @param scale as of `quantizeLinear`; the result has its type
 * @throws ShapeError, RangeError
 */
export function dequantizeLinear(
  x: Value,
  scale: Value,
  zeroPoint: Value | undefined,
  options: QuantizationOptions = {},
): Value {
  const steps = x.as(scale.dtype);
  const shifted = zeroPoint
    ? binary('sub', steps, along('dequantizeLinear', x, zeroPoint.as(scale.dtype), options))
    : steps;
  return binary('mul', shifted, along('dequantizeLinear', x, scale, options));
}

/**
 * x in 256 steps from its least number to its largest, 0 being one of them, as ONNX's DynamicQuantizeLinear.
 * @returns uint8, the scale and the zero point, both []
 */
export function dynamicQuantizeLinear(x: Value): { y: Value; scale: Value; zeroPoint: Value } {
  const zero = Value.host([0], [], 'float32');
  const steps = Value.host([255], [], 'float32');
  const least = binary('minimum', reduce('min', x, undefined, false), zero);
  const largest = binary('maximum', reduce('max', x, undefined, false), zero);
  const scale = binary('div', binary('sub', largest, least), steps);
  const middle = binary('div', binary('sub', zero, least), scale);
  const zeroPoint = unary('round', clip(middle, 0, 255)).as('uint8');
  return { y: quantizeLinear(x, scale, zeroPoint, 'uint8'), scale, zeroPoint };
}

/** Rounds to one of 2ⁿ numbers from min to max, which are moved so that 0 is one of them, as TensorFlow's FakeQuant. */
export function fakeQuantize(
  x: Value,
  { min, max, least, largest }: Readonly<Record<'min' | 'max' | 'least' | 'largest', number>>,
): Value {
  const scale = (max - min) / (largest - least);
  const zeroPoint = Math.round(Math.min(Math.max(least - min / scale, least), largest));
  const scalar = (value: number) => Value.host([value], [], 'float32');
  const bounded = clip(x, (least - zeroPoint) * scale, (largest - zeroPoint) * scale);
  return binary('mul', unary('round', binary('div', bounded, scalar(scale))), scalar(scale));
}

/** Scales, or zero points, in a shape that broadcasts to that of x. @throws ShapeError, RangeError */
function along(
  op: string,
  x: Value,
  scale: Value,
  { axis = 1, blockSize = 0 }: QuantizationOptions,
): Value {
  if (scale.size === 1) return reshaped(scale, []);
  const place = checkAxis(op, 'axis', axis, x.rank);
  if (blockSize > 0) return repeated(op, x, scale, place, blockSize);
  if (scale.rank !== 1 || scale.size !== x.shape[place]) {
    const expected = `[${x.shape[place]}] for axis ${place} of ${formatShape(x.shape)}`;
    throw new ShapeError(
      `${op}: scale: expected shape ${expected}, got ${formatShape(scale.shape)}`,
    );
  }
  return reshaped(scale, [scale.size, ...x.shape.slice(place + 1).map(() => 1)]);
}

/** One scale for each element, of those of blocks along an axis, of which the last may be cut. */
function repeated(op: string, x: Value, scale: Value, axis: number, blockSize: number): Value {
  const blocks = Math.ceil(x.shape[axis]! / blockSize);
  const shape = x.shape.map((size, i) => (i === axis ? blocks : size));
  if (!sameShape(scale.shape, shape) || blocks * blockSize !== x.shape[axis]) {
    const expected = `${formatShape(shape)} for whole blocks of ${blockSize}`;
    throw new ShapeError(
      `${op}: scale: expected shape ${expected}, got ${formatShape(scale.shape)}`,
    );
  }
  return Value.of(repeatInterleave(scale.tensor(), blockSize, axis), undefined, scale.dtype);
}

function reshaped(x: Value, shape: readonly number[]): Value {
  if (x.isHost) return Value.host(x.numbers(), shape, x.dtype);
  return Value.of(reshape(x.tensor(), shape), undefined, x.dtype);
}
