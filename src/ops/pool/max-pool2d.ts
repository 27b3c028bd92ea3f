import { checkArity } from '../../check.js';
import { checkOptions } from '../../options.js';
import { isRecorded, record } from '../../autograd.js';
import { launch } from '../../runtime/launch.js';
import { Storage } from '../../runtime/storage.js';
import { type Shape, sizeOf } from '../../shape.js';
import { Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import {
  pool2dBlock,
  type Pool2dGeometry,
  pool2dGeometry,
  type Pool2dOptions,
} from './geometry.js';

/** Options of `maxPool2d`. */
export type MaxPool2dOptions = Pool2dOptions;

/** The names of the options of max pooling. */
export const MAX_POOL_OPTIONS = ['stride', 'padding', 'dilation', 'ceilMode'];

/**
 * 2-D max pooling, as in PyTorch: the largest value of each window, where padding does not count. The first of equal
 * maxima gets the gradient; NaN is larger than any number. A window whose taps all lie in the padding, which dilation
 * can bring about, gives −Infinity and has no gradient.
 * @param x [N, height, width, channels]
 * @param kernelSize a number or [height, width]
 * @returns [N, outHeight, outWidth, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function maxPool2d(
  x: Tensor,
  kernelSize: number | readonly number[],
  options: MaxPool2dOptions = {},
): Tensor {
  checkArity('maxPool2d', arguments.length, 3);
  checkTensor('maxPool2d', 'input', x, { rank: 4 });
  checkOptions('maxPool2d', options, MAX_POOL_OPTIONS);
  const g = pool2dGeometry('maxPool2d', x.shape, kernelSize, options);
  return maxPool('maxPool2d', x, g, [g.batch, g.outHeight, g.outWidth, g.channels]);
}

/** The op behind `maxPool1d` and `maxPool2d`, on checked shapes: a signal is a picture of height 1. */
export function maxPool(
  op: string,
  x: Tensor,
  geometry: Pool2dGeometry,
  outputShape: Shape,
): Tensor {
  const rows = geometry.batch * geometry.outHeight;
  if (!isRecorded([x])) {
    const y = Tensor.allocate(outputShape);
    launch('maxPool2dForward', [y.pointer, x.pointer, pool2dBlock(geometry)], rows, {
      elements: x.size,
    });
    return y;
  }
  // argmax lies behind y in the same memory: it lives exactly as long as y, which alone can ask for it.
  const bytes = 4 * sizeOf(outputShape);
  const offset = 64 * Math.ceil(bytes / 64);
  const y = new Tensor(new Storage(offset + bytes), outputShape, 'float32');
  launch(
    'maxPool2dForwardArgmax',
    [y.pointer, y.pointer + offset, x.pointer, pool2dBlock(geometry)],
    rows,
    {
      elements: x.size,
    },
  );
  return record(op, y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      gradientOfInput(gradInput, gradOutput, y.pointer + offset, geometry, accumulate),
    ),
  );
}

function gradientOfInput(
  gradInput: Tensor,
  gradOutput: Tensor,
  argmax: number,
  g: Pool2dGeometry,
  accumulate: boolean,
): void {
  launch(
    'maxPool2dGradInput',
    [gradInput.pointer, gradOutput.pointer, argmax, pool2dBlock(g), accumulate],
    g.batch * g.inHeight,
    { elements: gradInput.size },
  );
}
