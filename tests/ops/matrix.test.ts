// Every op with what belongs to it: a row for each definition in src/ops, and no empty cell. `npm run matrix` prints it,
// in three threads; in one the column of threads shows nothing.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { OP_CASES } from '../../bench/op-cases.js';
import { checkGradients } from '../../src/check-gradients.js';
import { manualSeed } from '../../src/generator.js';
import type { Family, Plan } from '../../src/ops/op.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { COMPARISONS } from '../support/reference/zip.js';
import { OP_USES, type Use } from '../support/uses.js';

interface Definition {
  readonly name: string;
  readonly family: Pick<Family<never, never, Plan>, 'operands' | 'gradients'>;
}

/** The modules of a folder and of those in it. */
function modulesOf(folder: string): Promise<Record<string, unknown>[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Promise.all(
    files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => import(resolve(folder, file)) as Promise<Record<string, unknown>>),
  );
}

/** The values of src/ops that are ops, by name. */
const DEFINITIONS = new Map(
  (await modulesOf('src/ops'))
    .flatMap((module) => Object.values(module))
    .filter(isDefinition)
    .map((op) => [op.name, op]),
);

function isDefinition(value: unknown): value is Definition {
  const { name, family } = Object(value) as Partial<Definition>;
  return typeof name === 'string' && Array.isArray(family?.operands);
}

/** Names of slow references: `tanhForward`, or `tanh` in a table. */
const REFERENCES = new Set(
  (await modulesOf('tests/support/reference')).flatMap((module) =>
    Object.entries(module).flatMap(([name, value]) => [name, ...Object.keys(Object(value))]),
  ),
);

/** Names of what PyTorch computed. */
const GOLDEN = new Set(
  readdirSync('tests/golden')
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => Object.keys(JSON.parse(readFileSync(`tests/golden/${file}`, 'utf8')))),
);

/** Ops whose slow reference has another name: that of all axes is called after pictures. */
const REFERENCE_OF: Readonly<Record<string, string>> = {
  addBias: 'add',
  ...named('places', ['concat', 'expand', 'flip', 'pad', 'permute', 'slice', 'split', 'stack']),
  ...named('places', [
    'flatten',
    'repeatInterleave',
    'reshape',
    'roll',
    'squeeze',
    'tile',
    'unsqueeze',
  ]),
  ...named('places', [
    'channelShuffle',
    'depthToSpace',
    'pixelShuffle',
    'pixelUnshuffle',
    'spaceToDepth',
  ]),
  ...named('gather', ['embedding', 'oneHot']),
  instanceNorm: 'groupNorm',
  interpolate: 'resample',
  rmsNorm: 'layerNorm',
  ...named('sum', ['mean', ...named3('globalAvgPool')]),
  ...named('avgPool2d', ['avgPool1d', 'avgPool3d', ...named3('adaptiveAvgPool')]),
  conv1d: 'conv2d',
  conv3d: 'conv2d',
  convTranspose1d: 'conv2dGradInput',
  convTranspose2d: 'conv2dGradInput',
  convTranspose3d: 'conv2dGradInput',
  nllLoss: 'crossEntropy',
  ...named('lpPool', named3('lpPool')),
  ...named('maxUnpool', named3('maxUnpool')),
  ...named('maxPool2d', ['maxPool1d', 'maxPool3d']),
  ...named('maxPool2d', [...named3('adaptiveMaxPool'), ...named3('globalMaxPool')]),
};

/** An op of one, two and three axes. */
function named3(op: string): readonly string[] {
  return [1, 2, 3].map((axes) => `${op}${axes}d`);
}

function named(reference: string, ops: readonly string[]): Record<string, string> {
  return Object.fromEntries(ops.map((op) => [op, reference]));
}

/** Ops that PyTorch computes nothing like, and why. */
const WITHOUT_GOLDEN: Readonly<Record<string, string>> = {
  addBias: 'those of add',
  cast: 'whole numbers, known without it',
  dropout: 'its masks are its own',
  ...Object.fromEntries(Object.keys(COMPARISONS).map((op) => [op, 'ones and zeros'])),
  oneHot: 'ones and zeros, known without it',
  split: 'those of slice',
};

/** Operands of batch normalization that gradients take for constants: those of x hold their share already. */
const STATISTICS = ['mean', 'variance'];

const MOST_ELEMENTS = 1500;
const DRAWS = 5;
const rows = new Map<string, string[]>();

/** The first use with the most inputs that is small enough for differences of every element. */
function fullestUse(name: string): Use | undefined {
  const countOf = ({ inputs }: Use) =>
    scope(() => {
      const made = inputs();
      return made.reduce((sum, { size }) => sum + size, 0) <= MOST_ELEMENTS ? made.length : 0;
    });
  const counts = (OP_USES[name] ?? []).map(countOf);
  const most = Math.max(0, ...counts);
  return most === 0 ? undefined : OP_USES[name]![counts.indexOf(most)];
}

