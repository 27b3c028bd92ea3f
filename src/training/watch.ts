import { checkNumber, wrongKind } from '../check.js';
import type { EpochRecord } from './types.js';

/** What is watched over the epochs. */
export interface WatchOptions {
  /** What is watched: a key of the epoch record. Default `validationLoss`. */
  readonly monitor?: string;
  /** Whether it should fall or rise. Default: rise for what ends with accuracy, f1, iou, dice, auc or r2, fall otherwise. */
  readonly mode?: 'min' | 'max';
  /** Changes of no more than this are no improvement. Default 0. */
  readonly minDelta?: number;
}

export const WATCHED = ['monitor', 'mode', 'minDelta'];

const RISES = /(accuracy|f1|iou|dice|auc|r2)$/i;

/** The best value so far of what is watched. */
export class Watch {
  readonly monitor: string;
  readonly #op: string;
  readonly #mode: 'min' | 'max';
  readonly #minDelta: number;
  best: number | undefined;

  /** @throws TypeError, RangeError */
  constructor(op: string, options: WatchOptions) {
    const { monitor = 'validationLoss', minDelta = 0 } = options;
    if (typeof monitor !== 'string') throw wrongKind(op, 'monitor', 'a name', monitor);
    const { mode = RISES.test(monitor) ? 'max' : 'min' } = options;
    if (mode !== 'min' && mode !== 'max') throw wrongKind(op, 'mode', '"min" or "max"', mode);
    checkNumber(op, 'minDelta', minDelta, 0);
    this.#op = op;
    this.monitor = monitor;
    this.#mode = mode;
    this.#minDelta = minDelta;
  }

  /** Whether the epoch is better than all before it. NaN and infinity never are. @throws RangeError */
  isBetter(epoch: EpochRecord): boolean {
    const value = epoch[this.monitor];
    if (value === undefined) {
      const keys = Object.keys(epoch).join(', ');
      throw new RangeError(`${this.#op}: monitor: expected one of ${keys}, got ${this.monitor}`);
    }
    const sign = this.#mode === 'max' ? 1 : -1;
    const { best } = this;
    if (!Number.isFinite(value)) return false;
    if (best !== undefined && !(sign * (value - best) > this.#minDelta)) return false;
    this.best = value;
    return true;
  }

  state(): { mode: 'min' | 'max'; best: number | undefined } {
    return { mode: this.#mode, best: this.best };
  }

  /** Checks what `state` gave, and returns what `best` was. @throws TypeError, RangeError */
  bestOf(state: unknown): number | undefined {
    const saved = (state ?? {}) as { mode?: unknown; best?: number };
    const { mode, best } = saved;
    if (mode !== this.#mode) throw wrongKind(this.#op, 'mode', `"${this.#mode}"`, mode);
    if (best !== undefined) checkNumber(this.#op, 'best', best);
    return best;
  }
}
