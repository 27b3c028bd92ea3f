// Prints the rounding errors of the convolution algorithms: the table of docs/accuracy.md.
import { readFileSync } from 'node:fs';
import { init } from '../src/index.js';
import { depthwise } from '../src/ops/conv/depthwise.js';
import { indirectConv2d } from '../src/ops/conv/indirect.js';
import { winograd } from '../src/ops/conv/winograd.js';
import { F23, F43, F45 } from '../src/ops/conv/winograd-filter.js';
import { ACCURACY_CASES, adapted, relativeErrors } from '../tests/support/accuracy.js';

const SEEDS = 5;
const ALGORITHMS = {
  indirect: indirectConv2d,
  'F(2x2,3x3)': winograd(F23),
  'F(4x4,3x3)': winograd(F43),
  'F(4x4,5x5)': winograd(F45),
  depthwise,
};

await init({ source: readFileSync(new URL('../build/release.wasm', import.meta.url)) });
const names = Object.keys(ALGORITHMS);
console.log(`| error / max, y, dx and dw | ${names.join(' | ')} |`);
console.log(`| --- |${' --- |'.repeat(names.length)}`);
for (const accuracyCase of ACCURACY_CASES) {
  const cells = Object.values(ALGORITHMS).map((algorithm) => {
    const errors = Array.from({ length: SEEDS }, (_, seed) =>
      relativeErrors(adapted(accuracyCase, algorithm), algorithm, seed),
    );
    const worst = (of: 'y' | 'dx' | 'dw') => Math.max(...errors.map((error) => error[of]));
    return [worst('y'), worst('dx'), worst('dw')].map((error) => error.toExponential(1)).join(', ');
  });
  console.log(`| ${accuracyCase.name} | ${cells.join(' | ')} |`);
}