/** Compares gradients with differences: of another draw, where an input lies next to a kink. */
function checkUse({ inputs, run }: Use): readonly Tensor[] {
  for (let draw = 1; ; draw++) {
    manualSeed(draw);
    const made = inputs();
    const leaves = made.filter(({ dtype }) => dtype === 'float32');
    for (const x of leaves) x.requiresGrad = true;
    const call = (...given: Tensor[]) => {
      const rest = [...given];
      return run(...made.map((x) => (x.dtype === 'float32' ? rest.shift()! : x)));
    };
    try {
      checkGradients(repeatable(call), leaves, { step: 2 ** -8, tolerance: 0.02 });
      return made;
    } catch (error) {
      if (draw === DRAWS) throw error;
    }
  }
}

/** Whether nothing in it could have a gradient: no input of floats, or no such output. */
function hasNoGradient({ inputs, run }: Use): boolean {
  return scope(() => {
    const made = inputs();
    return run(...made).dtype === 'int32' || made.every(({ dtype }) => dtype === 'int32');
  });
}

/** The same random numbers in every call. */
function repeatable(run: Use['run']): Use['run'] {
  return (...inputs) => {
    manualSeed(7);
    return run(...inputs);
  };
}

function bitsOf({ inputs, run }: Use): Int32Array {
  return scope(() => {
    manualSeed(3);
    const made = inputs();
    for (const x of made) x.requiresGrad = x.dtype === 'float32';
    const y = run(...made);
    if (y.node) y.backward(y.dtype === 'float32' ? y.detach() : undefined);
    const all = [y, ...made.flatMap(({ grad }) => grad ?? [])];
    return Int32Array.from(all.flatMap((x) => [...new Int32Array(x.data().buffer)]));
  });
}

function inOneThread<T>(body: () => T): T {
  const all = runtime() as { pool: unknown };
  const { pool } = all;
  all.pool = undefined;
  try {
    return body();
  } finally {
    all.pool = pool;
  }
}

test('every op is found', () => expect(DEFINITIONS.size).toBeGreaterThan(30));

describe.each([...DEFINITIONS.keys()])('%s', (name) => {
  const { operands, gradients } = DEFINITIONS.get(name)!.family;
  const row: string[] = [];
  rows.set(name, row);

  test('is used, and every gradient agrees with differences', () => {
    const use = fullestUse(name);
    expect(use, `a small use of ${name} in tests/support/uses.ts`).toBeDefined();
    if (hasNoGradient(use!)) return row.push('none: of integers, or to integers');
    if (!gradients.some((gradient) => gradient)) return row.push('none: made of steps');
    const used = scope(() => checkUse(use!).length);
    const varying = operands.filter(({ name: operand }) => !STATISTICS.includes(operand));
    expect(used, 'inputs of the fullest use').toBeGreaterThanOrEqual(varying.length);
    operands.forEach(({ name: operand, dtype }, i) => {
      if (dtype === 'int32' || STATISTICS.includes(operand)) return;
      expect(gradients[Math.min(i, gradients.length - 1)], `gradient of ${operand}`).toBeTypeOf(
        'function',
      );
      row.push(operand);
    });
  });

  test('has a slow reference and values of PyTorch', () => {
    expect([...REFERENCES], 'tests/support/reference').toContain(referenceOf(name));
    if (!(name in WITHOUT_GOLDEN)) expect([...GOLDEN], 'tests/golden').toContain(name);
  });

  test('has a bench', () => expect(Object.keys(OP_CASES)).toContain(name));

  test('has the same bits in all threads', () => {
    for (const use of OP_USES[name]!) expect(bitsOf(use)).toEqual(inOneThread(() => bitsOf(use)));
  });
});

function referenceOf(name: string): string {
  const reference = REFERENCE_OF[name] ?? name;
  return REFERENCES.has(reference) ? reference : `${reference}Forward`;
}

afterAll(() => {
  const threads = runtime().pool?.threads ?? 1;
  const lines = [...rows].map(
    ([name, gradients]) =>
      `| ${name} | ${gradients.join(', ')} | ${referenceOf(name)} | ${WITHOUT_GOLDEN[name] ?? 'yes'} | ${threads > 1 ? 'equal bits' : ''} | ${name in OP_CASES ? 'yes' : ''} |`,
  );
  mkdirSync('build', { recursive: true });
  const head = [
    '| op | gradients checked | reference | PyTorch | threads | bench |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  writeFileSync('build/matrix.md', [...head, ...lines.sort(), ''].join('\n'));
});
