import { checkArity } from '../check.js';
import { record } from '../autograd.js';
import { ShapeError } from '../errors.js';
import { launch } from '../runtime/launch.js';
import { formatShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';

/**
 * Softmax over the last axis: `y[…,c] = exp(x[…,c]) / Σ_k exp(x[…,k])`. Large values do not overflow. To train a
 * classifier use `crossEntropy`, which takes the values before the softmax.
 * @param x [..., classes]
 * @throws TypeError, ShapeError
 */
export function softmax(x: Tensor): Tensor {
  checkArity('softmax', arguments.length, 1);
  checkTensor('softmax', 'input', x);
  const classes = x.shape.at(-1);
  if (classes === undefined) {
    throw new ShapeError(`softmax: input: expected at least one axis, got ${formatShape(x.shape)}`);
  }
  const rows = classes === 0 ? 0 : x.size / classes;
  const y = Tensor.allocate(x.shape);
  launch('softmaxForward', [y.pointer, x.pointer, classes], rows, { elements: x.size });
  return record('softmax', y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      launch(
        'softmaxGradInput',
        [gradInput.pointer, gradOutput.pointer, y.pointer, classes, accumulate],
        rows,
        { elements: y.size },
      ),
    ),
  );
}
