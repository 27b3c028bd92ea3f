// What a second thread gives each layer of the four networks of workloads.json, and shapes of few rows and many channels:
//
//   npx tsx bench/two-threads.ts [PATTERN] [--write]        after `npm run build`
//
// One process, the pool's worker left out of every other round: equal bits first, then minima of both, and their
// quotient. Machines have stretches in which their two cores are one core's two halves: before each round a product that
// is known to scale must take as long as in the best round, for at most PATIENCE_MS. PATTERN, a regular expression,
// chooses layers by their names. --write puts the table into results/two-threads.md.
import { readFileSync, writeFileSync } from 'node:fs';
import {
  globalAvgPool2d,
  init,
  linear,
  matmul,
  maxPool2d,
  noGrad,
  randn,
  scope,
  type Tensor,
  terminate,
} from '../src/index.js';
import {
  conv2dTensors,
  prepareForward,
  prepareGradient,
  type RecordedOp,
  type RecordedPass,
} from '../src/cli/bench/recorded-op.js';
import { runtime } from '../src/runtime/runtime.js';
import { graphOf, nets, type Node } from './nets/graph.js';
import { conv2dGeometry } from './workloads.js';

const ROUNDS = 10;
const ROUND_MS = 6;
const PATIENCE_MS = 400;
const TOLERANCE = 1.15;
/** Networks for pictures; LeNet's layers are too small for two threads. */
const NETS: Record<string, string> = {
  mobilenet_v1: 'V1',
  mobilenet_v2: 'V2',
  resnet18: 'R',
  squeezenet1_1: 'S',
};
const TARGET = 1.6;

interface Layer {
  readonly name: string;
  /** The networks that have it. */
  nets: string;
  prepare(): RecordedOp;
}

interface Row {
  readonly layer: Layer;
  readonly pass: string;
  readonly one: number;
  readonly two: number;
}

function values(count: number): Float32Array {
  return scope(() => randn([count]).data().slice() as Float32Array);
}

function convolution(
  size: number,
  from: number,
  to: number,
  kernel: number,
  stride: number,
  pad: number,
  groups = 1,
): Layer {
  const g = conv2dGeometry(1, size, size, from, to, kernel, kernel, stride, pad, pad, groups);
  const channels = groups > 1 ? `depthwise ${from}` : `${from} → ${to}`;
  return {
    name: `${kernel}x${kernel}${stride > 1 ? ` s${stride}` : ''} ${channels} @${size}`,
    nets: '',
    prepare() {
      const x = values(size * size * from);
      const w = values((kernel * kernel * from * to) / groups);
      return conv2dTensors(g, { x, w, b: values(to) });
    },
  };
}

function layerOf(node: Node): Layer | undefined {
  switch (node.op) {
    case 'conv': {
      const [channels, height] = node.inShape;
      const { size, stride, pad, groups, shape } = node;
      return convolution(height, channels, shape[0], size, stride, pad, groups);
    }
    case 'dense': {
      const features = node.inShape.reduce((product, extent) => product * extent, 1);
      const to = node.shape[0];
      return {
        name: `dense ${features} → ${to}`,
        nets: '',
        prepare() {
          const [x, w, b] = [randn([1, features]), randn([features, to]), randn([to])];
          return { x, w, outputShape: [1, to], compute: () => linear(x, w, b) };
        },
      };
    }
    case 'maxpool': {
      const { size, stride, pad: padding } = node;
      const name = `max pool ${size}x${size} s${stride}`;
      return pool(name, node, (x) => maxPool2d(x, size, { stride, padding }));
    }
    case 'gap':
      return pool('mean', node, globalAvgPool2d);
    default:
      return undefined;
  }
}

function pool(
  name: string,
  node: Node & { readonly inShape: readonly [number, number, number] },
  compute: (x: Tensor) => Tensor,
): Layer {
  const [channels, height, width] = node.inShape;
  const [, outHeight, outWidth] = node.shape;
  const outputShape = node.op === 'gap' ? [1, channels] : [1, outHeight, outWidth, channels];
  return {
    name: `${name} ${channels} @${height}`,
    nets: '',
    prepare() {
      const x = randn([1, height, width, channels]);
      return { x, outputShape, compute: () => compute(x) };
    },
  };
}

/** Where a second thread did nothing once: few rows, many channels. */
function fewRows(): Layer[] {
  return [
    convolution(35, 96, 96, 3, 1, 1),
    convolution(28, 128, 256, 3, 2, 1),
    convolution(27, 48, 128, 5, 2, 2),
    convolution(7, 832, 384, 1, 1, 0),
    convolution(28, 32, 192, 1, 1, 0),
    convolution(14, 64, 384, 1, 1, 0),
    convolution(14, 96, 576, 1, 1, 0),
  ];
}

