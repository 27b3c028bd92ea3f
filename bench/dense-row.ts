// A dense layer for one sample: `npx tsx bench/dense-row.ts` after `npm run build:wasm`. One row has a microkernel of its
// own; two rows take the tile of four, which one row took too and which costs the same for one to four. In turns, with
// a check that the row has the same bits in both.
import { readFileSync } from 'node:fs';
import { init, linear, noGrad, randn, scope, tensor } from '../src/index.js';

const ROUNDS = 30;
const CALLS = 50;
const SIZES = [
  [400, 120],
  [784, 256],
  [1024, 1000],
] as const;

await init({ source: readFileSync(new URL('../build/release.wasm', import.meta.url)) });

for (const [inFeatures, outFeatures] of SIZES) {
  scope(() => {
    const two = randn([2, inFeatures]);
    const one = tensor(two.data().slice(0, inFeatures), [1, inFeatures]);
    const [w, b] = [randn([inFeatures, outFeatures]), randn([outFeatures])];
    const run = (x: typeof one) => noGrad(() => scope(() => linear(x, w, b).data()));
    const expected = run(two);
    if (run(one).some((value, i) => value !== expected[i])) throw new Error('other bits');
    const best = [Infinity, Infinity];
    for (let round = 0; round < ROUNDS; round++) {
      [one, two].forEach((x, i) => {
        const begin = performance.now();
        for (let call = 0; call < CALLS; call++) scope(() => noGrad(() => linear(x, w, b)));
        best[i] = Math.min(best[i]!, (1000 * (performance.now() - begin)) / CALLS);
      });
    }
    const [row, tile] = best.map((us) => us.toFixed(1));
    console.log(
      `${inFeatures} to ${outFeatures}: ${row} µs for one row, ${tile} for a tile of four`,
    );
  });
}
