import type { TrainingRun } from 'simdgrad';

const NOTHING = { loss: 0, accuracy: 0, samples: 0 };

/** What training alone takes: the time between steps, without that of looks, saves and pauses. */
export class Speed {
  #last = 0;
  #samplesBefore = 0;
  #totalMs = 0;
  #totalSamples = 0;
  #recentMs = 0;
  #recentSamples = 0;
  #recent = 0;
  /** Sums over the samples since the last point of the curves. */
  #sums = { ...NOTHING };
  #means = NOTHING;

  /** From here on time counts. */
  begin(run: TrainingRun): void {
    this.#last = performance.now();
    this.#samplesBefore = run.samplesInEpoch;
    this.#means = totals(run);
  }

  step(run: TrainingRun): void {
    if (run.step === 1) this.#beginEpoch();
    const now = performance.now();
    const [ms, samples] = [now - this.#last, run.samplesInEpoch - this.#samplesBefore];
    this.#last = now;
    this.#samplesBefore = run.samplesInEpoch;
    this.#totalMs += ms;
    this.#totalSamples += samples;
    this.#recentMs += ms;
    this.#recentSamples += samples;
    const all = totals(run);
    this.#sums.loss += all.loss - this.#means.loss;
    this.#sums.accuracy += all.accuracy - this.#means.accuracy;
    this.#sums.samples += samples;
    this.#means = all;
  }

  #beginEpoch(): void {
    this.#samplesBefore = 0;
    this.#means = NOTHING;
  }

  get seconds(): number {
    return this.#totalMs / 1000;
  }

  get mean(): number {
    return this.#totalMs > 0 ? (1000 * this.#totalSamples) / this.#totalMs : 0;
  }

  /** Samples a second since this was last asked for. */
  get recent(): number {
    if (this.#recentMs > 0) this.#recent = (1000 * this.#recentSamples) / this.#recentMs;
    this.#recentMs = 0;
    this.#recentSamples = 0;
    return this.#recent;
  }

  /** Loss and accuracy of the samples since this was last asked for; undefined without any. */
  measured(): { loss: number; accuracy: number } | undefined {
    const { loss, accuracy, samples } = this.#sums;
    if (samples === 0) return undefined;
    this.#sums = { ...NOTHING };
    return { loss: loss / samples, accuracy: accuracy / samples };
  }
}

/** The means of an epoch so far, as sums over its samples. */
function totals({ means, samplesInEpoch: samples }: TrainingRun) {
  if (samples === 0) return NOTHING;
  return { loss: means['loss']! * samples, accuracy: means['accuracy']! * samples, samples };
}
