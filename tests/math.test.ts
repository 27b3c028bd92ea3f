import { describe, expect, it } from 'vitest';
import { exp, log, powInt } from '../src/math.js';
import { cos, sin } from '../src/trigonometry.js';
import { Random } from '../src/random.js';

const view = new DataView(new ArrayBuffer(8));

/** Doubles in order, as integers: neighbours differ by 1. */
function ordinal(x: number): bigint {
  view.setFloat64(0, x);
  const raw = view.getBigInt64(0);
  return raw < 0n ? -(raw & 0x7fffffffffffffffn) : raw;
}

function ulps(a: number, b: number): number {
  const distance = Number(ordinal(a) - ordinal(b));
  return Math.abs(distance);
}

function expectClose(fn: (x: number) => number, reference: (x: number) => number, xs: number[]) {
  for (const x of xs) {
    const distance = ulps(fn(x), reference(x));
    if (distance > 2) {
      expect.fail(`${fn.name}(${x}): expected ${reference(x)}, got ${fn(x)}: ${distance} ulp`);
    }
  }
}

function grid(low: number, high: number, count: number): number[] {
  const random = new Random(7);
  return Array.from({ length: count }, () => random.uniform(low, high));
}

describe('exp', () => {
  it('is within 2 ulp of Math.exp from underflow to overflow', () => {
    expectClose(exp, Math.exp, [...grid(-745, 709.78, 50_000), ...grid(-1, 1, 50_000)]);
    expectClose(exp, Math.exp, [709.782712893384, -745.1332191019411, -708.4, -1e-300, 1e-9]);
  });

  it('handles the special values', () => {
    expect(exp(0)).toBe(1);
    expect(exp(-0)).toBe(1);
    expect(exp(NaN)).toBeNaN();
    expect(exp(Infinity)).toBe(Infinity);
    expect(exp(-Infinity)).toBe(0);
    expect(exp(709.79)).toBe(Infinity);
    expect(exp(-745.14)).toBe(0);
  });
});

describe('log', () => {
  it('is within 2 ulp of Math.log over all magnitudes', () => {
    const magnitudes = grid(-307, 308, 50_000).map((e) => 10 ** e);
    expectClose(log, Math.log, [...magnitudes, ...grid(0, 4, 50_000), ...grid(0.99, 1.01, 50_000)]);
    expectClose(log, Math.log, [5e-324, 1e-310, 2 ** -1022, Number.MAX_VALUE, Math.SQRT2]);
  });

  it('handles the special values', () => {
    expect(log(1)).toBe(0);
    expect(log(0)).toBe(-Infinity);
    expect(log(-0)).toBe(-Infinity);
    expect(log(-1)).toBeNaN();
    expect(log(-Infinity)).toBeNaN();
    expect(log(NaN)).toBeNaN();
    expect(log(Infinity)).toBe(Infinity);
  });
});

describe('sin and cos', () => {
  const angles = [...grid(-10, 10, 50_000), ...grid(-1e6, 1e6, 50_000), ...grid(-1e-8, 1e-8, 1000)];

  it('are within 2 ulp of Math.sin and Math.cos', () => {
    expectClose(sin, Math.sin, angles);
    expectClose(cos, Math.cos, angles);
  });

  it('keep their relative accuracy next to the zeros', () => {
    const zeros = Array.from({ length: 2000 }, (_, k) => (k - 1000) * 331 * (Math.PI / 2));
    expectClose(sin, Math.sin, zeros);
    expectClose(cos, Math.cos, zeros);
  });

  it('handle the special values', () => {
    expect(sin(0)).toBe(0);
    expect(sin(-0)).toBe(-0);
    expect(cos(0)).toBe(1);
    for (const x of [NaN, Infinity, -Infinity]) {
      expect(sin(x)).toBeNaN();
      expect(cos(x)).toBeNaN();
    }
  });

  it('refuse angles whose reduction would lose bits', () => {
    expect(() => sin(1e7)).toThrow(
      new RangeError('sin: x: expected at most ±1572864 radians, got 10000000'),
    );
    expect(() => cos(-1e7)).toThrow(RangeError);
  });
});

describe('powInt', () => {
  it('is exact where the result is', () => {
    expect(powInt(3, 33)).toBe(3 ** 33);
    expect(powInt(-2, 61)).toBe(-(2 ** 61));
    expect(powInt(2, -1022)).toBe(2 ** -1022);
    expect(powInt(0.5, 1074)).toBe(5e-324);
    expect(powInt(7, 0)).toBe(1);
    expect(powInt(0, 0)).toBe(1);
  });

  it('stays close to Math.pow for the bias corrections of Adam', () => {
    for (const n of [1, 2, 10, 999, 10_000, 123_456]) {
      expect(powInt(0.999, n) / 0.999 ** n).toBeCloseTo(1, 11);
    }
  });

  it('handles the special values and refuses fractions', () => {
    expect(powInt(0, -1)).toBe(Infinity);
    expect(powInt(NaN, 2)).toBeNaN();
    expect(powInt(-Infinity, 3)).toBe(-Infinity);
    expect(() => powInt(2, 0.5)).toThrow(
      new RangeError('powInt: n: expected a safe integer, got 0.5'),
    );
    expect(() => powInt(2, NaN)).toThrow(RangeError);
  });
});
