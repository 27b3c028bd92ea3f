import { launch, SCRATCH } from '../runtime/launch.js';
import type { Tensor } from '../tensor.js';
import type { Gradient } from './op.js';
import { STEPS_A, STEPS_B } from './zip/broadcast.js';

/** The number of this gradient in assembly/lib/zip.ts. */
export const PASSED = 0;

/** The gradient of an input that reaches the output unchanged. */
export const identityGradient: Gradient = (gradInput, accumulate, { gradOutput }) =>
  passGradient(gradInput, gradOutput, accumulate);

/** Copies gradOutput to gradInput, or adds it. */
export function passGradient(gradInput: Tensor, gradOutput: Tensor, accumulate: boolean): void {
  const { pointer } = gradOutput;
  launch(
    'zipGradInput',
    [
      ...([gradInput.pointer, pointer, pointer, pointer, PASSED] as const),
      ...([STEPS_A + STEPS_B, 0, SCRATCH, accumulate] as const),
    ],
    gradInput.size,
  );
}
