import { launch, SCRATCH } from '../runtime/launch.js';
import type { Gradient } from './op.js';
import { STEPS_A, STEPS_B } from './zip/broadcast.js';

/** The number of this gradient in assembly/lib/zip.ts. */
export const PASSED = 0;

/** The gradient of an input that reaches the output unchanged. */
export const identityGradient: Gradient = (gradInput, accumulate, { gradOutput: { pointer } }) => {
  launch(
    'zipGradInput',
    [
      ...([gradInput.pointer, pointer, pointer, pointer, PASSED] as const),
      ...([STEPS_A + STEPS_B, 0, SCRATCH, accumulate] as const),
    ],
    gradInput.size,
  );
};
