import { checkArity } from '../check.js';
import { type AddGradient, record } from '../autograd.js';
import { launch } from '../runtime/launch.js';
import { checkSameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';

/**
 * Elementwise sum of two tensors of one shape.
 * @throws TypeError, ShapeError
 */
export function add(a: Tensor, b: Tensor): Tensor {
  checkArity('add', arguments.length, 2);
  checkTensor('add', 'a', a);
  checkTensor('add', 'b', b);
  checkSameShape('add', 'b', a.shape, b.shape);
  const y = Tensor.allocate(a.shape);
  launch('addForward', [y.pointer, a.pointer, b.pointer], y.size);
  return record('add', y, [a, b], (gradOutput, addGradient) => {
    passGradient(addGradient, a, gradOutput);
    passGradient(addGradient, b, gradOutput);
  });
}

/** The gradient of an input that reaches the output unchanged. */
export function passGradient(addGradient: AddGradient, input: Tensor, gradOutput: Tensor): void {
  addGradient(input, (gradInput, accumulate) =>
    launch('addGradInput', [gradInput.pointer, gradOutput.pointer, accumulate], gradInput.size),
  );
}
