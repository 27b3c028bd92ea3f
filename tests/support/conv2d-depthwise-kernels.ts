// The kernels of depthwise convolutions, run in parts and compared with the reference.
import { expect } from 'vitest';
import {
  DEPTHWISE_FIELDS,
  type DepthwisePlan,
  planDepthwise,
  planDepthwiseGradInput,
} from '../../src/ops/conv/depthwise.js';
import { conv2dGeometry, type Conv2dGeometry } from '../../src/ops/conv/geometry.js';
import type { Conv2dOptions } from '../../src/ops/conv/options.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from './compare.js';
import { type Pointers, withPlan } from './conv2d-kernels.js';
import { expectFused } from './fused.js';
import { pick, randomValues } from './random.js';
import * as reference from './reference/conv2d.js';
import { floats, ranges, unwritten } from './tensors.js';

const RELATIVE = 2e-6;

export function geometryOf(
  batch: number,
  size: readonly [number, number],
  channels: number,
  kernel: readonly [number, number],
  options: Conv2dOptions,
): Conv2dGeometry {
  const w = [...kernel, 1, channels];
  return conv2dGeometry('test', [batch, ...size, channels], w, { ...options, groups: channels });
}

/** y by the plan of the forward pass, dx by that of the input gradient, in `parts` calls. */
export function run(
  y: Tensor,
  x: Tensor,
  w: Tensor,
  plan: DepthwisePlan,
  parts: number,
  { bias = 0, activation = 0, residual = 0 }: Pointers = {},
) {
  const { kernels } = runtime();
  const lent = { ...plan, scratchBytes: plan.bandBytes };
  withPlan(DEPTHWISE_FIELDS, lent, (geometry, packed, scratch) => {
    kernels.conv2dPackWeightDepthwise(packed, w.pointer, geometry);
    const values = [y.pointer, x.pointer, packed, bias, activation, residual, scratch] as const;
    for (const [begin, end] of ranges(plan.tasks, parts)) {
      kernels.conv2dForwardDepthwise(...values, geometry, begin, end);
    }
  });
}

function runGradWeight(
  dw: Tensor,
  x: Tensor,
  dy: Tensor,
  g: Conv2dGeometry,
  accumulate: boolean,
  parts: number,
) {
  const { kernels } = runtime();
  const plan = planDepthwise(g);
  const pointers = [dw.pointer, x.pointer, dy.pointer] as const;
  withPlan(DEPTHWISE_FIELDS, plan, (geometry, _packed, scratch) => {
    for (const [begin, end] of ranges(plan.weightTasks, parts)) {
      const range = [begin, end] as const;
      kernels.conv2dGradWeightDepthwise(...pointers, scratch, geometry, accumulate, ...range);
    }
  });
}

function plus(values: Float64Array, offset: ArrayLike<number>): Float64Array {
  return values.map((value, i) => value + offset[i]!);
}

/** All passes against the reference, on random values. */
export function checkAll(g: Conv2dGeometry, random: Random, label: string) {
  const values = (count: number) => randomValues(count, random);
  const x = values(g.batch * g.inHeight * g.inWidth * g.inChannels);
  const w = values(g.kernelHeight * g.kernelWidth * g.inChannels);
  const b = random.integer(2) ? values(g.outChannels) : null;
  const dy = values(g.batch * g.outHeight * g.outWidth * g.outChannels);
  const parts = pick(random, [1, 1, 2, 5]);
  scope(() => {
    const [tx, tw, tb, tdy] = [floats(x), floats(w), b && floats(b), floats(dy)];
    const expectValues = (actual: Tensor, expected: Float64Array, name: string) =>
      expectClose(actual.data(), expected, { relative: RELATIVE, label: `${name} ${label}` });

    const [forward, gradInput] = [planDepthwise(g), planDepthwiseGradInput(g)];
    const bias = tb?.pointer ?? 0;
    const y = unwritten(dy.length);
    run(y, tx, tw, forward, parts, { bias });
    expectValues(y, reference.conv2dForward(x, w, b, g), 'y');
    const fused = (to: Tensor, activation: number, residual: number) =>
      run(to, tx, tw, forward, parts, { bias, activation, residual });
    expectFused(y, random, fused, label);

    const [dx, moreDx] = [unwritten(x.length), floats(x)];
    const expectedDx = reference.conv2dGradInput(dy, w, g);
    run(dx, tdy, tw, gradInput, parts);
    expectValues(dx, expectedDx, 'dx');
    run(moreDx, tdy, tw, gradInput, parts, { residual: moreDx.pointer });
    expectValues(moreDx, plus(expectedDx, x), 'dx +');
    const biased = unwritten(x.length);
    run(biased, tdy, tw, gradInput, parts, { bias });
    const fusedDx = (to: Tensor, activation: number, residual: number) =>
      run(to, tdy, tw, gradInput, parts, { bias, activation, residual });
    expectFused(biased, random, fusedDx, `dx ${label}`);

    const [dw, moreDw] = [unwritten(w.length), floats(w)];
    const expectedDw = reference.conv2dGradWeight(x, dy, g);
    runGradWeight(dw, tx, tdy, g, false, parts);
    expectValues(dw, expectedDw, 'dw');
    runGradWeight(moreDw, tx, tdy, g, true, parts);
    expectValues(moreDw, plus(expectedDw, w), 'dw +');
  });
}

/** The same bits in 1, 2 and 5 parts, and in as many as there are tasks. */
export function checkParts(g: Conv2dGeometry): void {
  const seed = 99;
  const random = new Random(seed);
  const fractions = (count: number) =>
    Float32Array.from({ length: count }, () => random.uniform(-1, 1));
  const vx = fractions(g.batch * g.inHeight * g.inWidth * g.inChannels);
  const vdy = fractions(g.batch * g.outHeight * g.outWidth * g.outChannels);
  const vw = fractions(g.kernelHeight * g.kernelWidth * g.inChannels);
  const vb = fractions(g.inChannels);
  const results = [1, 2, 5, 999].map((parts) =>
    scope(() => {
      const [tx, tw, tb, tdy] = [floats(vx), floats(vw), floats(vb), floats(vdy)];
      const [y, dx, dw] = [unwritten(vdy.length), floats(vx), floats(vw)];
      run(y, tx, tw, planDepthwise(g), parts, { bias: tb.pointer });
      run(dx, tdy, tw, planDepthwiseGradInput(g), parts, { residual: dx.pointer });
      runGradWeight(dw, tx, tdy, g, true, parts);
      return { y: y.data(), dx: dx.data(), dw: dw.data() };
    }),
  );
  expect(results[1], `seed ${seed}, 2 parts`).toEqual(results[0]);
  expect(results[2], `seed ${seed}, 5 parts`).toEqual(results[0]);
  expect(results[3], `seed ${seed}, each task alone`).toEqual(results[0]);
}
