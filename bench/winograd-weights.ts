// Winograd's weights, packed once or transformed by the kernel in every call: `npx tsx bench/winograd-weights.ts` after
// `npm run build:wasm`. Both in turns, with a check that the bits are equal; a second column after the caches were
// overwritten, as the other layers of a network do.
import { readFileSync } from 'node:fs';
import { init, randn, scope, zeros } from '../src/index.js';
import { conv2dGeometry } from '../src/ops/conv/geometry.js';
import { F23, F43, type WinogradFilter } from '../src/ops/conv/winograd-filter.js';
import { planWinograd, WINOGRAD_FIELDS, type WinogradPlan } from '../src/ops/conv/winograd-plan.js';
import { geometryBlock } from '../src/runtime/geometry-block.js';
import { runtime } from '../src/runtime/runtime.js';
import { withScratch } from '../src/runtime/storage.js';
import type { Tensor } from '../src/tensor.js';

const ROUNDS = 40;
const CASES: [channels: number, size: number, filter: WinogradFilter][] = [
  [64, 14, F43],
  [128, 7, F43],
  [256, 4, F23],
  [256, 14, F43],
  [512, 7, F43],
  [512, 7, F23],
];

await init({ source: readFileSync(new URL('../build/release.wasm', import.meta.url)) });
const { kernels } = runtime();
const caches = new Float32Array(2 ** 24);

/** Lends a function that computes y, with packed or with unpacked weights as the plan says. */
function withRun(
  plan: WinogradPlan,
  [y, x, w]: readonly [Tensor, Tensor, Tensor],
  body: (run: () => void) => void,
) {
  const isPacked = plan.packedBytes > 0;
  withScratch(plan.packedBytes, (packed) =>
    withScratch(plan.scratchBytes, (scratch) => {
      const geometry = () => geometryBlock(WINOGRAD_FIELDS, plan);
      if (isPacked)
        kernels.conv2dPackWeightWinograd(packed, w.pointer, scratch, geometry(), 0, plan.packTasks);
      const weights = isPacked ? packed : w.pointer;
      const values = [y.pointer, x.pointer, weights, 0, 0, 0, scratch] as const;
      body(() => kernels.conv2dForwardWinograd(...values, geometry(), 0, plan.tasks));
    }),
  );
}

function milliseconds(run: () => void): number {
  const begin = performance.now();
  run();
  return performance.now() - begin;
}

for (const [channels, size, filter] of CASES) {
  scope(() => {
    const shape = [1, size, size, channels];
    const [x, w] = [randn(shape), randn([3, 3, channels, channels])];
    const [y, z] = [zeros(shape), zeros(shape)];
    const g = conv2dGeometry('bench', x.shape, w.shape, { padding: 1 });
    const plans = [false, true].map((unpacked) => planWinograd(g, filter, unpacked));
    withRun(plans[0]!, [y, x, w], (packed) =>
      withRun(plans[1]!, [z, x, w], (unpacked) => {
        const best = { packed: [Infinity, Infinity], unpacked: [Infinity, Infinity] };
        for (let round = 0; round < ROUNDS; round++) {
          for (const [name, run] of Object.entries({ packed, unpacked })) {
            const times = best[name as keyof typeof best];
            run();
            times[0] = Math.min(times[0]!, milliseconds(run));
            caches.fill(round);
            times[1] = Math.min(times[1]!, milliseconds(run));
          }
        }
        const other = z.data();
        if (y.data().some((value, i) => value !== other[i])) throw new Error('other bits');
        const [p, u] = [best.packed, best.unpacked].map((t) =>
          t.map((ms) => ms.toFixed(3)).join(' / '),
        );
        console.log(
          `${channels} channels at ${size}x${size}, tiles of ${filter.outputTile}: ms again / cold: packed ${p}, unpacked ${u}`,
        );
      }),
    );
  });
}
