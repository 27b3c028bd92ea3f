import type { NamedArray } from '../formats/safetensors.js';
import { asFormatError, type CallbackState } from './run-state.js';
import type { Callback, EpochRecord, TrainingRun } from './types.js';

export const HOOKS = [
  'onTrainBegin',
  'onBatchEnd',
  'onValidation',
  'onEpochEnd',
  'onTrainEnd',
] as const;
export type HookName = (typeof HOOKS)[number];

/** The callbacks of a run, those that are `last` behind the others, and how far a round of calls has come. */
export class CallbackRounds {
  readonly #callbacks: readonly Callback[];
  /** Those that are still to be told of the step, or the epoch, that was done last. */
  #pending: readonly Callback[] = [];

  constructor(callbacks: readonly Callback[]) {
    const isLast = (callback: Callback) => callback.last === true;
    this.#callbacks = [...callbacks.filter((each) => !isLast(each)), ...callbacks.filter(isLast)];
  }

  async call(hook: HookName, run: TrainingRun, measures?: Record<string, number>): Promise<void> {
    const tells = hook === 'onBatchEnd' || hook === 'onEpochEnd';
    for (const [i, callback] of this.#callbacks.entries()) {
      if (tells) this.#pending = this.#callbacks.slice(i + 1);
      await callback[hook]?.(run, measures as EpochRecord);
    }
  }

  /** @param epoch that was done last; undefined where a step was */
  async callPending(run: TrainingRun, epoch: EpochRecord | undefined): Promise<void> {
    for (const callback of this.#pending) {
      this.#pending = this.#pending.slice(1);
      await (epoch ? callback.onEpochEnd?.(run, epoch) : callback.onBatchEnd?.(run));
    }
  }

  /** What each callback with a state remembers. */
  states(): CallbackState[] {
    return this.#callbacks.flatMap((callback) => {
      const { name = '', state } = callback;
      if (!state) return [];
      const tensors = callback.tensors?.() ?? new Map<string, NamedArray>();
      const isPending = this.#pending.includes(callback);
      return [{ name, state: callback.state!(), tensors, isPending }];
    });
  }

  /**
   * Gives the callbacks what those of the same names, in their order, remembered, and then calls `load`.
   * @throws FormatError; nothing is changed then
   */
  restore(states: readonly CallbackState[], load: () => void): void {
    const before = this.states();
    try {
      this.#pending = this.#give(states);
      load();
    } catch (error) {
      this.#pending = this.#give(before);
      throw error;
    }
  }

  /** @returns the callbacks that are to be told of what was done last */
  #give(states: readonly CallbackState[]): Callback[] {
    const rest = this.#callbacks.filter(({ state }) => state);
    return states.flatMap(({ name, state, tensors, isPending }) => {
      const i = rest.findIndex((callback) => (callback.name ?? '') === name);
      const [callback] = i < 0 ? [] : rest.splice(i, 1);
      asFormatError(`checkpoint: callbacks: ${name}: `, () => callback?.restore?.(state, tensors));
      return callback && isPending ? [callback] : [];
    });
  }
}
