import { describe, expect, test } from 'vitest';
import {
  linearGeometry,
  planForward,
  planGradWeight,
  type ProductPlan,
} from '../../src/ops/linear-plan.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { withScratch } from '../../src/runtime/storage.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { expectFused } from '../support/fused.js';
import { pick, randomValues } from '../support/random.js';
import * as reference from '../support/reference/linear.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

type Sizes = reference.LinearSizes;

const ROWS = [0, 1, 2, 3, 4, 5, 7, 9];
const FEATURES = Array.from({ length: 17 }, (_, i) => i + 1);
const PARTS = [2, 3, 5];
const RELATIVE = 2e-6;

/** A plan that cuts as finely as can be, or not at all: how small work is cut does not depend on its sizes here. */
function cut<Plan extends object>(plan: Plan, finest: Partial<Plan>, parts: number): Plan {
  return parts > 1 ? { ...plan, ...finest } : plan;
}

/** A product with the packed second operand, in `parts` calls, as src/ops/linear.ts calls it. */
function runProduct(
  plan: ProductPlan,
  [y, x, b, activation, residual]: [y: Tensor, x: Tensor, b: number, f: number, residual: number],
  pack: (packed: number) => void,
  parts: number,
) {
  const finest = { blockRows: 4, partColumns: plan.rows === 1 ? 24 : 8 };
  const { rows, depth, columns, blockRows, partColumns } = cut(plan, finest, parts);
  const tasks = Math.ceil(rows / blockRows) * Math.ceil(columns / partColumns);
  withScratch(plan.packedBytes, (packed) =>
    withScratch(plan.scratchBytes!, (taps) => {
      pack(packed);
      for (const [begin, end] of ranges(tasks, parts)) {
        runtime().kernels.linearForward(
          ...([y.pointer, x.pointer, packed, b, activation, residual, taps] as const),
          ...([rows, depth, columns, blockRows, partColumns, begin, end] as const),
        );
      }
    }),
  );
  return y.data();
}

function runForward(
  y: Tensor,
  x: Tensor,
  w: Tensor,
  b: Tensor | null,
  s: Sizes,
  parts: number,
  activation = 0,
) {
  const pack = (to: number) =>
    runtime().kernels.linearPackWeight(to, w.pointer, s.inFeatures, s.outFeatures);
  return runProduct(planForward(s), [y, x, b?.pointer ?? 0, activation, 0], pack, parts);
}

function runGradInput(dx: Tensor, dy: Tensor, w: Tensor, s: Sizes, more: boolean, parts: number) {
  const pack = (to: number) =>
    runtime().kernels.linearPackWeightTransposed(to, w.pointer, s.inFeatures, s.outFeatures);
  const plan = planForward(linearGeometry(s.rows, s.outFeatures, s.inFeatures));
  return runProduct(plan, [dx, dy, 0, 0, more ? dx.pointer : 0], pack, parts);
}

function runGradWeight(dw: Tensor, x: Tensor, dy: Tensor, s: Sizes, more: boolean, parts: number) {
  const { rows, inFeatures, outFeatures } = s;
  const plan = cut(planGradWeight(s, 16), { blockColumns: 8, partRows: 4 }, parts);
  const { blockColumns, partRows, piece } = plan;
  const tasks = Math.ceil(outFeatures / blockColumns) * Math.ceil(inFeatures / partRows);
  withScratch(plan.scratchBytes!, (scratch) => {
    for (const [begin, end] of ranges(tasks, parts)) {
      runtime().kernels.linearGradWeight(
        ...([dw.pointer, x.pointer, dy.pointer, scratch, rows, inFeatures, outFeatures] as const),
        ...([blockColumns, partRows, piece, more, begin, end] as const),
      );
    }
  });
  return dw.data();
}

interface Values {
  x: Float32Array;
  w: Float32Array;
  b: Float32Array | null;
  dy: Float32Array;
}

