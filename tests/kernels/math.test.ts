// assembly/lib/math.ts is not exported by the module: it is compiled here by itself.

import asc from 'assemblyscript/asc';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { erf, normalCdf } from '../support/reference/map.js';
import { expectUlps, sweep } from '../support/unary.js';

const ENTRY = 'assembly/math-test.ts';
const SOURCE = `
export { expScalar as exp, logScalar } from './lib/math';
import { erf4, exp4, expm1OfNegative4, gaussian4, log1pOfFraction4, log4, normalCdf4, tanh4 } from './lib/math';
import { sin4 } from './lib/trigonometry';
export function tanh(x: f32): f32 { return f32x4.extract_lane(tanh4(f32x4.splat(x)), 0); }
export function erf(x: f32): f32 { return f32x4.extract_lane(erf4(f32x4.splat(x)), 0); }
export function sin(x: f32): f32 { return f32x4.extract_lane(sin4(f32x4.splat(x), f32x4.splat(0)), 0); }
export function cos(x: f32): f32 { return f32x4.extract_lane(sin4(f32x4.splat(x), f32x4.splat(1)), 0); }
export function log(x: f32): f32 { return f32x4.extract_lane(log4(f32x4.splat(x)), 0); }
export function expm1(x: f32): f32 { return f32x4.extract_lane(expm1OfNegative4(f32x4.splat(x)), 0); }
export function log1p(x: f32): f32 { return f32x4.extract_lane(log1pOfFraction4(f32x4.splat(x)), 0); }
export function normalCdf(x: f32): f32 {
  const v = f32x4.splat(x);
  return f32x4.extract_lane(normalCdf4(v, gaussian4(v)), 0);
}
export function expOfLane2(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.replace_lane(f32x4.splat(7), 2, x)), 2);
}`;

type Scalar = (x: number) => number;
let math: Record<
  | 'cos'
  | 'erf'
  | 'exp'
  | 'expOfLane2'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'logScalar'
  | 'normalCdf'
  | 'sin'
  | 'tanh',
  Scalar
>;

function readSource(name: string, base: string): string | null {
  if (name === ENTRY) return SOURCE;
  try {
    return readFileSync(join(base, name), 'utf8');
  } catch {
    return null;
  }
}

beforeAll(async () => {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const options = ['--outFile', 'math.wasm', '-O3', '--enable', 'simd', '--runtime', 'stub'];
  const { error, stderr } = await asc.main([ENTRY, ...options, '--config', 'none'], {
    readFile: readSource,
    writeFile: (name, contents) => {
      files.set(name, contents as Uint8Array<ArrayBuffer>);
    },
    listFiles: () => [],
  });
  expect(error, stderr.toString()).toBeNull();
  const { instance } = await WebAssembly.instantiate(files.get('math.wasm')!, {
    env: { abort: () => undefined },
  });
  math = instance.exports as unknown as typeof math;
}, 60_000);

describe('over the whole range of float32', () => {
  const x = sweep();

  test('exp is within 1 ulp', () => expectUlps(x, x.map(math.exp), Math.exp, 1));

  test('log is within 1 ulp', () => expectUlps(x, x.map(math.log), Math.log, 1));

  test('log of one number is within 0.51 ulp', () =>
    expectUlps(x, x.map(math.logScalar), Math.log, 0.51));

  test('exp(x) − 1 is within 1.5 ulp for x ≤ 0', () => {
    const negative = x.filter((v) => !(v > 0));
    expectUlps(negative, negative.map(math.expm1), Math.expm1, 1.5);
  });

  test('log(1 + x) is within 2.5 ulp for x from 0 to 1', () => {
    const fractions = x.map(Math.abs).map((v) => (v > 1 ? 1 / v : v));
    expectUlps(fractions, fractions.map(math.log1p), Math.log1p, 2.5);
  });

  test('the normal distribution is within 3.5 + x²/2 ulp, and below −13 next to 0', () => {
    const above = x.filter((v) => !(v < -13));
    expectUlps(above, above.map(math.normalCdf), normalCdf, (v) => 3.5 + Math.min(v, 0) ** 2 / 2);
    for (const v of x.filter((below) => below < -13)) expect(math.normalCdf(v)).toBeLessThan(7e-39);
  });

  test('erf is within 2 ulp', () => expectUlps(x, x.map(math.erf), erf, 2));

  test('sin and cos are within 1.5 ulp up to 10⁶, and between −1 and 1 beyond', () => {
    const angles = Float32Array.from({ length: 200_000 }, (_, i) => (i * i * i) % 1e6);
    // The float32 nearest to multiples of π/2, where a reduction is hardest.
    const hard = Float32Array.from({ length: 200_000 }, (_, i) => 1.5 * i * (Math.PI / 3));
    for (const v of [x.filter((a) => !(Math.abs(a) > 1e6)), angles, hard]) {
      expectUlps(v, v.map(math.sin), Math.sin, 1.5);
      expectUlps(v, v.map(math.cos), Math.cos, 1.5);
    }
    const large = x.filter((v) => Math.abs(v) > 1e6 && Math.abs(v) < Infinity);
    for (const v of large) expect(Math.abs(math.sin(v)) <= 1).toBe(true);
  });

  test('tanh is within 1.5 ulp', () => expectUlps(x, x.map(math.tanh), Math.tanh, 1.5));

  test('all lanes of exp are alike', () => {
    const differs = x.findIndex((v) => !Object.is(math.exp(v), math.expOfLane2(v)));
    expect(differs).toBe(-1);
  });
});

test.each([
  [Infinity, Infinity],
  [-Infinity, 0],
  [NaN, NaN],
  [0, 1],
  [-0, 1],
  [88.72284, Infinity],
  [-103.97, 2 ** -149],
  [-103.98, 0],
])('exp(%f)', (x, expected) => expect(math.exp(x)).toBe(expected));

test('exp stays finite up to the last argument that allows it', () => {
  expect(math.exp(88.72283)).toBeLessThan(Infinity);
});

test.each([
  [0, -Infinity],
  [-0, -Infinity],
  [-1, NaN],
  [-Infinity, NaN],
  [NaN, NaN],
  [Infinity, Infinity],
  [1, 0],
  [2 ** -149, Math.fround(-149 * Math.LN2)],
])('log(%f)', (x, expected) => {
  expect(math.log(x)).toBe(expected);
  expect(math.logScalar(x)).toBe(expected);
});

test.each([
  [0, 0],
  [-0, -0],
  [-Infinity, -1],
  [NaN, NaN],
])('exp(%f) − 1', (x, expected) => expect(math.expm1(x)).toBe(expected));
