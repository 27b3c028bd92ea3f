// Batch normalization in training, forward and backward, beside the same formula of ops, and beside a plain copy.
//
//   npx tsx bench/batch-norm.ts [ROUNDS]      default 5 rounds in turns, the least counts; needs `npm run build:wasm`
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import * as sg from '../src/index.js';

const SHAPE = [32, 56, 56, 64];
const over = { axes: [0, 1, 2] };

// Optimized code from the start.
setFlagsFromString('--no-liftoff');
await sg.init({ source: readFileSync(new URL('../build/release.wasm', import.meta.url)) });
const [rounds = '5'] = process.argv.slice(2);
const inputs = [SHAPE, [64], [64]].map((shape) => sg.rand(shape));
for (const input of inputs) input.requiresGrad = true;
const [x, w, b] = inputs as [sg.Tensor, sg.Tensor, sg.Tensor];

/** The formula, of taped ops. */
function composed(): sg.Tensor {
  const centred = sg.sub(x, sg.mean(x, over));
  const inverse = sg.pow(sg.add(sg.mean(sg.square(centred), over), 1e-5), -0.5);
  return sg.add(sg.mul(sg.mul(centred, inverse), w), b);
}

const passes: Readonly<Record<string, () => sg.Tensor>> = {
  copy: () => sg.concat([x]),
  batchNorm: () => sg.batchNorm(x, undefined, undefined, w, b, { training: true }),
  composed,
};

const least = Object.keys(passes).map((name) => ({ name, forward: Infinity, backward: Infinity }));
for (let round = 0; round < Number(rounds); round++) {
  for (const times of least) sg.scope(() => measure(times));
}

function measure(times: (typeof least)[number]): void {
  const begin = performance.now();
  const y = passes[times.name]!();
  times.forward = Math.min(times.forward, performance.now() - begin);
  const gradient = sg.rand(SHAPE);
  const start = performance.now();
  y.backward(gradient);
  times.backward = Math.min(times.backward, performance.now() - start);
  for (const input of inputs) {
    input.grad?.dispose();
    input.grad = undefined;
  }
}

const [copy, , formula] = least;
console.log('| | forward, ms | backward, ms | of a copy | of the formula’s time |');
console.log('| --- | --- | --- | --- | --- |');
for (const { name, forward, backward } of least) {
  const shares = [forward, backward].map((ms) => (copy!.forward / ms).toFixed(2)).join(', ');
  const part = (forward + backward) / (formula!.forward + formula!.backward);
  console.log(
    `| ${name} | ${forward.toFixed(1)} | ${backward.toFixed(1)} | ${shares} | ${part.toFixed(2)} |`,
  );
}
