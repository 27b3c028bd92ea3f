import { record } from '../autograd.js';
import { launch } from '../runtime/launch.js';
import { Tensor } from '../tensor.js';
import { checkArity, checkNumber } from '../check.js';
import { checkTensor } from './check.js';

/**
 * Holds every element between two bounds: `y = min(max(x, min), max)`. NaN stays NaN. The gradient passes between the
 * bounds and is 0 beyond and at them, as that of torch.nn.Hardtanh.
 * @param min a finite number
 * @param max a finite number of at least `min`
 * @throws TypeError, RangeError
 */
export function clip(x: Tensor, min: number, max: number): Tensor {
  checkArity('clip', arguments.length, 3);
  checkTensor('clip', 'input', x);
  checkBounds('clip', min, max);
  return clipChecked('clip', x, min, max);
}

/**
 * ReLU6: `y = min(max(x, 0), 6)`, elementwise. NaN stays NaN; the gradient is 0 at 0 and at 6.
 * @throws TypeError
 */
export function relu6(x: Tensor): Tensor {
  checkArity('relu6', arguments.length, 1);
  checkTensor('relu6', 'input', x);
  return clipChecked('relu6', x, 0, 6);
}

/** @throws TypeError, RangeError */
export function checkBounds(op: string, min: number, max: number): void {
  checkNumber(op, 'min', min);
  checkNumber(op, 'max', max, min);
}

function clipChecked(op: string, x: Tensor, min: number, max: number): Tensor {
  const y = Tensor.allocate(x.shape);
  launch('clipForward', [y.pointer, x.pointer, min, max], y.size);
  return record(op, y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      clipGradInput(gradInput, gradOutput, y, min, max, accumulate),
    ),
  );
}

/** gradInput from gradOutput and y; it may be gradOutput itself. */
export function clipGradInput(
  gradInput: Tensor,
  gradOutput: Tensor,
  y: Tensor,
  min: number,
  max: number,
  accumulate: boolean,
): void {
  launch(
    'clipGradInput',
    [gradInput.pointer, gradOutput.pointer, y.pointer, min, max, accumulate],
    y.size,
  );
}
