import { checkArity } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { checkOptions } from '../../options.js';
import { formatShape, sameShape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkRank, checkSizes } from '../check.js';
import { apply, type Family, type Inputs, type Op, type Plan } from '../op.js';

/** Options of `maxUnpool1d` to `3d`; `Size` is a number, or may be one for each axis. */
export interface MaxUnpoolOptions<Size = number | readonly number[]> {
  /** Distance between the windows of the pooling. Default: the kernel size. */
  stride?: Size;
  /** Its padding, on both sides. Default 0. */
  padding?: Size;
  /**
   * The size of what was pooled, without batch and channels: less than one stride from the default,
   * (size − 1) · stride − 2 · padding + kernelSize.
   */
  outputSize?: Size | undefined;
}

const OPTIONS = ['stride', 'padding', 'outputSize'];

interface UnpoolOptions extends MaxUnpoolOptions {
  readonly kernelSize: number | readonly number[];
}

interface UnpoolPlan extends Plan {
  /** Of the output. */
  readonly pixels: number;
  readonly channels: number;
  /** Values of a picture of the input. */
  readonly values: number;
}

interface UnpoolOp extends Op<UnpoolOptions, UnpoolPlan> {
  readonly axes: 1 | 2 | 3;
}

/** Zeros, and each value of x in the place that its index says; the gradient is taken from there. */
const FAMILY: Family<UnpoolOp, UnpoolOptions, UnpoolPlan> = {
  operands: [{ name: 'input' }, { name: 'indices', dtype: 'int32' }],

  plan({ name, axes }, [x, indices], options) {
    const { shape } = x!;
    checkRank(name, 'input', shape, axes + 2);
    if (!sameShape(shape, indices!.shape)) {
      throw new ShapeError(
        `${name}: indices: expected the input's shape ${formatShape(shape)}, got ${formatShape(indices!.shape)}`,
      );
    }
    const sizes = outputSizes(name, shape.slice(1, -1), options);
    const [batch, channels] = [shape[0]!, shape.at(-1)!];
    if (Math.min(...sizes) < 1) {
      throw new ShapeError(
        `${name}: output: expected at least one pixel, got ${formatShape(sizes)}`,
      );
    }
    return {
      shape: [batch, ...sizes, channels],
      pixels: sizeOf(sizes),
      channels,
      values: sizeOf(shape.slice(1)),
    };
  },

  checkValues({ name }, [, indices]: Inputs, { pixels }) {
    const values = indices!.view();
    const at = values.findIndex((index) => index < 0 || index >= pixels);
    if (at < 0) return;
    throw new RangeError(
      `${name}: indices: expected integers in [0, ${pixels}), got ${values[at]} at element ${at} of shape ${formatShape(indices!.shape)}`,
    );
  },

  forward(y, [x, indices], plan) {
    const [to, from] = [y.view(), x!.view()];
    to.fill(0);
    forEachPlace(indices!, plan, (i, place) => (to[place] = from[i]!));
  },

  gradients: [
    (dx, accumulate, { gradOutput, inputs: [, indices], plan }) => {
      const [to, from] = [dx.view(), gradOutput.view()];
      forEachPlace(
        indices!,
        plan,
        (i, place) => (to[i] = accumulate ? to[i]! + from[place]! : from[place]!),
      );
    },
    undefined,
  ],
};

function outputSizes(
  op: string,
  sizes: readonly number[],
  options: UnpoolOptions,
): readonly number[] {
  const { kernelSize, stride = kernelSize, padding = 0, outputSize } = options;
  const kernels = checkSizes(op, 'kernelSize', kernelSize, sizes.length, 1);
  const strides = checkSizes(op, 'stride', stride, sizes.length, 1);
  const pads = checkSizes(op, 'padding', padding, sizes.length, 0);
  const usual = sizes.map((size, i) => (size - 1) * strides[i]! - 2 * pads[i]! + kernels[i]!);
  if (outputSize === undefined) return usual;
  const given = checkSizes(op, 'outputSize', outputSize, sizes.length, 1);
  given.forEach((size, i) => {
    if (Math.abs(size - usual[i]!) < strides[i]!) return;
    throw new RangeError(
      `${op}: outputSize: expected less than the stride ${strides[i]} from ${usual[i]}, got ${size}`,
    );
  });
  return given;
}

/** Calls back with the number of each value of the input, and that of its place in the output. */
function forEachPlace(
  indices: Tensor,
  { pixels, channels, values }: UnpoolPlan,
  visit: (i: number, place: number) => void,
): void {
  const places = indices.view();
  for (let i = 0; i < places.length; i++) {
    const picture = Math.floor(i / values);
    visit(i, (picture * pixels + places[i]!) * channels + (i % channels));
  }
}

export const MAX_UNPOOL1D: UnpoolOp = { family: FAMILY, name: 'maxUnpool1d', axes: 1 };
export const MAX_UNPOOL2D: UnpoolOp = { family: FAMILY, name: 'maxUnpool2d', axes: 2 };
export const MAX_UNPOOL3D: UnpoolOp = { family: FAMILY, name: 'maxUnpool3d', axes: 3 };

/**
 * Puts the values of a max pooling back to where they came from, among zeros, as in PyTorch; of two for one place the
 * last one counts.
 * @param x [N, length, channels]
 * @param indices int32, of its shape: what `maxPool1d` returns with `returnIndices`
 * @returns [N, outLength, channels]
 * @throws TypeError, ShapeError, RangeError: also for an index that is not in the output
 */
export function maxUnpool1d(
  x: Tensor,
  indices: Tensor,
  kernelSize: number,
  options: MaxUnpoolOptions<number> = {},
): Tensor {
  return unpool(MAX_UNPOOL1D, arguments.length, x, indices, kernelSize, options);
}

/**
 * The same of pictures.
 * @param x [N, height, width, channels]
 * @param indices int32, of its shape: what `maxPool2d` returns with `returnIndices`
 * @param kernelSize a number or [height, width]
 * @returns [N, outHeight, outWidth, channels]
 * @throws TypeError, ShapeError, RangeError: also for an index that is not in the output
 */
export function maxUnpool2d(
  x: Tensor,
  indices: Tensor,
  kernelSize: number | readonly number[],
  options: MaxUnpoolOptions = {},
): Tensor {
  return unpool(MAX_UNPOOL2D, arguments.length, x, indices, kernelSize, options);
}

/**
 * The same of volumes.
 * @param x [N, depth, height, width, channels]
 * @param indices int32, of its shape: what `maxPool3d` returns with `returnIndices`
 * @param kernelSize a number or [depth, height, width]
 * @returns [N, outDepth, outHeight, outWidth, channels]
 * @throws TypeError, ShapeError, RangeError: also for an index that is not in the output
 */
export function maxUnpool3d(
  x: Tensor,
  indices: Tensor,
  kernelSize: number | readonly number[],
  options: MaxUnpoolOptions = {},
): Tensor {
  return unpool(MAX_UNPOOL3D, arguments.length, x, indices, kernelSize, options);
}

function unpool(
  op: UnpoolOp,
  given: number,
  x: Tensor,
  indices: Tensor,
  kernelSize: number | readonly number[],
  options: MaxUnpoolOptions,
): Tensor {
  checkArity(op.name, given, 4);
  checkOptions(op.name, options, OPTIONS);
  return apply(op, [x, indices], { ...options, kernelSize });
}
