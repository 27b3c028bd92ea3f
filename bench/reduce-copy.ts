// Reductions and copies of 1 MB as shares of the speed of a plain copy, by their public functions, in one thread:
// `npx tsx bench/reduce-copy.ts` after `npm run build:wasm`. Each time is the least of 15 rounds in turns.
import { readFileSync } from 'node:fs';
import {
  argmax,
  concat,
  expand,
  flip,
  init,
  max,
  mean,
  permute,
  rand,
  scope,
  slice,
  sum,
  type Tensor,
} from '../src/index.js';

const ROUNDS = 15;
const CALLS = 8;

await init({ source: readFileSync(new URL('../build/release.wasm', import.meta.url)) });

const whole = rand([262_144]);
const square = rand([512, 512]);
const rows = rand([26_214, 10]);
const colours = rand([87_381, 3]);
const pictures = rand([8, 64, 512]);

const OPS: readonly (readonly [name: string, x: Tensor, op: (x: Tensor) => Tensor])[] = [
  ['copy', whole, (x) => concat([x])],
  ['sum of all', whole, (x) => sum(x)],
  ['sum of rows of 512', square, (x) => sum(x, { axes: 1 })],
  ['sum of columns of 512', square, (x) => sum(x, { axes: 0 })],
  ['sum of rows of 10', rows, (x) => sum(x, { axes: 1 })],
  ['sum of 3 columns', colours, (x) => sum(x, { axes: 0 })],
  ['sum of rows of 3', colours, (x) => sum(x, { axes: 1 })],
  ['mean of the outer axes', pictures, (x) => mean(x, { axes: [0, 2] })],
  ['max of rows of 512', square, (x) => max(x, { axes: 1 })],
  ['argmax of rows of 10', rows, (x) => argmax(x, { axis: 1 })],
  ['[512,512] transposed', square, (x) => permute(x, [1, 0])],
  ['[87381,3] transposed', colours, (x) => permute(x, [1, 0])],
  ['[8,64,512] to [8,512,64]', pictures, (x) => permute(x, [0, 2, 1])],
  ['flip of [512,512]', square, (x) => flip(x, 1)],
  ['[3] to [87381,3]', rand([3]), (x) => expand(x, [87_381, 3])],
  ['every other column of 512', square, (x) => slice(x, [0], [512], { axes: [1], steps: [2] })],
];

const times = OPS.map(() => Infinity);
for (let round = 0; round < ROUNDS; round++) {
  OPS.forEach(([, x, op], i) => {
    const start = performance.now();
    for (let call = 0; call < CALLS; call++) scope(() => void op(x));
    times[i] = Math.min(times[i]!, (performance.now() - start) / CALLS);
  });
}
/** Elements that are read or written: the more of the two. */
const elements = OPS.map(([, x, op]) => scope(() => Math.max(x.size, op(x).size)));
const copySpeed = elements[0]! / times[0]!;
OPS.forEach(([name], i) => {
  const share = elements[i]! / times[i]! / copySpeed;
  console.log(
    `${name.padEnd(28)} ${(1000 * times[i]!).toFixed(0)} µs, ${share.toFixed(2)} of a copy`,
  );
});
