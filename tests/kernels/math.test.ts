// assembly/lib/math.ts is not exported by the module: it is compiled here by itself.

import asc from 'assemblyscript/asc';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectUlps, sweep } from '../support/activation.js';

const ENTRY = 'assembly/math-test.ts';
const SOURCE = `
export { expScalar, logScalar } from './lib/math';
import { exp4, tanh4 } from './lib/math';
export function tanhScalar(x: f32): f32 { return f32x4.extract_lane(tanh4(f32x4.splat(x)), 0); }
export function expOfLane2(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.replace_lane(f32x4.splat(7), 2, x)), 2);
}`;

type Scalar = (x: number) => number;
let math: Record<'expScalar' | 'logScalar' | 'tanhScalar' | 'expOfLane2', Scalar>;

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
});

describe('over the whole range of float32', () => {
  const x = sweep();

  test('exp is within 1 ulp', () => expectUlps(x, x.map(math.expScalar), Math.exp, 1));

  test('log is within 0.51 ulp', () => expectUlps(x, x.map(math.logScalar), Math.log, 0.51));

  test('tanh is within 1.5 ulp', () => expectUlps(x, x.map(math.tanhScalar), Math.tanh, 1.5));

  test('all lanes of exp are alike', () => {
    const differs = x.findIndex((v) => !Object.is(math.expScalar(v), math.expOfLane2(v)));
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
])('exp(%f)', (x, expected) => expect(math.expScalar(x)).toBe(expected));

test('exp stays finite up to the last argument that allows it', () => {
  expect(math.expScalar(88.72283)).toBeLessThan(Infinity);
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
])('log(%f)', (x, expected) => expect(math.logScalar(x)).toBe(expected));
