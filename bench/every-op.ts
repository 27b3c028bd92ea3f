// Every op, forward and backward, on a megabyte or so: as shares of the speed of a plain copy, in one thread.
//
//   npx tsx bench/every-op.ts [NAME,…] [ROUNDS]      default all, 15 rounds; needs `npm run build:wasm`
//
// Each time is the least of all rounds, which go over all cases in turns. A share of 0.33 means: three times as long as a
// copy of as many elements as the op reads or writes (the more of the two). Convolutions and products compute more than
// they move: `npm run bench` has them beside others.
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { concat, init, rand, scope, type Tensor } from '../src/index.js';
import type { OpCase } from './op-case.js';
import { OP_CASES } from './op-cases.js';

type Inputs = readonly [Tensor, ...Tensor[]];

interface Timed {
  readonly name: string;
  readonly run: OpCase['run'];
  readonly inputs: Inputs;
  /** Elements that are read or written: the more of the two. */
  readonly elements: number;
  forward: number;
  /** Of the pass of gradients alone. */
  backward: number;
}

const ELEMENTS_PER_ROUND = 1 << 21;

function prepared(name: string, { what, inputs: draw, run }: OpCase): Timed {
  const inputs = draw();
  for (const x of inputs) x.requiresGrad = x.dtype === 'float32';
  const read = inputs.reduce((sum, { size }) => sum + size, 0);
  const elements = scope(() => Math.max(read, run(...inputs).size));
  const label = what ? `${name}, ${what}` : name;
  return { name: label, run, inputs, elements, forward: Infinity, backward: Infinity };
}

/** Times both passes, as often as moves 8 MB. */
function measure(timed: Timed): void {
  const calls = Math.max(1, Math.round(ELEMENTS_PER_ROUND / timed.elements));
  for (let call = 0; call < calls; call++) scope(() => measureOnce(timed));
}

function measureOnce(timed: Timed): void {
  const begin = performance.now();
  const y = timed.run(...timed.inputs);
  const middle = performance.now();
  timed.forward = Math.min(timed.forward, middle - begin);
  if (!y.node) return;
  const gradOutput = y.size === 1 ? undefined : y.detach();
  const start = performance.now();
  y.backward(gradOutput);
  timed.backward = Math.min(timed.backward, performance.now() - start);
  for (const x of timed.inputs) {
    x.grad?.dispose();
    x.grad = undefined;
  }
}

// Optimized code from the start.
setFlagsFromString('--no-liftoff');
await init({ source: readFileSync(new URL('../build/release.wasm', import.meta.url)) });
const [names = '', rounds = '15'] = process.argv.slice(2);
const copy = prepared('copy', { inputs: () => [rand([262_144])], run: (x) => concat([x]) });
const cases = Object.entries(OP_CASES)
  .filter(([name]) => names === '' || names.split(',').includes(name))
  .flatMap(([name, list]) => list.map((one) => prepared(name, one)));
for (let round = 0; round < Number(rounds); round++) [copy, ...cases].forEach(measure);

const copySpeed = copy.elements / copy.forward;
const columns = (elements: number, ms: number) =>
  ms === Infinity
    ? '– | –'
    : `${(1000 * ms).toFixed(0)} | ${(elements / ms / copySpeed).toFixed(2)}`;
console.log('| op | elements | forward, µs | of a copy | backward, µs | of a copy |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const { name, elements, forward, backward } of [copy, ...cases]) {
  const passes = [forward, backward].map((ms) => columns(elements, ms));
  console.log(`| ${name} | ${elements} | ${passes.join(' | ')} |`);
}