function layers(): Layer[] {
  const all = new Map(fewRows().map((layer) => [layer.name, layer]));
  for (const spec of nets) {
    const net = NETS[spec.id];
    if (net === undefined) continue;
    for (const node of graphOf(spec).nodes) {
      const made = layerOf(node);
      if (!made) continue;
      const layer = all.get(made.name) ?? made;
      all.set(layer.name, layer);
      if (!layer.nets.split(' ').includes(net)) layer.nets = `${layer.nets} ${net}`.trim();
    }
  }
  return [...all.values()];
}

/** Milliseconds of the fastest of several calls in a row, for about `ms`. */
function fastestOf(run: () => void, ms: number): number {
  const end = performance.now() + ms;
  let best = Infinity;
  do {
    const begin = performance.now();
    run();
    best = Math.min(best, performance.now() - begin);
  } while (performance.now() < end);
  return best;
}

/** Runs `body` as if there were no pool. */
function inOneThread<T>(body: () => T): T {
  const current = runtime() as { pool: ReturnType<typeof runtime>['pool'] };
  const { pool } = current;
  current.pool = undefined;
  try {
    return body();
  } finally {
    current.pool = pool;
  }
}

/** Milliseconds in one thread and in two. */
function inBoth(run: () => void, ms: number): [one: number, two: number] {
  return [inOneThread(() => fastestOf(run, ms)), fastestOf(run, ms)];
}

/** The least of each. */
function least(a: readonly number[], b: readonly number[]): [one: number, two: number] {
  return [Math.min(a[0]!, b[0]!), Math.min(a[1]!, b[1]!)];
}

/** Where both do not give the same bits, neither is worth timing. */
function checkBits(name: string, { run, output }: RecordedPass): void {
  const bits = () => {
    run();
    return Buffer.from(output().slice().buffer);
  };
  if (!inOneThread(bits).equals(bits())) throw new Error(`${name}: other bits in two threads`);
}

const NEVER: [number, number] = [Infinity, Infinity];
let bestOfProduct = NEVER;

/** Waits until the machine is as fast as it has been. */
function awaitBothCores(): void {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    const times = inBoth(multiplyMatrices, 0);
    bestOfProduct = least(bestOfProduct, times);
    if (times.every((time, i) => time < TOLERANCE * bestOfProduct[i]!)) return;
  }
}

function measure(run: () => void): [one: number, two: number] {
  let best = NEVER;
  for (let round = 0; round < ROUNDS; round++) {
    awaitBothCores();
    best = least(best, inBoth(run, ROUND_MS));
  }
  return best;
}

/** y, dx and, of a layer with weights, dw. */
function measurePasses(layer: Layer): Row[] {
  return scope(() => {
    const forward = prepareForward(layer.prepare());
    const row = (pass: string, recorded: RecordedPass): Row => {
      checkBits(`${layer.name}, ${pass}`, recorded);
      const [one, two] = measure(recorded.run);
      return { layer, pass, one, two };
    };
    const rows = [row('y', forward)];
    for (const pass of ['dx', 'dw'] as const) {
      const op = layer.prepare();
      const leaf = pass === 'dx' ? op.x : op.w;
      if (!leaf) continue;
      const dy = values(op.outputShape.reduce((product, extent) => product * extent, 1));
      rows.push(row(pass, prepareGradient(op, leaf, dy)));
    }
    return rows;
  });
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ layer, pass, one, two }) => {
    const gain = (one / two).toFixed(2);
    const cell = one / two < TARGET ? `**${gain}**` : gain;
    return `| ${layer.name} | ${layer.nets} | ${pass} | ${one.toFixed(3)} | ${two.toFixed(3)} | ${cell} |`;
  });
  return [
    '| layer, batch 1 | networks | pass | 1 thread, ms | 2 threads, ms | times as fast |',
    '| --- | --- | --- | --: | --: | --: |',
    ...lines,
  ].join('\n');
}

const source = readFileSync(new URL('../build/release.wasm', import.meta.url));
const workerScript = new URL('../dist/pool-worker.js', import.meta.url);
await init({ source, workerScript, threads: 2 });
if (!runtime().pool) throw new Error(`no pool: ${runtime().reasons.join('; ')}`);
const [a, b] = [randn([256, 256]), randn([256, 256])];
const multiplyMatrices = () => scope(() => noGrad(() => void matmul(a, b)));
const patterns = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const chosen = layers().filter(({ name }) => patterns.every((p) => new RegExp(p).test(name)));
const rows = chosen.flatMap(measurePasses);
const text = `# Two threads

Written by \`npx tsx bench/two-threads.ts --write\`: the layers of MobileNetV1 and V2 (V1, V2), ResNet-18 (R) and SqueezeNet
1.1 (S), minima of ${ROUNDS} rounds in turns; below ${TARGET} in bold.

${table(rows)}
`;
console.log(table(rows));
console.log(`the product: ${bestOfProduct.map((ms) => ms.toFixed(3)).join(', ')} ms`);
if (process.argv.includes('--write')) {
  writeFileSync(new URL('results/two-threads.md', import.meta.url), text);
}
await terminate();
