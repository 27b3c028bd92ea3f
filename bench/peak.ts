// The peak of this machine's wasm, measured in the same run as everything else.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeOptions } from './isolate.js';

/** GFLOP/s of one thread: multiplying and adding, and with fused multiply-add; null where the engine has none. */
export interface Peak {
  readonly simd: number;
  readonly relaxed: number | null;
}

const WORKER = fileURLToPath(new URL('./peak-worker.ts', import.meta.url));

/** A process that measures the peak again and again; the best counts. */
export class PeakMeter {
  best: Peak = { simd: 0, relaxed: null };
  readonly #process: ChildProcess = fork(WORKER, { execArgv: nodeOptions('relaxed') });

  /** Some 100 ms. */
  async measure(): Promise<void> {
    const { simd, relaxed } = await new Promise<Peak>((resolve, reject) => {
      this.#process.once('message', (peak) => resolve(peak as Peak));
      this.#process.once('exit', () => reject(new Error('peak: the process ended')));
      this.#process.send('measure');
    });
    this.#process.removeAllListeners('exit');
    this.best = {
      simd: Math.max(this.best.simd, simd),
      relaxed: relaxed === null ? null : Math.max(this.best.relaxed ?? 0, relaxed),
    };
  }

  end(): void {
    this.#process.kill('SIGKILL');
  }
}
