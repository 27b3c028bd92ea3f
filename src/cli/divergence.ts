import type { Callback, Model } from '../index.js';

/**
 * Ends a run that has diverged: no number comes back from there. It looks at the loss of each step, and after each epoch
 * at every measure and weight: what the last update did is seen nowhere else. First among the callbacks, it keeps what
 * others would write from being written.
 */
export function stopAtNaN(lr: number): Callback {
  return {
    onBatchEnd({ means, epoch, step }) {
      checkFinite('the loss', means['loss']!, `step ${step} of epoch ${epoch}`, lr);
    },
    onEpochEnd({ options: { model } }, record) {
      const when = `epoch ${record.epoch}`;
      const { seconds: _seconds, samplesPerSecond: _speed, ...measures } = record;
      for (const [name, value] of Object.entries(measures)) checkFinite(name, value, when, lr);
      checkFinite('a weight', oddWeight(model) ?? 0, when, lr);
    },
  };
}

/** The first weight that is not finite; undefined where all are. */
export function oddWeight(model: Model): number | undefined {
  for (const parameter of model.parameters()) {
    const odd = (parameter.data() as Float32Array).find((value) => !Number.isFinite(value));
    if (odd !== undefined) return odd;
  }
  return undefined;
}

/** @throws Error with the advice for a run that diverges */
export function checkFinite(name: string, value: number, when: string, lr: number): void {
  if (Number.isFinite(value)) return;
  throw new Error(
    `${name} is ${value} after ${when}: ` +
      `the training diverges: start a new run with a smaller --lr than ${lr}`,
  );
}
