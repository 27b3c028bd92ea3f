// The program of the process that measures the peak (peak.ts), once for each message.

import { measurePeak } from '../src/cli/bench/peak.js';
import { acceptsRelaxedSimd } from '../src/runtime/variant.js';

process.on('message', () => {
  const relaxed = acceptsRelaxedSimd() ? measurePeak(true) : null;
  process.send!({ simd: measurePeak(false), relaxed });
});
