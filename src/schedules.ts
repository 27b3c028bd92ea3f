import { checkArity, checkFunction, checkInteger, checkNumber, wrongKind } from './check.js';
import { exp, log, powInt } from './math.js';
import { checkOptions } from './options.js';
import { cos } from './trigonometry.js';

/**
 * The learning rate of a step: `step` counts from 0 over all `steps` of the run. It depends on nothing else, so that a run
 * that goes on from a checkpoint has the same rates. The same bits on every engine.
 */
export type Schedule = (step: number, steps: number) => number;

/** Always `lr`. @throws TypeError, RangeError */
export function constantSchedule(lr: number): Schedule {
  check('constantSchedule', arguments.length, lr);
  return () => lr;
}

/**
 * `lr · gammaⁿ` after n · `stepSize` steps, as torch's StepLR.
 * @param options.gamma default 0.1
 * @throws TypeError, RangeError
 */
export function stepSchedule(lr: number, options: { stepSize: number; gamma?: number }): Schedule {
  const op = 'stepSchedule';
  check(op, arguments.length, lr, options, ['stepSize', 'gamma']);
  const { stepSize, gamma = 0.1 } = options ?? {};
  checkInteger(op, 'stepSize', stepSize, 1);
  checkNumber(op, 'gamma', gamma, 0);
  return (step) => lr * powInt(gamma, Math.floor(step / stepSize));
}

/**
 * `lr · gammaⁿ` after n of the milestones, as torch's MultiStepLR.
 * @param options.milestones steps, in any order
 * @param options.gamma default 0.1
 * @throws TypeError, RangeError
 */
export function multiStepSchedule(
  lr: number,
  options: { milestones: readonly number[]; gamma?: number },
): Schedule {
  const op = 'multiStepSchedule';
  check(op, arguments.length, lr, options, ['milestones', 'gamma']);
  const { milestones, gamma = 0.1 } = options ?? {};
  if (!Array.isArray(milestones)) throw wrongKind(op, 'milestones', 'an array', milestones);
  const steps = [...(milestones as readonly number[])];
  steps.forEach((milestone, i) => checkInteger(op, `milestones[${i}]`, milestone, 0));
  checkNumber(op, 'gamma', gamma, 0);
  return (step) => lr * powInt(gamma, steps.filter((milestone) => milestone <= step).length);
}

/** `lr · gammaˢᵗᵉᵖ`, as torch's ExponentialLR. @throws TypeError, RangeError */
export function exponentialSchedule(lr: number, options: { gamma: number }): Schedule {
  const op = 'exponentialSchedule';
  check(op, arguments.length, lr, options, ['gamma']);
  const { gamma } = options ?? {};
  checkNumber(op, 'gamma', gamma, 0);
  return (step) => lr * powInt(gamma, step);
}

/**
 * `final + (lr − final) · (1 − step / steps)^power`, as torch's PolynomialLR, which has the end 0.
 * @param options.power at least 0. Default 1: a line
 * @param options.final the rate at the end. Default 0
 * @throws TypeError, RangeError
 */
export function polynomialSchedule(
  lr: number,
  options: { power?: number; final?: number } = {},
): Schedule {
  const op = 'polynomialSchedule';
  check(op, arguments.length, lr, options, ['power', 'final']);
  const { power = 1, final = 0 } = options;
  checkNumber(op, 'power', power, 0);
  checkNumber(op, 'final', final, 0);
  return (step, steps) => final + (lr - final) * powerOf(1 - step / steps, power);
}

/** xᵖ for x in [0, 1]. */
function powerOf(x: number, p: number): number {
  if (Number.isSafeInteger(p)) return powInt(x, p);
  return x === 0 ? 0 : exp(p * log(x));
}

