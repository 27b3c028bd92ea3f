// Each algorithm of a convolution in turns on one core, in GFLOP/s of the direct sum: what the costs in
// src/ops/conv/winograd.ts were fitted to. `npx tsx bench/conv2d-algorithms.ts` after `npm run build:wasm`.
import { readFileSync } from 'node:fs';
import { init, randn, scope, type Tensor, zeros } from '../src/index.js';
import type { Conv2dAlgorithm } from '../src/ops/conv/algorithm.js';
import { chooseConv2d } from '../src/ops/conv/choose.js';
import { conv2dGeometry, multiplyAdds } from '../src/ops/conv/geometry.js';
import { indirectConv2d } from '../src/ops/conv/indirect.js';
import { winograd } from '../src/ops/conv/winograd.js';
import { F23, F43, F45 } from '../src/ops/conv/winograd-filter.js';

const ROUND_MS = 40;
const ROUNDS = 6;
const PASSES = ['forward', 'gradInput', 'gradWeight'] as const;
type Pass = (typeof PASSES)[number];
const ALGORITHMS: Record<number, Record<string, Conv2dAlgorithm>> = {
  3: { indirect: indirectConv2d, F23: winograd(F23), F43: winograd(F43) },
  5: { indirect: indirectConv2d, F45: winograd(F45) },
};
const CASES: [kernel: number, batch: number, size: number, from: number, to: number][] = [
  [3, 1, 56, 64, 64],
  [3, 1, 28, 128, 128],
  [3, 1, 14, 256, 256],
  [3, 1, 7, 256, 256],
  [3, 1, 7, 512, 512],
  [3, 1, 4, 256, 256],
  [3, 32, 14, 16, 16],
  [3, 32, 14, 12, 12],
  [3, 32, 14, 16, 8],
  [3, 32, 14, 8, 8],
  [3, 32, 32, 3, 32],
  [3, 32, 16, 32, 64],
  [3, 32, 8, 64, 128],
  [3, 32, 4, 64, 64],
  [5, 1, 14, 8, 16],
  [5, 32, 14, 8, 16],
  [5, 32, 14, 16, 32],
  [5, 32, 14, 6, 16],
  [5, 32, 16, 16, 20],
  [5, 32, 8, 20, 20],
  [5, 32, 28, 1, 8],
  [5, 32, 32, 3, 16],
  [5, 8, 28, 32, 64],
  [5, 1, 14, 128, 128],
  [5, 1, 7, 128, 128],
  [5, 1, 4, 64, 64],
];

/** Milliseconds of the fastest of several calls in a row, for about ROUND_MS. */
function fastestOf(run: () => void): number {
  const end = performance.now() + ROUND_MS;
  let best = Infinity;
  while (performance.now() < end) {
    const begin = performance.now();
    run();
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}

function runOf(
  pass: Pass,
  algorithm: Conv2dAlgorithm,
  g: Geometry,
  t: Record<'x' | 'w' | 'y', Tensor>,
) {
  if (pass === 'forward') return () => algorithm.forward(t.y, t.x, t.w, g, {});
  if (pass === 'gradInput') return () => algorithm.gradInput(t.x, t.y, t.w, g, {});
  return () => algorithm.gradWeight(t.w, t.x, t.y, g, false);
}
type Geometry = ReturnType<typeof conv2dGeometry>;

await init({ source: readFileSync(new URL('../build/release.wasm', import.meta.url)) });
console.log(
  '| kernel, batch, size, channels | forward | gradInput | gradWeight |\n| --- | --- | --- | --- |',
);
for (const [kernel, batch, size, from, to] of CASES) {
  scope(() => {
    const shape = [batch, size, size, from];
    const [x, w] = [randn(shape), randn([kernel, kernel, from, to])];
    const g = conv2dGeometry('bench', x.shape, w.shape, { padding: (kernel - 1) / 2 });
    const y = zeros([batch, g.outHeight, g.outWidth, to]);
    const cells = PASSES.map((pass) => {
      const algorithms = Object.entries(ALGORITHMS[kernel]!);
      const best = algorithms.map(() => Infinity);
      for (let round = 0; round < ROUNDS; round++) {
        algorithms.forEach(([, algorithm], i) => {
          best[i] = Math.min(best[i]!, fastestOf(runOf(pass, algorithm, g, { x, w, y })));
        });
      }
      const chosen = chooseConv2d(g, 'fast')[pass];
      return algorithms.map(([name, algorithm], i) => {
        const gflops = ((2 * multiplyAdds(g)) / best[i]! / 1e6).toFixed(0);
        return algorithm === chosen ? `**${name} ${gflops}**` : `${name} ${gflops}`;
      });
    });
    const title = `${kernel}x${kernel}, ${batch}, ${size}x${size}, ${from} → ${to}`;
    console.log(`| ${title} | ${cells.map((cell) => cell.join(' ')).join(' | ')} |`);
  });
}
