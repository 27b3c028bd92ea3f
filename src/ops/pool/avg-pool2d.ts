import { checkArity, checkBoolean } from '../../check.js';
import { checkOptions } from '../../options.js';
import { record } from '../../autograd.js';
import { launch } from '../../runtime/launch.js';
import { withScratch } from '../../runtime/storage.js';
import type { Shape } from '../../shape.js';
import { Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import {
  pool2dBlock,
  type Pool2dGeometry,
  pool2dGeometry,
  type Pool2dOptions,
} from './geometry.js';

/** Terms that are added one after the other; more of them by partial sums, as in assembly/lib/fold.ts. */
const RUN = 256;

/** Options of `avgPool2d`. */
export interface AvgPool2dOptions extends Omit<Pool2dOptions, 'dilation'> {
  /** Whether the zeros of the padding count towards the mean. Default true. */
  countIncludePad?: boolean;
}

/** The names of the options of average pooling. */
export const AVG_POOL_OPTIONS = ['stride', 'padding', 'ceilMode', 'countIncludePad'];

/**
 * 2-D average pooling, as in PyTorch: the mean of each window. With `ceilMode` what reaches beyond the padding never
 * counts.
 * @param x [N, height, width, channels]
 * @param kernelSize a number or [height, width]
 * @returns [N, outHeight, outWidth, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function avgPool2d(
  x: Tensor,
  kernelSize: number | readonly number[],
  options: AvgPool2dOptions = {},
): Tensor {
  checkArity('avgPool2d', arguments.length, 3);
  checkTensor('avgPool2d', 'input', x, { rank: 4 });
  checkOptions('avgPool2d', options, AVG_POOL_OPTIONS);
  const g = pool2dGeometry('avgPool2d', x.shape, kernelSize, options);
  const shape = [g.batch, g.outHeight, g.outWidth, g.channels];
  return avgPool('avgPool2d', x, g, options.countIncludePad, shape);
}

/** The op behind `avgPool1d` and `avgPool2d`, on checked shapes: a signal is a picture of height 1. */
export function avgPool(
  op: string,
  x: Tensor,
  geometry: Pool2dGeometry,
  countIncludePad = true,
  outputShape: Shape,
): Tensor {
  checkBoolean(op, 'countIncludePad', countIncludePad);
  const y = Tensor.allocate(outputShape);
  forward(y, x, geometry, countIncludePad);
  return record(op, y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      gradientOfInput(gradInput, gradOutput, geometry, countIncludePad, accumulate),
    ),
  );
}

function forward(y: Tensor, x: Tensor, g: Pool2dGeometry, countIncludePad: boolean): void {
  launch(
    'avgPool2dForward',
    [y.pointer, x.pointer, pool2dBlock(g), countIncludePad],
    g.batch * g.outHeight,
    { elements: x.size },
  );
}

function gradientOfInput(
  gradInput: Tensor,
  gradOutput: Tensor,
  g: Pool2dGeometry,
  countIncludePad: boolean,
  accumulate: boolean,
): void {
  const { pointer, size } = gradInput;
  const rows = g.batch * g.inHeight;
  const options = { elements: size };
  if (windowsOfPixel(g) <= RUN) {
    launch(
      'avgPool2dGradInput',
      [pointer, gradOutput.pointer, pool2dBlock(g), countIncludePad, accumulate],
      rows,
      options,
    );
    return;
  }
  withScratch(4 * gradOutput.size, (shares) => {
    const block = pool2dBlock(g);
    launch(
      'avgPool2dGradShares',
      [shares, gradOutput.pointer, block, countIncludePad],
      g.batch * g.outHeight,
      { elements: gradOutput.size },
    );
    launch('avgPool2dGradInputOfShares', [pointer, shares, block, accumulate], rows, options);
  });
}

/** Windows that a pixel may lie in: its gradient has as many terms. */
function windowsOfPixel(g: Pool2dGeometry): number {
  const rows = Math.min(g.outHeight, Math.ceil(g.kernelHeight / g.strideHeight));
  return rows * Math.min(g.outWidth, Math.ceil(g.kernelWidth / g.strideWidth));
}
