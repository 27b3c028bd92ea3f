import { describe, expect, it } from 'vitest';
import { Random } from '../src/random.js';

function moments(values: number[]): { mean: number; std: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance) };
}

function draw<T>(count: number, next: () => T): T[] {
  return Array.from({ length: count }, next);
}

function bits(word: number): number {
  return [...(word >>> 0).toString(2)].filter((digit) => digit === '1').length;
}

describe('Random', () => {
  // Computed by a separate implementation, in Python's integers.
  it('gives known numbers for a seed', () => {
    const random = new Random(1);
    expect(draw(4, () => random.uint32())).toEqual([
      2012149540, 1872316204, 1707632675, 1779833415,
    ]);
    expect(new Random(1).uniform()).toBe(0.4684900748426659);
    expect(new Random(1).normal()).toBe(-0.7299714599688595);
    expect(Array.from(new Random(1).permutation(8))).toEqual([7, 1, 6, 2, 0, 5, 3, 4]);
  });

  it('uses all 53 bits of the seed', () => {
    const seeds = [0, 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    const firsts = new Set(seeds.map((seed) => new Random(seed).uint32()));
    expect(firsts.size).toBe(seeds.length);
  });

  it('gives seeds that can be counted up, to generators that have nothing in common', () => {
    const random = new Random(5);
    const seeds = draw(50, () => random.seed());
    for (const seed of seeds) expect(Number.isSafeInteger(seed) && seed < 2 ** 52).toBe(true);
    const first = (seed: number) => new Random(seed).uint32();
    const differing = seeds.flatMap((seed) =>
      draw(100, () => seed++).map((s) => bits(first(s) ^ first(s + 1))),
    );
    expect(moments(differing).mean).toBeCloseTo(16, 0);
    expect(moments(differing).std).toBeCloseTo(Math.sqrt(32) / 2, 0);
  });

  it.each([-1, 0.5, NaN, Infinity, 2 ** 53])('refuses the seed %s', (seed) => {
    expect(() => new Random(seed)).toThrow(
      new RangeError(`Random: seed: expected a safe non-negative integer, got ${seed}`),
    );
  });

  it('refuses a seed that is no number', () => {
    expect(() => new Random('1' as never)).toThrow(
      new TypeError('Random: seed: expected a safe non-negative integer, got "1"'),
    );
  });

  it('draws uniform numbers over [low, high)', () => {
    const random = new Random(2);
    const values = draw(100_000, () => random.uniform(-2, 4));
    expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...values.slice(0, 50_000))).toBeLessThan(4);
    const { mean, std } = moments(values);
    expect(mean).toBeCloseTo(1, 1);
    expect(std).toBeCloseTo(6 / Math.sqrt(12), 1);
  });

  it('fills all 53 bits of a uniform number', () => {
    const random = new Random(3);
    const low = draw(1000, () => (random.uniform() * 2 ** 53) % 2);
    const { mean } = moments(low);
    expect(mean).toBeGreaterThan(0.4);
    expect(mean).toBeLessThan(0.6);
  });

  it('draws integers without bias', () => {
    const random = new Random(4);
    // With plain remainders of 32-bit numbers the lower half would come up twice as often.
    const n = 3 * 2 ** 30;
    const lower = draw(30_000, () => random.integer(n)).filter((v) => v < 2 ** 30).length;
    expect(Math.abs(lower / 30_000 - 1 / 3)).toBeLessThan(0.01);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(450);
    expect(random.integer(1)).toBe(0);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 32 + 1])('refuses integer(%s)', (n) => {
    expect(() => new Random(0).integer(n)).toThrow(
      new RangeError(`Random: integer: n: expected an integer in [1, 2^32], got ${n}`),
    );
  });

  it('draws normal numbers', () => {
    const random = new Random(5);
    const values = draw(100_000, () => random.normal(3, 2));
    const { mean, std } = moments(values);
    expect(Math.abs(mean - 3)).toBeLessThan(0.03);
    expect(Math.abs(std - 2)).toBeLessThan(0.03);
    const within = values.filter((v) => Math.abs(v - 3) < 2).length / values.length;
    expect(Math.abs(within - 0.6827)).toBeLessThan(0.01);
    const fourth = moments(values.map((v) => ((v - 3) / 2) ** 4)).mean;
    expect(Math.abs(fourth - 3)).toBeLessThan(0.15);
  });

  it('shuffles arrays and typed arrays in place, every order equally often', () => {
    const random = new Random(6);
    const typed = Float32Array.of(1, 2, 3, 4);
    expect(random.shuffle(typed)).toBe(typed);
    expect(Array.from(typed).sort()).toEqual([1, 2, 3, 4]);
    const orders = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = random.shuffle(['a', 'b', 'c']).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it('gives permutations', () => {
    const order = new Random(7).permutation(1000);
    expect(order).toBeInstanceOf(Uint32Array);
    expect(Array.from(order)).not.toEqual(Array.from(order.slice().sort()));
    expect(Array.from(order.slice().sort())).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(new Random(7).permutation(0)).toHaveLength(0);
    expect(() => new Random(7).permutation(-1)).toThrow(RangeError);
  });

  it('goes on from a state that went through JSON', () => {
    const random = new Random(8);
    random.normal();
    const text = JSON.stringify(random.state());
    const expected = draw(10, () => random.normal());
    const other = new Random(0);
    other.restore(JSON.parse(text));
    expect(draw(10, () => other.normal())).toEqual(expected);
  });

  it.each([[null], [[1, 2, 3]], [[1, 2, 3, -1]], [[1, 2, 3, 2 ** 32]], [[1, 2, 3, 0.5]]])(
    'refuses the state %j',
    (state) => {
      const random = new Random(9);
      const before = random.state();
      expect(() => random.restore(state as never)).toThrow(
        /^Random: restore: state: expected four unsigned 32-bit integers, got/,
      );
      expect(random.state()).toEqual(before);
    },
  );
});
