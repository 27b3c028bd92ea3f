import { launch } from '../runtime/launch.js';
import type { Gradient } from './op.js';

/** The gradient of an input that reaches the output unchanged. */
export const identityGradient: Gradient = ({ pointer, size }, accumulate, { gradOutput }) =>
  launch('addGradInput', [pointer, gradOutput.pointer, accumulate], size);
