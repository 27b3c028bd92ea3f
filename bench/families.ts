// The kernels of the map and zip families next to those of another checkout: of the same families, or those of its own
// that it has for one function. In one process, in turns; the outputs are compared bit by bit.
//
//   npx tsx bench/families.ts DIR [NAME,…] [ROUNDS]       default all, 30 rounds; both need `npm run build:wasm`

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { layoutOf, ZIP_FIELDS } from '../src/ops/zip/broadcast.js';

type Kernels = Readonly<Record<string, (...values: number[]) => void>>;
type Call = readonly [kernel: string, ...values: number[]];

/** A call of a family, and that of the kernel which a checkout may have in its place. */
interface Case {
  readonly name: string;
  readonly size: number;
  readonly family: Call;
  readonly dedicated?: Call;
  /** Shapes of the operands, where the family is told how they lie. */
  readonly shapes?: readonly [a: number[], b: number[]];
}

const GEOMETRY = 1024;
const SCRATCH = 4096;
const [Y, A, B] = [1 << 20, 8 << 20, 16 << 20];
const SIZE = 25_088;

/** Name, number in assembly/lib/map.ts, constants, and whether there was a kernel for it before there were families. */
const UNARY = [
  ['relu', 0, [], true],
  ['clip', 1, [-0.25, 0.5], true],
  ['leakyRelu', 3, [0.125], true],
  ['sigmoid', 4, [], true],
  ['silu', 5, [], true],
  ['hardSwish', 6, [], true],
  ['tanh', 7, [], true],
  ['elu', 8, [1, 1], false],
  ['gelu', 9, [], false],
  ['geluTanh', 10, [], false],
  ['softplus', 11, [1, 20], false],
  ['exp', 12, [], false],
  ['log', 13, [], false],
  ['sqrt', 14, [], false],
  ['abs', 15, [], false],
  ['square', 17, [], false],
] as const;

const unary = UNARY.flatMap(([name, fn, constants, wasAlone]): Case[] => {
  const [a = 0, b = 0] = constants;
  return [
    {
      name,
      size: SIZE,
      family: ['mapForward', Y, A, fn, a, b, 0, SIZE],
      ...(wasAlone && { dedicated: [`${name}Forward`, Y, A, ...constants, 0, SIZE] }),
    },
    {
      name: `${name} gradient`,
      size: SIZE,
      family: ['mapGradInput', Y, A, B, fn, a, b, 0, 0, SIZE],
      ...(wasAlone && { dedicated: [`${name}GradInput`, Y, A, B, ...constants, 0, 0, SIZE] }),
    },
  ];
});

const binary = [
  [196, 512],
  [100_352, 16],
  [25_088, 3],
].flatMap(([rows, channels]): Case[] => {
  const size = rows! * channels!;
  const shapes = [[rows!, channels!], [channels!]] as const;
  const { steps } = layoutOf(shapes[0], shapes[1], shapes[0]);
  const zip = (fn: number): Call => ['zipForward', Y, A, B, fn, steps, GEOMETRY, SCRATCH, 0, size];
  return [
    {
      name: `add [${shapes[0].join()}] [${channels}]`,
      size,
      shapes: [[...shapes[0]], [...shapes[1]]],
      family: zip(0),
      dedicated: ['biasForward', Y, A, B, channels!, 0, rows!],
    },
    {
      name: `mul [${shapes[0].join()}] [${rows},1]`,
      size,
      shapes: [[...shapes[0]], [rows!, 1]],
      family: ['zipForward', Y, A, B, 2, 1, GEOMETRY, SCRATCH, 0, size],
    },
  ];
});

const equal = [SIZE, 401_408].flatMap((size): Case[] => [
  {
    name: `add ${size}`,
    size,
    family: ['zipForward', Y, A, B, 0, 3, 0, 0, 0, size],
    dedicated: ['addForward', Y, A, B, 0, size],
  },
  {
    name: `add gradient ${size}`,
    size,
    family: ['zipGradInput', Y, A, A, A, 0, 3, 0, 0, 0, 0, size],
    dedicated: ['addGradInput', Y, A, 0, 0, size],
  },
  { name: `mul ${size}`, size, family: ['zipForward', Y, A, B, 2, 3, 0, 0, 0, size] },
  {
    name: `mul gradient ${size}`,
    size,
    family: ['zipGradInput', Y, A, A, B, 2, 3, 0, 0, 0, 0, size],
  },
  { name: `mul ${size} by a number`, size, family: ['zipForward', Y, A, B, 2, 1, 0, 0, 0, size] },
  { name: `pow ${size}`, size, family: ['zipForward', Y, A, B, 6, 3, 0, 0, 0, size] },
]);

/** The kernels of a checkout and a memory with the same numbers in every one. */
function load(checkout: string): { kernels: Kernels; memory: WebAssembly.Memory } {
  const memory = new WebAssembly.Memory({ initial: 512, maximum: 65536 });
  const bytes = readFileSync(join(checkout, 'build/release.wasm'));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const values = new Float32Array(memory.buffer, A);
  for (let i = 0; i < values.length; i++) values[i] = ((i * 37) % 127) / 63 - 1;
  return { kernels: exports as Kernels, memory };
}

/** Nanoseconds for 1000 elements: the call again and again until some 2 ms have passed. */
function time(kernels: Kernels, [kernel, ...values]: Call, size: number): number {
  const run = kernels[kernel]!;
  const calls = Math.ceil(2e6 / (size * 0.5));
  const begin = performance.now();
  for (let i = 0; i < calls; i++) run(...values);
  return ((performance.now() - begin) * 1e9) / (calls * size);
}

// Optimized code from the start, whatever else the machine does.
setFlagsFromString('--no-liftoff');
const [directory, names, rounds = '30'] = process.argv.slice(2);
if (directory === undefined)
  throw new Error('usage: npx tsx bench/families.ts DIR [NAME,…] [ROUNDS]');
const checkouts = [resolve(directory), resolve(import.meta.dirname, '..')].map(load);
const chosen = names ? names.split(',') : [''];
for (const { name, size, family, dedicated, shapes } of [...unary, ...binary, ...equal]) {
  if (!chosen.some((part) => name.startsWith(part))) continue;
  const calls = checkouts.map(({ kernels, memory }) => {
    const geometry = shapes && layoutOf(...shapes, shapes[0]).geometry;
    const block = ZIP_FIELDS.map((field) => geometry?.[field] ?? 0);
    new Int32Array(memory.buffer, GEOMETRY, block.length).set(block);
    return [dedicated, family].find((call) => call && call[0] in kernels);
  });
  const outputs = checkouts.map(({ kernels, memory }, i) => {
    const call = calls[i];
    if (call) kernels[call[0]]!(...(call.slice(1) as number[]));
    return call && Buffer.from(memory.buffer, Y, 4 * size);
  });
  if (outputs[0] && Buffer.compare(outputs[0], outputs[1]!) !== 0)
    throw new Error(`${name}: outputs differ`);
  const best = [Infinity, Infinity];
  for (let round = 0; round < Number(rounds); round++) {
    calls.forEach((call, i) => {
      if (call) best[i] = Math.min(best[i]!, time(checkouts[i]!.kernels, call, size));
    });
  }
  const [there, here] = best as [number, number];
  const ratio = calls[0]
    ? `${there.toFixed(0)} there, ${(there / here).toFixed(2)} times as fast`
    : '';
  console.log(`${name}: ${here.toFixed(0)} ns per 1000 here ${ratio}`.trim());
}
