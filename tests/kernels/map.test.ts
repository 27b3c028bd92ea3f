import { describe, expect, test } from 'vitest';
import {
  CLIP,
  ELU,
  GELU,
  HARD_SWISH,
  HARDTANH,
  LEAKY_RELU,
  RELU,
  SIGMOID,
  SILU,
  SOFTPLUS,
  TANH,
} from '../../src/ops/map/activations.js';
import type { MapOp } from '../../src/ops/map/family.js';
import {
  ABS,
  CEIL,
  COS,
  ERF,
  EXP,
  EXPM1,
  FLOOR,
  LOG,
  LOG1P,
  NEG,
  RECIPROCAL,
  ROUND,
  RSQRT,
  SIGN,
  SIN,
  SQRT,
  SQUARE,
} from '../../src/ops/map/functions.js';
import {
  CELU,
  HARD_SHRINK,
  HARD_SIGMOID,
  LOG_SIGMOID,
  MISH,
  SELU,
  SOFTSIGN,
  THRESHOLD,
} from '../../src/ops/map/more-activations.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import { UNARY, type UnaryReference } from '../support/reference/map.js';
import { floats, ranges, unwritten } from '../support/tensors.js';
import {
  expectSameBitsInTails,
  expectUlps,
  type ForwardKernel,
  runForward,
  SPECIALS,
  sweep,
} from '../support/unary.js';

interface Row {
  readonly op: MapOp<never>;
  /** Those of the op; numbers that float32 holds. */
  readonly options?: Readonly<Record<string, number | string>>;
  /** Left out, the one of the op's name. */
  readonly reference?: UnaryReference;
  /** What y may be off. */
  readonly ulps: number | ((x: number) => number);
  /** Where that holds; left out, everywhere. */
  readonly domain?: (x: number) => boolean;
  /** What dx may be off, as in `expectClose`; 0, but for its one rounding, unless given. */
  readonly gradient?: number;
}

/** Where the reduction to a quarter of a turn is exact. */
const isReducible = (x: number) => !(Math.abs(x) > 1e6);
const isNormalAbove = (least: number) => (x: number) => !(x < least);

const ROWS: readonly Row[] = [
  { op: ABS, ulps: 0 },
  ...[
    [0, 6],
    [-1, 1],
    [-0.5, -0.25],
    [2, 2],
    [-Infinity, 0.5],
    [-1, Infinity],
    [-Infinity, Infinity],
  ].flatMap(([min, max]) => [
    { op: CLIP, options: { min: min!, max: max! }, ulps: 0 },
    { op: HARDTANH, options: { min: min!, max: max! }, ulps: 0 },
  ]),
  ...[0, 0.5, 1, 3].map((alpha) => ({ op: ELU, options: { alpha }, ulps: 1.5, gradient: 2e-7 })),
  { op: CEIL, ulps: 0 },
  ...[0.5, 1, 2].map((alpha) => ({ op: CELU, options: { alpha }, ulps: 1.5, gradient: 2e-7 })),
  { op: COS, ulps: 1.5, domain: isReducible, gradient: 2e-7 },
  { op: ERF, ulps: 2, gradient: 3e-7 },
  { op: EXP, ulps: 1 },
  { op: EXPM1, ulps: 3, gradient: 1e-7 },
  { op: FLOOR, ulps: 0 },
  {
    op: GELU,
    options: { approximate: 'none' },
    ulps: (x) => (x > 0 ? 3.5 : 4 + (x * x) / 2),
    domain: isNormalAbove(-13),
    gradient: 3e-7,
  },
  {
    op: GELU,
    options: { approximate: 'tanh' },
    reference: UNARY.geluTanh,
    ulps: (x) => (x > 0 ? 3.5 : 4 + 2 * x * x),
    domain: isNormalAbove(-5),
    gradient: 2e-6,
  },
  ...[0, 0.5].map((lambda) => ({ op: HARD_SHRINK, options: { lambda }, ulps: 0 })),
  {
    op: HARD_SIGMOID,
    options: { alpha: 0.25, beta: 0.5 },
    ulps: (x) => (x < -1.5 ? 2 ** 24 : 1),
    gradient: 2e-7,
  },
  { op: HARD_SWISH, ulps: 2.5, gradient: 2e-7 },
  ...[0, 2 ** -7, 0.25, -0.5].map((slope) => ({ op: LEAKY_RELU, options: { slope }, ulps: 0 })),
  { op: LOG, ulps: 1 },
  { op: LOG1P, ulps: 3, gradient: 2e-7 },
  { op: LOG_SIGMOID, ulps: 4, domain: (x) => !(x > 87), gradient: 2e-7 },
  { op: MISH, ulps: 4, domain: isNormalAbove(-87), gradient: 2e-6 },
  { op: NEG, ulps: 0 },
  { op: RECIPROCAL, ulps: 0, gradient: 2e-7 },
  { op: RELU, ulps: 0 },
  { op: ROUND, ulps: 0 },
  { op: RSQRT, ulps: 1.5, gradient: 3e-7 },
  { op: SELU, ulps: 2.5, gradient: 2e-7 },
  { op: SIGMOID, ulps: 2.5, domain: isNormalAbove(-87), gradient: 2e-7 },
  { op: SIGN, ulps: 0 },
  { op: SILU, ulps: 3, domain: isNormalAbove(-87), gradient: 1e-6 },
  { op: SIN, ulps: 1.5, domain: isReducible, gradient: 2e-7 },
  ...[
    [1, 20],
    [0.5, 1],
    [4, 60],
  ].map(([beta, threshold]) => ({
    op: SOFTPLUS,
    options: { beta: beta!, threshold: threshold! },
    ulps: 4,
    domain: isNormalAbove(-87 / beta!),
    gradient: 2e-7,
  })),
  { op: SOFTSIGN, ulps: 1.5, gradient: 3e-7 },
  { op: SQRT, ulps: 0 },
  { op: SQUARE, ulps: 0 },
  ...[
    [0, 0],
    [0.5, 2],
    [-1, -0.25],
  ].map(([threshold, value]) => ({
    op: THRESHOLD,
    options: { threshold: threshold!, value: value! },
    ulps: 0,
  })),
  { op: TANH, ulps: 1.5, gradient: 2e-7 },
];

