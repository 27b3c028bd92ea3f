// What the checks of a call cost: a 1x1 convolution of one pixel, 8 channels to 8, in the built package of another
// checkout and of this one, in turns, every round in a process of its own. The outputs are compared first.
//
//   npx tsx bench/call.ts DIR [ROUNDS]        default 15; both need `npm ci && npm run build`

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [directory, rounds = '15'] = process.argv.slice(2);
const packages = [resolve(directory ?? ''), resolve(import.meta.dirname, '..')].map((checkout) =>
  join(checkout, 'dist/index.js'),
);
if (directory === undefined || !packages.every((file) => existsSync(file))) {
  throw new Error('usage: npx tsx bench/call.ts DIR [ROUNDS], where both checkouts are built');
}

/** Runs in a process of its own: the output, and nanoseconds of a call. */
const PROGRAM = `
const { conv2d, init, scope, tensor } = await import(process.argv[1]);
await init();
const values = (length) => Float32Array.from({ length }, (_, i) => Math.fround(((i * 37) % 64) / 64 - 0.5));
const x = tensor(values(8), [1, 1, 1, 8]);
const w = tensor(values(64), [1, 1, 8, 8]);
const b = tensor(values(8));
const call = () => conv2d(x, w, b, { stride: 1, padding: 0 });
const output = Array.from(scope(() => call().data()));
let best = Infinity;
for (let round = 0; round < 100; round++) {
  const begin = performance.now();
  for (let i = 0; i < 2000; i++) call().dispose();
  best = Math.min(best, ((performance.now() - begin) / 2000) * 1e6);
}
console.log(JSON.stringify({ output, best }));
`;

function run(file: string): { output: number[]; best: number } {
  const args = ['--input-type=module', '-e', PROGRAM, pathToFileURL(file).href];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as ReturnType<
    typeof run
  >;
}

const times: [number[], number[]] = [[], []];
for (let round = 0; round < Number(rounds); round++) {
  const results = packages.map(run);
  if (String(results[0]!.output) !== String(results[1]!.output)) {
    throw new Error('the outputs of the two checkouts differ');
  }
  results.forEach(({ best }, i) => times[i]!.push(best));
}
const [there, here] = times.map((all) => Math.min(...all));
console.log(
  `conv2d 1x1x8→8: ${there!.toFixed(0)} ns there, ${here!.toFixed(0)} ns here, ${(there! / here!).toFixed(2)} times as fast`,
);
