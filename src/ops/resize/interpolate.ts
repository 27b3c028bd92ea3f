import { checkArity, checkBoolean, checkInteger, checkNumber, wrongKind } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { checkOptions } from '../../options.js';
import { checkShape, formatShape, type Shape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { apply, type Family, type Op, type Plan } from '../op.js';
import {
  type CoordinateMode,
  COORDINATES,
  type Interpolation,
  NEAREST,
  type NearestMode,
  type ResizeMode,
  resizeTaps,
} from './coordinates.js';
import { resampleAxes, resampleAxesGradient, type Step } from './taps.js';

/** Options of `interpolate`: either `size` or `scaleFactor`. */
export interface InterpolateOptions {
  /** Of the output's spatial axes; a number counts for all. */
  size?: number | readonly number[];
  /** The output's size is the input's times it, rounded down; a number counts for all axes. */
  scaleFactor?: number | readonly number[];
  /** 'linear' is of signals, 'bilinear' and 'bicubic' of pictures, 'trilinear' of volumes. Default 'nearest'. */
  mode?: ResizeMode;
  /** Whether the first and the last values are those of the input: `coordinateMode` 'align_corners'. Default false. */
  alignCorners?: boolean;
  /** Where values are left out in between, whether they count too, in 'bilinear' and 'bicubic'. Default false. */
  antialias?: boolean;
  /** As in ONNX's Resize. Default that of PyTorch: 'asymmetric' in mode 'nearest', else 'half_pixel'. */
  coordinateMode?: CoordinateMode;
  /** As in ONNX's Resize. Default that of PyTorch: 'floor' in mode 'nearest', else 'round_prefer_ceil'. */
  nearestMode?: NearestMode;
  /** The slope of the cubic curve at 1. Default −0.75, with `antialias` −0.5. */
  cubicCoefficient?: number;
  /** Whether weights of places outside of the input are left out, not given to its border. Default that of `antialias`. */
  excludeOutside?: boolean;
}

const INTERPOLATE_OPTIONS = [
  ...['size', 'scaleFactor', 'mode', 'alignCorners', 'antialias', 'coordinateMode', 'nearestMode'],
  ...['cubicCoefficient', 'excludeOutside'],
];

interface InterpolatePlan extends Plan {
  readonly steps: readonly Step[];
}

type InterpolateOp = Op<InterpolateOptions, InterpolatePlan>;

/** The numbers of spatial axes that a mode takes; undefined: 1 to 3. */
const AXES: Readonly<Record<ResizeMode, number | undefined>> = {
  nearest: undefined,
  'nearest-exact': undefined,
  area: undefined,
  linear: 1,
  bilinear: 2,
  bicubic: 2,
  trilinear: 3,
};

const FAMILY: Family<InterpolateOp, InterpolateOptions, InterpolatePlan> = {
  operands: [{ name: 'input' }],

  plan({ name }, [x], options) {
    const how = checkInterpolateOptions(name, options);
    const { shape } = x!;
    const spatial = checkSpatial(name, shape, how.mode);
    const [sizes, scales] = sizesOf(name, spatial, options);
    const outShape = [shape[0]!, ...sizes, shape.at(-1)!];
    // Before the tables of taps, which are as long as an axis.
    checkShape(name, 'output', outShape);
    const all = spatial.map((size, i) => ({
      axis: i + 1,
      taps: resizeTaps(size, sizes[i]!, scales[i]!, how),
    }));
    const changing = all.filter((_, i) => sizes[i] !== spatial[i] || scales[i] !== 1);
    const steps = changing.length > 0 ? changing : all.slice(0, 1);
    steps.sort(inOrder);
    return { shape: outShape, steps };
  },

  forward: (y, [x], { steps }) => resampleAxes(y.pointer, x!.pointer, x!.shape, steps),

  gradients: [
    (dx, accumulate, { gradOutput, plan }) =>
      resampleAxesGradient(dx.pointer, gradOutput.pointer, dx.shape, plan.steps, accumulate),
  ],
};

export const INTERPOLATE: InterpolateOp = { family: FAMILY, name: 'interpolate' };

/** What makes an axis smaller comes first; of equals that with the fewest and longest rows. */
function inOrder(a: Step, b: Step): number {
  const [growth, other] = [a, b].map(({ taps }) => (taps.first.length - 1) / taps.size);
  return growth! - other! || (growth! > 1 ? b.axis - a.axis : a.axis - b.axis);
}

function checkOneOf(op: string, argument: string, value: unknown, known: readonly string[]): void {
  if (known.includes(value as string)) return;
  throw wrongKind(op, argument, `one of ${known.join(', ')}`, value);
}

/** Checks the options, and fills in what is not given. @throws TypeError, RangeError */
export function checkInterpolateOptions(op: string, options: InterpolateOptions): Interpolation {
  checkOptions(op, options, INTERPOLATE_OPTIONS);
  checkSizes(op, options);
  const { mode = 'nearest', alignCorners = false, antialias = false } = options;
  checkOneOf(op, 'mode', mode, Object.keys(AXES));
  checkBoolean(op, 'alignCorners', alignCorners);
  checkBoolean(op, 'antialias', antialias);
  const plain = mode === 'nearest';
  const usual = alignCorners ? 'align_corners' : plain ? 'asymmetric' : 'half_pixel';
  const { coordinateMode = usual, nearestMode = plain ? 'floor' : 'round_prefer_ceil' } = options;
  checkOneOf(op, 'coordinateMode', coordinateMode, Object.keys(COORDINATES));
  checkOneOf(op, 'nearestMode', nearestMode, Object.keys(NEAREST));
  const { cubicCoefficient = antialias ? -0.5 : -0.75, excludeOutside = antialias } = options;
  checkNumber(op, 'cubicCoefficient', cubicCoefficient);
  checkBoolean(op, 'excludeOutside', excludeOutside);
  return {
    mode,
    coordinates: coordinateMode,
    nearest: nearestMode,
    cubic: cubicCoefficient,
    excludeOutside,
    antialias,
  };
}

/** The spatial axes of a shape. @throws ShapeError */
function checkSpatial(op: string, shape: Shape, mode: ResizeMode): Shape {
  const axes = AXES[mode];
  const spatial = shape.slice(1, -1);
  const isFitting = axes ? spatial.length === axes : spatial.length >= 1 && spatial.length <= 3;
  if (isFitting && sizeOf(spatial) > 0) return spatial;
  throw new ShapeError(
    `${op}: input: expected [N, ${axes ?? '1 to 3'} spatial axes, channels] for mode '${mode}', got ${formatShape(shape)}`,
  );
}

/** Checks that one of both is given, as a number or some. @throws TypeError, RangeError */
function checkSizes(op: string, { size, scaleFactor }: InterpolateOptions): void {
  if ((size === undefined) === (scaleFactor === undefined)) {
    const got = size === undefined ? 'none' : 'both';
    throw new TypeError(`${op}: options: expected either size or scaleFactor, got ${got}`);
  }
  const name = size === undefined ? 'scaleFactor' : 'size';
  const values = [size ?? scaleFactor].flat() as readonly unknown[];
  for (const value of values) {
    if (size === undefined) checkNumber(op, name, value, 0);
    else checkInteger(op, name, value, 1);
  }
}

/** The sizes of the output's spatial axes, and by what each is stretched. @throws TypeError, RangeError */
function sizesOf(
  op: string,
  spatial: Shape,
  { size, scaleFactor }: InterpolateOptions,
): [sizes: readonly number[], scales: readonly number[]] {
  const given = (size ?? scaleFactor)!;
  const values = typeof given === 'number' ? spatial.map(() => given) : given;
  if (values.length !== spatial.length) {
    const name = size === undefined ? 'scaleFactor' : 'size';
    throw wrongKind(op, name, `a number or ${spatial.length} of them`, given);
  }
  if (size !== undefined) return [values, values.map((value, i) => value / spatial[i]!)];
  const sizes = spatial.map((old, i) => Math.floor(old * values[i]!));
  if (sizes.every((now) => now >= 1)) return [sizes, values];
  throw new RangeError(
    `${op}: scaleFactor: expected an output of at least 1, got ${formatShape(sizes)}`,
  );
}

/**
 * Resizes signals, pictures or volumes, as torch.nn.functional.interpolate, and with the coordinates of ONNX's Resize: each
 * axis by itself, each output a weighted sum of its neighbours, whose weights sum to 1.
 * @param x [N, ...spatial, channels], of 1 to 3 spatial axes
 * @throws TypeError, RangeError, ShapeError
 */
export function interpolate(x: Tensor, options: InterpolateOptions = {}): Tensor {
  checkArity('interpolate', arguments.length, 2);
  return apply(INTERPOLATE, [x], options);
}
