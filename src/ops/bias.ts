import { checkArity } from '../check.js';
import { type AddGradient, record } from '../autograd.js';
import { ShapeError } from '../errors.js';
import { launch } from '../runtime/launch.js';
import { checkSameShape, formatShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { passGradient } from './add.js';
import { checkTensor } from './check.js';
import { sumTo } from './reduce.js';

/**
 * Adds a bias to the last axis: `y[…,c] = x[…,c] + bias[c]`.
 * @param x [..., channels]
 * @param bias [channels]
 * @throws TypeError, ShapeError
 */
export function addBias(x: Tensor, bias: Tensor): Tensor {
  checkArity('addBias', arguments.length, 2);
  checkTensor('addBias', 'input', x);
  checkTensor('addBias', 'bias', bias, { rank: 1 });
  const channels = x.shape.at(-1);
  if (channels === undefined) {
    throw new ShapeError(`addBias: input: expected at least one axis, got ${formatShape(x.shape)}`);
  }
  checkSameShape('addBias', 'bias', [channels], bias.shape);
  const y = Tensor.allocate(x.shape);
  const rows = channels === 0 ? 0 : x.size / channels;
  launch('biasForward', [y.pointer, x.pointer, bias.pointer, channels], rows, { elements: x.size });
  return record('addBias', y, [x, bias], (gradOutput, addGradient) => {
    passGradient(addGradient, x, gradOutput);
    addBiasGradient(addGradient, bias, gradOutput);
  });
}

/** The gradient of a bias: gradOutput summed over all axes but the last. */
export function addBiasGradient(
  addGradient: AddGradient,
  bias: Tensor | undefined,
  gradOutput: Tensor,
): void {
  addGradient(bias, (gradBias, accumulate) => sumTo(gradBias, gradOutput, accumulate));
}
