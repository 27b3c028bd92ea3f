// What the programs of the start suite share: each computes LeNet once on drawn numbers and prints when it is done.

import { performance } from 'node:perf_hooks';

const draw = (size) => Float32Array.from({ length: size }, (_, i) => Math.sin(i * i) / 8);

/** An image [28, 28], and the parameters in the order of the layers. */
export const image = draw(28 * 28);
export const parameters = [25 * 8, 8, 25 * 8 * 16, 16, 784 * 10, 10].map(draw);

/** Milliseconds since the process started. */
export function done(logits) {
  if (logits.length !== 10) throw new Error(`expected 10 logits, got ${logits.length}`);
  process.stdout.write(String(performance.now()), () => process.exit(0));
}
