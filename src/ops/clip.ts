import { record } from '../autograd.js';
import { launch } from '../runtime/launch.js';
import { Tensor } from '../tensor.js';
import { checkArity, wrongNumber } from '../check.js';
import { checkTensor } from './check.js';

/**
 * Holds every element between two bounds, as torch.clamp: `y = min(max(x, min), max)`. NaN stays NaN. The gradient
 * passes between the bounds and at them; beyond them it is 0.
 * @param min a number; −Infinity for none
 * @param max a number of at least `min`; Infinity for none
 * @throws TypeError, RangeError
 */
export function clip(x: Tensor, min: number, max: number): Tensor {
  checkArity('clip', arguments.length, 3);
  checkTensor('clip', 'input', x);
  checkBounds('clip', min, max);
  const y = clipped(x, min, max);
  return record('clip', y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      launch(
        'clipGradInput',
        [gradInput.pointer, gradOutput.pointer, x.pointer, min, max, accumulate],
        x.size,
      ),
    ),
  );
}

/**
 * The values of `clip`, with the gradient of torch.nn.Hardtanh: 0 at the bounds too.
 * @param min a number; −Infinity for none
 * @param max a number of at least `min`; Infinity for none
 * @throws TypeError, RangeError
 */
export function hardtanh(x: Tensor, min = -1, max = 1): Tensor {
  checkArity('hardtanh', arguments.length, 3);
  checkTensor('hardtanh', 'input', x);
  checkBounds('hardtanh', min, max);
  return hardtanhChecked('hardtanh', x, min, max);
}

/**
 * ReLU6: `y = min(max(x, 0), 6)`, elementwise. NaN stays NaN; the gradient is 0 at 0 and at 6.
 * @throws TypeError
 */
export function relu6(x: Tensor): Tensor {
  checkArity('relu6', arguments.length, 1);
  checkTensor('relu6', 'input', x);
  return hardtanhChecked('relu6', x, 0, 6);
}

/** @throws TypeError, RangeError */
export function checkBounds(op: string, min: unknown, max: unknown): void {
  if (!isAtLeast(min, -Infinity)) throw wrongNumber(op, 'min', 'a number', min);
  if (!isAtLeast(max, min)) throw wrongNumber(op, 'max', `a number of at least ${min}`, max);
}

function isAtLeast(value: unknown, least: number): value is number {
  return typeof value === 'number' && value >= least;
}

function clipped(x: Tensor, min: number, max: number): Tensor {
  const y = Tensor.allocate(x.shape);
  launch('clipForward', [y.pointer, x.pointer, min, max], y.size);
  return y;
}

function hardtanhChecked(op: string, x: Tensor, min: number, max: number): Tensor {
  const y = clipped(x, min, max);
  return record(op, y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) =>
      hardtanhGradInput(gradInput, gradOutput, y, min, max, accumulate),
    ),
  );
}

/** gradInput from gradOutput and y; it may be gradOutput itself. */
export function hardtanhGradInput(
  gradInput: Tensor,
  gradOutput: Tensor,
  y: Tensor,
  min: number,
  max: number,
  accumulate: boolean,
): void {
  launch(
    'hardtanhGradInput',
    [gradInput.pointer, gradOutput.pointer, y.pointer, min, max, accumulate],
    y.size,
  );
}
