// Random awkward pools of one to three axes.
import { planPool, type PoolGeometry, type PoolOptions } from '../../src/ops/pool/geometry.js';
import type { Random } from '../../src/random.js';
import type { Shape } from '../../src/shape.js';
import { pick } from './random.js';

/** The geometry of a pool of x, as the ops plan it. */
export function poolGeometry(x: Shape, options: PoolOptions): PoolGeometry {
  const axes = (x.length - 2) as 1 | 2 | 3;
  return planPool({ name: 'test', axes }, { shape: x }, options).geometry;
}

/** Padding of each number of axes. */
const PADDINGS: Readonly<Record<number, readonly (readonly number[])[]>> = {
  1: [
    [2, 0],
    [0, 4],
    [1, 2],
  ],
  2: [
    [2, 0],
    [0, 4],
    [0, 1, 2, 3],
    [1, 2, 0, 1],
  ],
  3: [
    [1, 0, 2],
    [0, 1, 2, 3, 0, 1],
  ],
};

/** One that is adaptive every fourth time, of these channels, and what it was made from. */
export function randomPool(
  random: Random,
  channels: readonly number[],
): [geometry: PoolGeometry, text: string] {
  while (true) {
    const axes = pick(random, [1, 2, 2, 3, 3]);
    const each = (count: number) => Array.from({ length: axes }, () => 1 + random.integer(count));
    const sizes = each(axes === 3 ? 5 : 9);
    const x = [random.integer(4), ...sizes, pick(random, channels)];
    const options = random.integer(4) === 0 ? { outputSize: each(6) } : windows(random, axes, each);
    const plain = Object.fromEntries(
      Object.entries(options).map(([name, value]) => [
        name,
        axes === 1 && name !== 'padding' && Array.isArray(value) ? value[0] : value,
      ]),
    );
    try {
      return [poolGeometry(x, plain), JSON.stringify({ x, ...plain })];
    } catch {
      continue;
    }
  }
}

function windows(random: Random, axes: number, each: (count: number) => number[]): PoolOptions {
  const kernelSize = each(4);
  return {
    kernelSize,
    stride: pick(random, [kernelSize, each(5)]),
    dilation: kernelSize.map(() => pick(random, [1, 1, 2, 3])),
    padding: pick(random, [0, 1, 2, 3, ...PADDINGS[axes]!, 'same' as const]),
    ceilMode: random.integer(2) === 1,
  };
}
