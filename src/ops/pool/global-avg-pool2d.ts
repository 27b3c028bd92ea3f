import { checkArity } from '../../check.js';
import { record } from '../../autograd.js';
import { ShapeError } from '../../errors.js';
import { launch } from '../../runtime/launch.js';
import { formatShape } from '../../shape.js';
import { Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import { meanOver } from '../reduce.js';

/**
 * Mean of every channel over all pixels of a picture.
 * @param x [batch, height, width, channels], with at least one pixel
 * @returns [batch, channels]
 * @throws TypeError, ShapeError
 */
export function globalAvgPool2d(x: Tensor): Tensor {
  checkArity('globalAvgPool2d', arguments.length, 1);
  checkTensor('globalAvgPool2d', 'input', x, { rank: 4 });
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const pixels = height * width;
  if (pixels === 0) {
    throw new ShapeError(
      `globalAvgPool2d: input: expected at least one pixel, got shape ${formatShape(x.shape)}`,
    );
  }
  const y = Tensor.allocate([batch, channels]);
  meanOver(y, { pointer: x.pointer, shape: [batch, pixels, channels] }, [1]);
  return record('globalAvgPool2d', y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      launch(
        'globalAvgPool2dGradInput',
        [gradInput.pointer, gradOutput.pointer, pixels, channels, accumulate],
        batch * pixels,
        { elements: gradInput.size },
      ),
    ),
  );
}