const named = ROWS.map((row) => ({
  name: `${row.op.name} ${row.options ? JSON.stringify(row.options) : ''}`.trim(),
  row,
}));

describe.each(named)('$name', ({ row }) => {
  const { op, ulps, domain = () => true, gradient = 0 } = row;
  const options = (row.options ?? {}) as Readonly<Record<string, number>>;
  const reference = row.reference ?? (UNARY as Record<string, UnaryReference>)[op.name]!;
  const { fn, from, a = 0, b = 0 } = op.form(op.name, options as never);
  const exact = (x: number) => reference.forward(x, options);
  const forward: ForwardKernel = (y, x, begin, end) =>
    runtime().kernels.mapForward(y, x, fn, a, b, begin, end);
  const scaled = randomValues(1000, new Random(1)).map((v) => 9 * v);

  test('every value is as near as the bound says', () => {
    const x = sweep().filter(domain);
    expectUlps(x, runForward(forward, x), exact, ulps);
  });

  test('zeros of both signs, infinities and NaN', () => {
    const x = [0, -0, Infinity, -Infinity, NaN];
    expect([...runForward(forward, x)]).toEqual(x.map((v) => Math.fround(exact(v))));
  });

  test('tails get the bits of whole vectors', () => expectSameBitsInTails(forward, scaled));

  test('the output may be the input', () =>
    scope(() => {
      const [x, y] = [floats(scaled), unwritten(scaled.length)];
      forward(y.pointer, x.pointer, 0, y.size);
      forward(x.pointer, x.pointer, 0, x.size);
      expect(x.data()).toEqual(y.data());
    }));

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1000])('gradient of %i elements', (length) => {
    const seed = 20_264 + length;
    const random = new Random(seed);
    const finite = SPECIALS.filter((x) => !(Math.abs(x) > 1e4));
    const drawn = randomValues(1000, random).map((x) => 9 * x);
    const x = Float32Array.of(...finite, ...drawn).subarray(0, length);
    const v = from === 'input' ? x : x.map(exact);
    const dy = randomValues(length, random);
    const before = randomValues(length, random);
    const dx = Float32Array.from(dy, (d, i) => reference.gradient(v[i]!, d, options));
    scope(() => {
      const [tv, tdy] = [floats(v), floats(dy)];
      const [fresh, sum, own] = [unwritten(length), floats(before), floats(dy)];
      const { mapGradInput } = runtime().kernels;
      for (const [begin, end] of ranges(length, 3)) {
        mapGradInput(fresh.pointer, tdy.pointer, tv.pointer, fn, a, b, false, begin, end);
        mapGradInput(sum.pointer, tdy.pointer, tv.pointer, fn, a, b, true, begin, end);
        mapGradInput(own.pointer, own.pointer, tv.pointer, fn, a, b, false, begin, end);
      }
      const label = (what: string) => `${what}, seed ${seed}`;
      expectClose(fresh.data(), dx, { relative: gradient, label: label('dx') });
      const added = dx.map((value, i) => value + before[i]!);
      const relative = gradient && gradient + 1e-7;
      expectClose(sum.data(), added, { relative, label: label('dx +') });
      expect(own.data(), label('dx over dy')).toEqual(fresh.data());
    });
  });
});

test('a range is written and nothing else', () =>
  scope(() => {
    const [x, y] = [floats(new Float32Array(9).fill(2)), unwritten(9)];
    runtime().kernels.mapForward(y.pointer, x.pointer, NEG.form('', undefined).fn, 0, 0, 2, 7);
    expect([...y.data()]).toEqual([NaN, NaN, -2, -2, -2, -2, -2, NaN, NaN]);
  }));
