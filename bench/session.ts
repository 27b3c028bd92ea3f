// A compiled model beside the same model run op by op, and how soon the first result is there.
//
//   npx tsx bench/session.ts [PATTERN] [--write]        after `npm run build`
//
// The nets of workloads.json, whose names the regular expression PATTERN chooses, with the kernels of each variant in one
// thread and in two: outputs are compared first, then both run in turns; the minima count. First results are those of fresh
// processes, after `init` and with the weights in place: compile, then run. --write puts the tables into
// results/session.md.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { compile, init, type Module, scope, tensor, type Tensor } from '../src/index.js';
import { acceptsRelaxedSimd } from '../src/runtime/variant.js';
import { type Graph, graphOf, type LayerSpec, nets, type NetSpec, sizeOf } from './nets/graph.js';
import { buildNet } from './nets/model.js';
import { inputOf } from './nets/parameters.js';
import { toMarkdown } from './table.js';

const ROUNDS = 40;
const FIRSTS = 5;
const BUILDS = { simd: 'release', relaxed: 'relaxed' } as const;
type Variant = keyof typeof BUILDS;

interface Times {
  readonly net: string;
  readonly eager: number;
  readonly session: number;
  readonly difference: number;
  readonly bytes: number;
}

/** A quarter of the channels, but for the classes. */
function quarter(spec: NetSpec): NetSpec {
  const layers = spec.layers.map((layer): LayerSpec =>
    layer.t === 'conv' ? { ...layer, k: layer.k / 4 } : layer,
  );
  return { ...spec, id: `${spec.id}_0.25`, layers };
}

const SPECS: readonly NetSpec[] = [...nets, quarter(nets.find(({ id }) => id === 'mobilenet_v1')!)];

function start(variant: Variant, threads: number): Promise<void> {
  const source = readFileSync(new URL(`../build/${BUILDS[variant]}.wasm`, import.meta.url));
  const workerScript = new URL('../dist/pool-worker.js', import.meta.url);
  return init({ source, threads, workerScript });
}

function prepare(spec: NetSpec): { graph: Graph; model: Module; x: Tensor } {
  const graph = graphOf(spec);
  const [channels, height, width] = graph.spec.input;
  const values = inputOf(graph);
  const x = tensor(values, [values.length / sizeOf(graph.spec.input), height, width, channels]);
  return { graph, model: buildNet(graph).eval(), x };
}

function milliseconds(run: () => void): number {
  const begin = performance.now();
  run();
  return performance.now() - begin;
}

function measure(spec: NetSpec): Times {
  const { model, x } = prepare(spec);
  const session = compile(model, x.shape);
  const into = session.run(x) as Tensor;
  const [expected, got] = [model.predict(x).data(), into.data()];
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const difference =
    expected.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i]!)), 0) / largest;
  let [eager, planned] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    eager = Math.min(
      eager,
      milliseconds(() => scope(() => void model.predict(x).data())),
    );
    planned = Math.min(
      planned,
      milliseconds(() => void session.run(x, { into })),
    );
  }
  const { memoryBytes: bytes } = session;
  session.dispose();
  model.dispose();
  return { net: spec.id, eager, session: planned, difference, bytes };
}

function measureFirst(spec: NetSpec): number {
  const { model, x } = prepare(spec);
  return milliseconds(() => void compile(model, x.shape).run(x));
}

/** In a process of its own. */
function inProcess<T>(...values: string[]): T {
  const script = new URL(import.meta.url).pathname;
  const flags = ['--import', 'tsx', '--experimental-wasm-relaxed-simd'];
  const known = process.allowedNodeEnvironmentFlags.has(flags[2]!) ? flags : flags.slice(0, 2);
  const args = [...known, script, '--in', ...values];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as T;
}

function rowsOf(pattern: string): string[][] {
  const variants: Variant[] = acceptsRelaxedSimd() ? ['simd', 'relaxed'] : ['simd'];
  return variants.flatMap((variant) =>
    [1, 2].flatMap((threads) =>
      inProcess<Times[]>('times', variant, String(threads), pattern).map((times) => [
        times.net,
        variant,
        String(threads),
        times.eager.toFixed(2),
        times.session.toFixed(2),
        (times.eager / times.session).toFixed(2),
        times.difference.toExponential(0),
        (times.bytes / 2 ** 20).toFixed(1),
      ]),
    ),
  );
}

function firstsOf(pattern: string): string[][] {
  return SPECS.filter(({ id }) => new RegExp(pattern).test(id)).map(({ id }) => {
    const all = Array.from({ length: FIRSTS }, () => inProcess<number>('first', 'simd', '1', id));
    return [id, Math.min(...all).toFixed(1)];
  });
}

async function child([task, variant, threads, pattern]: readonly string[]): Promise<unknown> {
  await start(variant as Variant, Number(threads));
  if (task === 'first') return measureFirst(SPECS.find(({ id }) => id === pattern)!);
  return SPECS.filter(({ id }) => new RegExp(pattern!).test(id)).map(measure);
}

if (process.argv[2] === '--in') {
  console.log(JSON.stringify(await child(process.argv.slice(3))));
  process.exit();
}
const pattern = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? '';
const header = [
  'net',
  'variant',
  'threads',
  'eager ms',
  'session ms',
  'times as fast',
  'difference',
  'MiB',
];
const text = `# Sessions

\`npx tsx bench/session.ts\`: minima of ${ROUNDS} rounds in turns. The difference is the largest one of the outputs, as a share of the
largest output; MiB are those of the session beside the model.

${toMarkdown({ header, rows: rowsOf(pattern) })}

First result in a fresh process, after \`init\`, with the weights in place: compile, then run; the least of ${FIRSTS}, default kernels, one thread.

${toMarkdown({ header: ['net', 'ms'], rows: firstsOf(pattern) })}
`;
console.log(text);
if (process.argv.includes('--write')) {
  writeFileSync(new URL('results/session.md', import.meta.url), text);
}
