// Convolutions of volumes and transposed convolutions next to 2-D convolutions of equal work, forward on one core, in
// GFLOP/s of the direct sum, best of turns. `npx tsx bench/volumes.ts` after `npm run build:wasm`.
import { readFileSync } from 'node:fs';
import {
  conv2d,
  conv3d,
  convTranspose2d,
  init,
  noGrad,
  randn,
  scope,
  type Tensor,
} from '../src/index.js';

const SECONDS = 20;

interface Row {
  readonly name: string;
  readonly run: () => Tensor;
  /** Multiply-adds of the direct sum. */
  readonly multiplyAdds: number;
  milliseconds: number;
}

function row(
  name: string,
  input: number[],
  kernel: number[],
  pixels: number,
  op: (x: Tensor, w: Tensor) => Tensor,
): Row {
  const [x, w] = [randn(input), randn(kernel)];
  const multiplyAdds = pixels * w.size;
  return { name, run: () => op(x, w), multiplyAdds, milliseconds: Infinity };
}

const padded = { padding: 1 };
const strided = { stride: 2, padding: 1 };

await init({ source: readFileSync(new URL('../build/release.wasm', import.meta.url)) });
const rows = [
  row(
    'conv3d 16 → 32, 3x3x3 at 16x56x56',
    [1, 16, 56, 56, 16],
    [3, 3, 3, 16, 32],
    16 * 56 * 56,
    (x, w) => conv3d(x, w, undefined, padded),
  ),
  row(
    'conv2d 48 → 32, 3x3 at 56x56, 16 pictures',
    [16, 56, 56, 48],
    [3, 3, 48, 32],
    16 * 56 * 56,
    (x, w) => conv2d(x, w, undefined, padded),
  ),
  row(
    'convTranspose2d 64 → 64, 3x3, stride 2 at 28x28',
    [1, 28, 28, 64],
    [3, 3, 64, 64],
    28 * 28,
    (x, w) => convTranspose2d(x, w, undefined, { ...strided, outputPadding: 1 }),
  ),
  row('conv2d 64 → 64, 3x3, stride 2 to 28x28', [1, 56, 56, 64], [3, 3, 64, 64], 28 * 28, (x, w) =>
    conv2d(x, w, undefined, strided),
  ),
];

for (const end = performance.now() + 1000 * SECONDS; performance.now() < end;) {
  for (const one of rows) {
    const begin = performance.now();
    scope(() => noGrad(one.run));
    one.milliseconds = Math.min(one.milliseconds, performance.now() - begin);
  }
}
for (const { name, multiplyAdds, milliseconds } of rows) {
  console.log(`${name}: ${((2 * multiplyAdds) / milliseconds / 1e6).toFixed(1)} GFLOP/s`);
}