/** All outputs of the kernels, each made in `parts` ranges. */
function runAll({ x, w, b, dy }: Values, s: Sizes, parts: number) {
  return scope(() => {
    const [tx, tw, tb, tdy] = [floats(x), floats(w), b && floats(b), floats(dy)];
    return {
      y: runForward(unwritten(dy.length), tx, tw, tb, s, parts),
      dx: runGradInput(unwritten(x.length), tdy, tw, s, false, parts),
      moreDx: runGradInput(floats(x), tdy, tw, s, true, parts),
      dw: runGradWeight(unwritten(w.length), tx, tdy, s, false, parts),
      moreDw: runGradWeight(floats(w), tx, tdy, s, true, parts),
    };
  });
}

function plus(values: Float64Array, offset: ArrayLike<number>): Float64Array {
  return values.map((value, i) => value + offset[i]!);
}

/** For each of `parts`: the kernels have to give the same bits in so many ranges, and where they end with an activation. */
function check(values: Values, s: Sizes, parts: readonly number[], random: Random, label: string) {
  const { x, w, b, dy } = values;
  // Terms of magnitude below 1 may cancel: the error is a share of the sum of their magnitudes.
  const absolute = 5e-8 * Math.max(s.rows, s.inFeatures, s.outFeatures);
  const got = runAll(values, s, 1);
  const dx = reference.linearGradInput(dy, w, s);
  const dw = reference.linearGradWeight(x, dy, s);
  const close = (name: string, actual: ArrayLike<number>, expected: Float64Array) =>
    expectClose(actual, expected, { relative: RELATIVE, absolute, label: `${name} ${label}` });
  close('y', got.y, reference.linearForward(x, w, b, s));
  close('dx', got.dx, dx);
  close('dx +', got.moreDx, plus(dx, x));
  close('dw', got.dw, dw);
  close('dw +', got.moreDw, plus(dw, w));
  for (const count of parts) {
    expect(runAll(values, s, count), `${label}: ${count} parts`).toEqual(got);
    scope(() => {
      const [tx, tw, tb] = [floats(x), floats(w), b && floats(b)];
      const fused = (y: Tensor, f: number) => runForward(y, tx, tw, tb, s, count, f);
      expectFused(floats(got.y), random, fused, label);
    });
  }
}

describe('linear kernels agree with the reference, in any number of parts', () => {
  test.each(ROWS)('%i rows', (rows) => {
    const seed = 500 + rows;
    const random = new Random(seed);
    for (const inFeatures of FEATURES) {
      for (const outFeatures of [...FEATURES, 24, 29, 53]) {
        const s = { rows, inFeatures, outFeatures };
        const values = {
          x: randomValues(rows * inFeatures, random),
          w: randomValues(inFeatures * outFeatures, random),
          b: random.integer(2) ? randomValues(outFeatures, random) : null,
          dy: randomValues(rows * outFeatures, random),
        };
        check(values, s, [pick(random, PARTS)], random, `seed ${seed} ${JSON.stringify(s)}`);
      }
    }
  });

  test.each([
    { rows: 1, inFeatures: 20_000, outFeatures: 3 },
    { rows: 3, inFeatures: 2, outFeatures: 5000 },
    { rows: 20_000, inFeatures: 3, outFeatures: 2 },
  ])('large sums: %o', (s) => {
    const seed = 3;
    const random = new Random(seed);
    const rounded = (count: number) =>
      Float32Array.from({ length: count }, () => random.uniform(-1, 1));
    const values = {
      x: rounded(s.rows * s.inFeatures),
      w: rounded(s.inFeatures * s.outFeatures),
      b: rounded(s.outFeatures),
      dy: rounded(s.rows * s.outFeatures),
    };
    check(values, s, PARTS, random, `seed ${seed} ${JSON.stringify(s)}`);
  });
});

test('a number that is not finite stays in its row', () =>
  scope(() => {
    const s = { rows: 5, inFeatures: 3, outFeatures: 2 };
    const x = new Float32Array(15).fill(1);
    x[4] = NaN;
    x[14] = -Infinity;
    const w = floats(new Float32Array(6).fill(1));
    const y = runForward(unwritten(s.rows * s.outFeatures), floats(x), w, null, s, 1);
    expect([...y]).toEqual([3, 3, NaN, NaN, 3, 3, 3, 3, -Infinity, -Infinity]);
  }));
