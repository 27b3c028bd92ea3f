// Prints the relative error of everything that sums: the table of reductions in docs/accuracy.md. It takes some minutes
// and up to 4 GB.
import { readFileSync } from 'node:fs';
import {
  addBias,
  avgPool1d,
  avgPool2d,
  conv1d,
  crossEntropy,
  full,
  globalAvgPool2d,
  init,
  linear,
  matmul,
  mse,
  OutOfMemoryError,
  Random,
  reshape,
  scope,
  softmax,
  type Tensor,
  zeros,
} from '../src/index.js';
import { Tensor as AnyTensor } from '../src/tensor.js';

const COUNTS = [1e4, 1e6, 1e8];

/** What is summed: numbers in [0.5, 1.5), and one number again and again, whose roundings all go the same way. */
const INPUTS: Record<string, (count: number) => Tensor> = {
  drawn: (count) => {
    const result = zeros([count]);
    const random = new Random(1);
    result.view().forEach((_, i, values) => (values[i] = 0.5 + random.uint32() / 2 ** 32));
    return result;
  },
  equal: (count) => full([count], 0.1),
};

/** What a reduction makes of the values, as a multiple of what is exact. */
type Ratio = (values: Tensor) => number;

const REDUCTIONS: Record<string, Ratio> = {
  'avgPool1d: pixels of a window': (x) =>
    (avgPool1d(reshape(x, [1, x.size, 1]), x.size).item() * x.size) / sumOf(x),
  'avgPool2d: pixels of a window': (x) => {
    const side = Math.sqrt(x.size);
    return (avgPool2d(reshape(x, [1, side, side, 1]), side).item() * x.size) / sumOf(x);
  },
  'avgPool1d, gradient: windows of a pixel': (dy) => {
    const x = leaf(zeros([1, 1, 1]));
    const y = avgPool1d(x, dy.size, { stride: 1, padding: dy.size - 1 });
    y.backward(reshape(dy, y.shape));
    return (x.grad!.item() * dy.size) / sumOf(dy);
  },
  'globalAvgPool2d: pixels': (x) =>
    (globalAvgPool2d(reshape(x, [1, 1, x.size, 1])).item() * x.size) / sumOf(x),
  'bias gradient: rows': (dy) => {
    const b = leaf(zeros([1]));
    const rows = reshape(dy, [dy.size, 1]);
    addBias(rows, b).backward(rows);
    return b.grad!.item() / sumOf(dy);
  },
  'linear, matmul: depth': (x) =>
    matmul(reshape(x, [1, x.size]), full([x.size, 1], 1)).item() / sumOf(x),
  'linear, weight gradient: rows': (x) => {
    const w = leaf(zeros([1, 1]));
    const y = linear(reshape(x, [x.size, 1]), w);
    y.backward(full(y.shape, 1));
    return w.grad!.item() / sumOf(x);
  },
  'conv1d, conv2d: taps': (x) =>
    conv1d(reshape(x, [1, x.size, 1]), full([x.size, 1, 1], 1)).item() / sumOf(x),
  'conv1d, conv2d, weight gradient: pixels': (x) => {
    const w = leaf(zeros([1, 1, 1]));
    const y = conv1d(reshape(x, [1, x.size, 1]), w);
    y.backward(full(y.shape, 1));
    return w.grad!.item() / sumOf(x);
  },
  'depthwise, weight gradient: pixels': (x) => {
    const w = leaf(zeros([1, 1, 2]));
    const y = conv1d(reshape(x, [1, x.size / 2, 2]), w, undefined, { groups: 2 });
    y.backward(full(y.shape, 1));
    const [even, odd] = w.grad!.view();
    return (even! + odd!) / sumOf(x);
  },
  'softmax: classes': (x) => {
    const y = softmax(reshape(x, [1, x.size]));
    const first = x.view()[0]!;
    return y.view()[0]! * sumOf(x, (value) => Math.exp(value - first));
  },
  'crossEntropy: mean over rows': (x) => {
    const logits = zeros([x.size, 2]);
    const to = logits.view();
    x.view().forEach((value, i) => (to[2 * i] = value));
    const labels = AnyTensor.allocate([x.size], 'int32');
    labels.view().fill(1);
    const losses = sumOf(x, (value) => Math.log1p(Math.exp(value)));
    return (crossEntropy(logits, labels).item() * x.size) / losses;
  },
  'mse: mean over elements': (x) =>
    (mse(x, zeros(x.shape)).item() * x.size) / sumOf(x, (value) => value * value),
};

function leaf(tensor: Tensor): Tensor {
  tensor.requiresGrad = true;
  return tensor;
}

/** The sum in float64, whose rounding errors are caught (Neumaier 1974). */
function sumOf(values: Tensor, of = (value: number) => value): number {
  let [sum, rest] = [0, 0];
  for (const value of values.view()) {
    const term = of(value);
    const next = sum + term;
    rest += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  return sum + rest;
}

function errorOf(ratio: Ratio, values: Tensor): string {
  try {
    return scope(() => Math.abs(ratio(values) - 1)).toExponential(1);
  } catch (error) {
    if (error instanceof OutOfMemoryError) return '–';
    throw error;
  }
}

await init({
  source: readFileSync(new URL('../build/release.wasm', import.meta.url)),
  maxMemoryBytes: 2 ** 32,
});
const columns = COUNTS.flatMap((count) => Object.keys(INPUTS).map((input) => ({ count, input })));
console.log(
  `| sum over | ${columns.map((c) => `10^${Math.log10(c.count)} ${c.input}`).join(' | ')} |`,
);
console.log(`| --- |${' --- |'.repeat(columns.length)}`);
const cells = columns.map(({ count, input }) =>
  scope(() => {
    const values = INPUTS[input]!(count);
    return Object.values(REDUCTIONS).map((ratio) => errorOf(ratio, values));
  }),
);
Object.keys(REDUCTIONS).forEach((name, row) => {
  console.log(`| ${name} | ${cells.map((column) => column[row]).join(' | ')} |`);
});
