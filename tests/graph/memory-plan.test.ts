import { describe, expect, test } from 'vitest';
import { type Buffer, planMemory } from '../../src/graph/memory-plan.js';
import { Random } from '../../src/random.js';

/** [bytes, first, last] */
const of = (...all: [number, number, number][]): Buffer[] =>
  all.map(([bytes, first, last]) => ({ bytes, first, last }));

function expectApart(buffers: readonly Buffer[], offsets: readonly number[]): void {
  buffers.forEach((a, i) =>
    buffers.slice(0, i).forEach((b, j) => {
      if (a.first > b.last || b.first > a.last) return;
      const [x, y] = [offsets[i]!, offsets[j]!];
      if (a.bytes > 0 && b.bytes > 0 && x < y + b.bytes && y < x + a.bytes) {
        throw new Error(`buffers ${i} and ${j} overlap: ${JSON.stringify([a, x, b, y])}`);
      }
    }),
  );
}

describe('planMemory', () => {
  test('nothing needs nothing', () => {
    expect(planMemory([])).toEqual({ offsets: [], bytes: 0, leastBytes: 0 });
    expect(planMemory(of([0, 0, 3]))).toEqual({ offsets: [0], bytes: 0, leastBytes: 0 });
  });

  test('a chain needs two neighbours at a time', () => {
    const { bytes, leastBytes } = planMemory(
      of([640, 0, 1], [640, 1, 2], [640, 2, 3], [640, 3, 4]),
    );
    expect([bytes, leastBytes]).toEqual([1280, 1280]);
  });

  test('what lives long keeps its place, and others share the rest', () => {
    const buffers = of([64, 0, 9], [128, 0, 1], [128, 2, 3]);
    const { offsets, bytes } = planMemory(buffers);
    expectApart(buffers, offsets);
    expect(offsets[1]).toBe(offsets[2]);
    expect(bytes).toBe(192);
  });

  test('the smallest gap that fits is taken', () => {
    // Gaps of 128 and of 64 bytes are left when the last, of 64, comes.
    const buffers = of([256, 0, 4], [192, 5, 5], [128, 0, 0], [64, 1, 5], [64, 5, 5]);
    const { offsets, bytes, leastBytes } = planMemory(buffers);
    expectApart(buffers, offsets);
    expect(bytes).toBe(384);
    expect(leastBytes).toBe(384);
  });

  test('places are on cache lines', () => {
    const { offsets, bytes } = planMemory(of([4, 0, 1], [100, 0, 1], [1, 1, 1]));
    for (const offset of offsets) expect(offset % 64).toBe(0);
    expect(bytes).toBe(256);
  });

  test('no two that are needed at the same time overlap, and the least is a lower bound', () => {
    const random = new Random(17);
    for (let round = 0; round < 200; round++) {
      const buffers = Array.from({ length: 1 + random.integer(40) }, () => {
        const first = random.integer(30);
        return { bytes: random.integer(2000), first, last: first + random.integer(6) };
      });
      const { offsets, bytes, leastBytes } = planMemory(buffers);
      expectApart(buffers, offsets);
      expect(bytes).toBeGreaterThanOrEqual(leastBytes);
      expect(bytes).toBeLessThanOrEqual(2 * leastBytes);
    }
  });
});
