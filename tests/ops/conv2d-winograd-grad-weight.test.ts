import { describe, expect, test } from 'vitest';
import { chooseConv2d } from '../../src/ops/conv/choose.js';
import { conv2dGeometry } from '../../src/ops/conv/geometry.js';
import { indirectConv2d } from '../../src/ops/conv/indirect.js';
import { winograd } from '../../src/ops/conv/winograd.js';
import { F23, F43, F45 } from '../../src/ops/conv/winograd-filter.js';
import { planWinogradGradWeight } from '../../src/ops/conv/winograd-plan.js';

const ALGORITHMS = {
  indirect: indirectConv2d,
  F23: winograd(F23),
  F43: winograd(F43),
  F45: winograd(F45),
};
type Name = keyof typeof ALGORITHMS;

describe('the choice for the weight gradient', () => {
  test.each<{ x: number[]; w: number[]; fast: Name; exact: Name }>([
    { x: [1, 56, 56, 64], w: [3, 3, 64, 64], fast: 'F43', exact: 'F23' },
    { x: [1, 14, 14, 256], w: [3, 3, 256, 256], fast: 'F43', exact: 'F23' },
    { x: [8, 7, 7, 512], w: [3, 3, 512, 512], fast: 'F43', exact: 'F23' },
    { x: [32, 16, 16, 32], w: [3, 3, 32, 64], fast: 'F43', exact: 'F23' },
    { x: [32, 8, 8, 64], w: [3, 3, 64, 128], fast: 'F43', exact: 'F23' },
    { x: [1, 7, 7, 512], w: [3, 3, 512, 512], fast: 'F23', exact: 'F23' },
    { x: [1, 4, 4, 256], w: [3, 3, 256, 256], fast: 'indirect', exact: 'indirect' },
    { x: [32, 32, 32, 3], w: [3, 3, 3, 32], fast: 'indirect', exact: 'indirect' },
  ])('for $x and $w is $fast, or exact $exact', ({ x, w, fast, exact }) => {
    const g = conv2dGeometry('test', x, w, { padding: 1 });
    expect(chooseConv2d(g, 'fast').gradWeight).toBe(ALGORITHMS[fast]);
    expect(chooseConv2d(g, 'exact').gradWeight).toBe(ALGORITHMS[exact]);
  });

  test.each([{ stride: 2 }, { dilation: 2 }, { groups: 2 }])(
    'for %o is the indirect GEMM',
    (options) => {
      const w = [3, 3, 'groups' in options ? 32 : 64, 64];
      const g = conv2dGeometry('test', [8, 28, 28, 64], w, options);
      expect(chooseConv2d(g, 'fast').gradWeight).toBe(indirectConv2d);
    },
  );
});

test('the scratch does not grow with the batch', () => {
  const scratch = (batch: number) => {
    const g = conv2dGeometry('test', [batch, 32, 32, 64], [3, 3, 64, 64], { padding: 1 });
    return planWinogradGradWeight(g, F43).scratchBytes;
  };
  expect(scratch(64)).toBeLessThan(2 ** 21);
  expect(scratch(1024)).toBeLessThan(2 ** 21);
});
