import { launch } from '../runtime/launch.js';
import type { Update } from './optimizer.js';

/** What the means are divided by, as assembly/adam.ts has it. */
export const AMSGRAD = 1;
export const CENTERED = 2;
export const LARGEST = 3;
export const SIGN = 4;

/** The terms of a step; assembly/adam.ts says what each is. */
interface AdamTerms {
  /** Default 0: no mean. */
  readonly beta?: number;
  /** Default 0: no squares. */
  readonly keep?: number;
  /** Default what `keep` leaves. */
  readonly rest?: number;
  /** Default 1: no correction of the bias. */
  readonly scale?: number;
  readonly eps?: number;
  readonly ofMean?: number;
  readonly ofGradient?: number;
  readonly momentum?: number;
  /** Default 1: the learning rate is in `ofMean` and `ofGradient`. */
  readonly factor?: number;
  readonly weightDecay?: number;
  readonly shrink?: number;
  readonly kind?: number;
}

/** One step of an optimizer of Adam's form. */
export function adamStep({ pointer, size }: Update<object>, terms: AdamTerms): void {
  const { weightDecay = 0, beta = 0, keep = 0, rest = 1 - keep, scale = 1, eps = 0 } = terms;
  const { ofMean = 0, ofGradient = 0, momentum = 0, factor = 1, shrink = 0, kind = 0 } = terms;
  const means = [weightDecay, beta, keep, rest, scale, eps] as const;
  const change = [ofMean, ofGradient, momentum, factor, shrink, kind] as const;
  launch('adamStep', [pointer, ...means, ...change], size);
}
