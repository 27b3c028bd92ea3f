import { cos } from './trigonometry.js';
import { checkOptions } from './options.js';
import { checkArity, checkInteger, checkNumber } from './check.js';

/** The learning rate of a step: `step` counts from 0 over all `steps` of the run. The same bits on every engine. */
export type Schedule = (step: number, steps: number) => number;

/** Rises linearly from 0 to `lr` over the warm-up, then falls along half a cosine to `final`. */
export function cosineSchedule(
  lr: number,
  options: { warmupSteps?: number; final?: number } = {},
): Schedule {
  checkArity('cosineSchedule', arguments.length, 2);
  checkOptions('cosineSchedule', options, ['warmupSteps', 'final']);
  const { warmupSteps = 0, final = 0 } = options;
  checkNumber('cosineSchedule', 'lr', lr, 0);
  checkNumber('cosineSchedule', 'final', final, 0);
  checkInteger('cosineSchedule', 'warmupSteps', warmupSteps, 0);
  return (step, steps) => {
    if (step < warmupSteps) return (lr * (step + 1)) / warmupSteps;
    const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
    return final + (lr - final) * 0.5 * (1 + cos(Math.PI * progress));
  };
}