/** Rises linearly from 0 to `lr` over the warm-up, then falls along half a cosine to `final`. */
export function cosineSchedule(
  lr: number,
  options: { warmupSteps?: number; final?: number } = {},
): Schedule {
  const op = 'cosineSchedule';
  check(op, arguments.length, lr, options, ['final', 'warmupSteps']);
  const { warmupSteps = 0, final = 0 } = options;
  checkNumber(op, 'final', final, 0);
  checkInteger(op, 'warmupSteps', warmupSteps, 0);
  return (step, steps) => {
    if (step < warmupSteps) return (lr * (step + 1)) / warmupSteps;
    return along(lr, final, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
  };
}

/**
 * Falls along half a cosine from `lr` to `final` and begins again, as torch's CosineAnnealingWarmRestarts (Loshchilov &
 * Hutter 2017).
 * @param options.period steps of the first fall
 * @param options.periodFactor how many times as long each is as the one before, an integer. Default 1
 * @param options.final the lowest rate. Default 0
 * @throws TypeError, RangeError
 */
export function warmRestartsSchedule(
  lr: number,
  options: { period: number; periodFactor?: number; final?: number },
): Schedule {
  const op = 'warmRestartsSchedule';
  check(op, arguments.length, lr, options, ['period', 'periodFactor', 'final']);
  const { period, periodFactor = 1, final = 0 } = options ?? {};
  checkInteger(op, 'period', period, 1);
  checkInteger(op, 'periodFactor', periodFactor, 1);
  checkNumber(op, 'final', final, 0);
  return (step) => {
    let [rest, length] = [step, period];
    if (periodFactor === 1) rest %= length;
    for (; rest >= length; length *= periodFactor) rest -= length;
    return along(lr, final, rest / length);
  };
}

/** Options of `oneCycleSchedule`, as in PyTorch. */
export interface OneCycleOptions {
  /** The share of the run in which the rate rises, in [0, 1]. Default 0.3. */
  pctStart?: number;
  /** Along half a cosine, or a line. Default 'cos'. */
  annealStrategy?: 'cos' | 'linear';
  /** The rate begins at `lr / divFactor`. Default 25. */
  divFactor?: number;
  /** It ends at the first rate / finalDivFactor. Default 10⁴. */
  finalDivFactor?: number;
}

/**
 * Rises to `lr` and falls far below where it began, over the whole run, as the rate of torch's OneCycleLR (Smith & Topin
 * 2019). The momentum stays as it is.
 * @throws TypeError, RangeError
 */
export function oneCycleSchedule(lr: number, options: OneCycleOptions = {}): Schedule {
  const op = 'oneCycleSchedule';
  const names = ['pctStart', 'annealStrategy', 'divFactor', 'finalDivFactor'];
  check(op, arguments.length, lr, options, names);
  const { pctStart = 0.3, annealStrategy = 'cos', divFactor = 25, finalDivFactor = 1e4 } = options;
  checkNumber(op, 'pctStart', pctStart, 0, 1);
  if (annealStrategy !== 'cos' && annealStrategy !== 'linear') {
    throw wrongKind(op, 'annealStrategy', "'cos' or 'linear'", annealStrategy);
  }
  checkNumber(op, 'divFactor', divFactor, 1);
  checkNumber(op, 'finalDivFactor', finalDivFactor, 1);
  const anneal = annealStrategy === 'cos' ? along : straight;
  const first = lr / divFactor;
  const last = first / finalDivFactor;
  return (step, steps) => {
    const top = pctStart * steps - 1;
    if (step <= top) return anneal(first, lr, shareOf(step, top));
    return anneal(lr, last, shareOf(step - top, steps - 1 - top));
  };
}

/** A share of a stretch; all of one that has no length. */
const shareOf = (part: number, whole: number) => (whole > 0 ? part / whole : 1);

/** From one rate to another along half a cosine. */
const along = (from: number, to: number, share: number) =>
  to + (from - to) * 0.5 * (1 + cos(Math.PI * share));

const straight = (from: number, to: number, share: number) => from + (to - from) * share;

/**
 * Rises linearly to the rate with which another schedule begins, which follows: from `startFactor` times the rate, but for
 * the first of the `warmupSteps`.
 * @param schedule takes the steps after the warm-up for all
 * @param options.startFactor in [0, 1]. Default 0: the first step has 1 / warmupSteps of the rate, as in `cosineSchedule`
 * @throws TypeError, RangeError
 */
export function warmupSchedule(
  schedule: Schedule,
  options: { warmupSteps: number; startFactor?: number },
): Schedule {
  const op = 'warmupSchedule';
  checkArity(op, arguments.length, 2);
  checkFunction(op, 'schedule', schedule);
  checkOptions(op, options, ['warmupSteps', 'startFactor']);
  const { warmupSteps, startFactor = 0 } = options ?? {};
  checkInteger(op, 'warmupSteps', warmupSteps, 0);
  checkNumber(op, 'startFactor', startFactor, 0, 1);
  return (step, steps) => {
    const rest = Math.max(1, steps - warmupSteps);
    if (step >= warmupSteps) return schedule(step - warmupSteps, rest);
    return straight(startFactor, 1, (step + 1) / warmupSteps) * schedule(0, rest);
  };
}

/**
 * A schedule whose steps are epochs: it changes the rate after every `stepsPerEpoch` steps.
 * @throws TypeError, RangeError
 */
export function epochSchedule(schedule: Schedule, stepsPerEpoch: number): Schedule {
  checkArity('epochSchedule', arguments.length, 2);
  checkFunction('epochSchedule', 'schedule', schedule);
  checkInteger('epochSchedule', 'stepsPerEpoch', stepsPerEpoch, 1);
  return (step, steps) =>
    schedule(Math.floor(step / stepsPerEpoch), Math.ceil(steps / stepsPerEpoch));
}

/** Checks the number of arguments, the rate and the names of the options. */
function check(
  op: string,
  given: number,
  lr: number,
  options?: object,
  names?: readonly string[],
): void {
  checkArity(op, given, names ? 2 : 1);
  checkOptions(op, options, names ?? []);
  checkNumber(op, 'lr', lr, 0);
}
