// The slow references against PyTorch, so that every other test may trust them.

import { describe, expect, it } from 'vitest';
import type { Pool2dGeometry } from '../src/ops/pool/geometry.js';
import { expectClose } from './support/compare.js';
import * as cases from './support/golden.js';
import * as conv2d from './support/reference/conv2d.js';
import * as linear from './support/reference/linear.js';
import * as losses from './support/reference/losses.js';
import { UNARY, type UnaryReference } from './support/reference/map.js';
import * as optimizers from './support/reference/optimizers.js';
import * as pool2d from './support/reference/pool2d.js';

const { golden } = cases;

/** Both sides compute in float64; what is left is the rounding of the golden values to float32. */
function expectGolden(label: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expectClose(actual, expected, { relative: 1e-7, label });
}

describe('conv2d', () => {
  it.each(golden('conv2d').conv2d)('$name', checkConv);
});

describe('conv1d', () => {
  it.each(golden('conv1d').conv1d)('$name', (c) => checkConv(cases.conv1dAs2d(c)));
});

function checkConv(c: cases.Conv2dCase): void {
  const g = cases.conv2dGeometry(c);
  expectGolden('y', conv2d.conv2dForward(c.x, c.w, c.b, g), c.y);
  expectGolden('dx', conv2d.conv2dGradInput(c.dy, c.w, g), c.dx);
  expectGolden('dw', conv2d.conv2dGradWeight(c.x, c.dy, g), c.dw);
  if (c.db) expectGolden('db', conv2d.conv2dGradBias(c.dy, g), c.db);
}

/** Rows of three windows: two wide over four pixels, and one wide over a pixel with padding around. */
const overlapping = windows({ inWidth: 4, kernelWidth: 2 });
const mostlyPadding = windows({ inWidth: 1, kernelWidth: 1, padLeft: 1, padRight: 1 });

function windows(
  sizes: Pick<Pool2dGeometry, 'inWidth' | 'kernelWidth'> & Partial<Pool2dGeometry>,
): Pool2dGeometry {
  const one = { batch: 1, inHeight: 1, channels: 1, outHeight: 1, kernelHeight: 1 };
  const dense = { strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1 };
  const unpadded = { padTop: 0, padLeft: 0, padBottom: 0, padRight: 0 };
  return { ...one, ...dense, ...unpadded, outWidth: 3, ...sizes };
}

describe('maxPool2d', () => {
  it.each(golden('pool2d').maxPool2d)('$name', checkMaxPool);

  it('propagates the first NaN of a window', () => {
    const { y, argmax } = pool2d.maxPool2dForward([7, NaN, NaN, 9], overlapping);
    expect([...y]).toEqual([NaN, NaN, NaN]);
    expect([...argmax]).toEqual([1, 1, 2]);
  });

  it('takes the first of several −∞', () => {
    const x = Array<number>(4).fill(-Infinity);
    const { y, argmax } = pool2d.maxPool2dForward(x, overlapping);
    expect([...y]).toEqual([-Infinity, -Infinity, -Infinity]);
    expect([...argmax]).toEqual([0, 1, 2]);
  });

  it('has −∞, no argmax and no gradient where a window holds no pixel', () => {
    const { y, argmax } = pool2d.maxPool2dForward([5], mostlyPadding);
    expect([...y]).toEqual([-Infinity, 5, -Infinity]);
    expect([...argmax]).toEqual([-1, 0, -1]);
    expect([...pool2d.maxPool2dGradInput([1, 2, 4], argmax, mostlyPadding)]).toEqual([2]);
  });
});

describe('maxPool1d', () => {
  it.each(golden('pool1d').maxPool1d)('$name', (c) => checkMaxPool(cases.maxPool1dAs2d(c)));
});

function checkMaxPool(c: cases.MaxPool2dCase): void {
  const g = cases.pool2dGeometry(c);
  const { y, argmax } = pool2d.maxPool2dForward(c.x, g);
  expectGolden('y', y, c.y);
  expect([...argmax], 'argmax').toEqual(c.argmax);
  expectGolden('dx', pool2d.maxPool2dGradInput(c.dy, argmax, g), c.dx);
}

describe('avgPool2d', () => {
  it.each(golden('pool2d').avgPool2d)('$name', checkAvgPool);

  it.each([true, false])('is 0 where a window holds no pixel, countIncludePad %s', (counted) => {
    expect([...pool2d.avgPool2dForward([5], mostlyPadding, counted)]).toEqual([0, 5, 0]);
    expect([...pool2d.avgPool2dGradInput([1, 2, 4], mostlyPadding, counted)]).toEqual([2]);
  });
});

describe('avgPool1d', () => {
  it.each(golden('pool1d').avgPool1d)('$name', (c) => checkAvgPool(cases.avgPool1dAs2d(c)));
});

function checkAvgPool(c: cases.AvgPool2dCase): void {
  const g = cases.pool2dGeometry(c);
  expectGolden('y', pool2d.avgPool2dForward(c.x, g, c.countIncludePad), c.y);
  expectGolden('dx', pool2d.avgPool2dGradInput(c.dy, g, c.countIncludePad), c.dx);
}

describe('linear', () => {
  it.each(golden('linear').linear)('$name', (c) => {
    expectGolden('y', linear.linearForward(c.x, c.w, c.b, c), c.y);
    expectGolden('dx', linear.linearGradInput(c.dy, c.w, c), c.dx);
    expectGolden('dw', linear.linearGradWeight(c.x, c.dy, c), c.dw);
    if (c.db) expectGolden('db', linear.linearGradBias(c.dy, c), c.db);
  });
});

describe.each(Object.keys(golden('map')) as cases.MapName[])('%s', (name) => {
  it.each(golden('map')[name])('$name, $options', (c) => {
    const isTanh = c.options?.approximate === 'tanh';
    const { forward, from, gradient }: UnaryReference = UNARY[isTanh ? 'geluTanh' : name];
    const options = (c.options ?? {}) as Record<string, number>;
    const y = c.x.map((x) => forward(x, options));
    expectGolden('y', y, c.y);
    const v = from === 'output' ? y : c.x;
    const dx = c.dy.map((dy, i) => gradient(v[i]!, dy, options));
    expectGolden('dx', dx, c.dx);
  });
});

describe('softmax', () => {
  it.each(golden('softmax').softmax)('$name', ({ rows, classes, ...c }) => {
    const y = losses.softmaxForward(c.x, rows, classes);
    expectGolden('y', y, c.y);
    expectGolden('dx', losses.softmaxGradInput(y, c.dy, rows, classes), c.dx);
  });
});

describe('crossEntropy', () => {
  it.each(golden('losses').crossEntropy)('$name', (c) => {
    const { labelSmoothing = 0, weight, ignoreIndex = -100 } = c.options;
    const rule = { smoothing: labelSmoothing, weight: weight ?? [], ignored: ignoreIndex };
    const counted = c.labels.filter((label) => label !== ignoreIndex);
    const divisor = counted.reduce((sum, label) => sum + (weight?.[label] ?? 1), 0);
    const loss = losses.crossEntropyForward(c.logits, c.labels, rule);
    expectGolden('loss', reduced(loss, c.reduction, divisor), c.loss);
    const gradPerRow = spread(c.dLoss, c.reduction, c.rows, divisor);
    const dLogits = losses.crossEntropyGradInput(c.logits, c.labels, gradPerRow, rule);
    expectGolden('dLogits', dLogits, c.dLogits);
  });
});

describe('mse', () => {
  it.each(golden('losses').mse)('$name', (c) => {
    const loss = losses.mseForward(c.x, c.target);
    expectGolden('loss', reduced(loss, c.reduction), c.loss);
    const gradPerElement = spread(c.dLoss, c.reduction, c.x.length);
    expectGolden('dx', losses.mseGradInput(c.x, c.target, gradPerElement), c.dx);
  });
});

function reduced(
  loss: Float64Array,
  reduction: cases.Reduction,
  divisor = loss.length,
): ArrayLike<number> {
  if (reduction === 'none') return loss;
  const sum = loss.reduce((a, b) => a + b);
  return [reduction === 'mean' ? sum / divisor : sum];
}

/** The gradient of every single loss, given the gradient of the reduced one. */
function spread(
  dLoss: number[],
  reduction: cases.Reduction,
  size: number,
  divisor = size,
): number[] {
  if (reduction === 'none') return dLoss;
  return Array<number>(size).fill(reduction === 'mean' ? dLoss[0]! / divisor : dLoss[0]!);
}

describe('sgd', () => {
  it.each(golden('optimizers').sgd)('$name', ({ options, initial, steps }) => {
    const parameter = Float64Array.from(initial);
    const velocity = new Float64Array(initial.length);
    steps.forEach((step, t) => {
      optimizers.sgdStep(parameter, step.gradient, velocity, t + 1, options);
      expectGolden(`step ${t + 1}`, parameter, step.parameter);
    });
  });
});

describe('adam', () => {
  it.each(golden('optimizers').adam)('$name', (c) => checkAdam(c, false));
});

describe('adamW', () => {
  it.each(golden('optimizers').adamW)('$name', (c) => checkAdam(c, true));
});

function checkAdam({ options, initial, steps }: cases.AdamCase, decoupled: boolean): void {
  const parameter = Float64Array.from(initial);
  const m = new Float64Array(initial.length);
  const v = new Float64Array(initial.length);
  steps.forEach((step, t) => {
    const withDecay = { ...options, decoupledWeightDecay: decoupled };
    optimizers.adamStep(parameter, step.gradient, m, v, t + 1, withDecay);
    expectGolden(`step ${t + 1}`, parameter, step.parameter);
  });
}

describe('expectClose', () => {
  const tolerance = { relative: 0.01, label: 'y' };

  it('allows an error relative to the largest magnitude', () => {
    expectClose([0.9, -100], [0, -100], tolerance);
    expect(() => expectClose([1.1, -100], [0, -100], tolerance)).toThrow(
      'y: [0]: expected 0, got 1.1, error 1.1, allowed 1',
    );
  });

  it('allows an absolute error', () => {
    expectClose([0.5], [0], { ...tolerance, absolute: 0.5 });
    expect(() => expectClose([0.5], [0], { ...tolerance, absolute: 0.4 })).toThrow('error 0.5');
  });

  it('takes NaN and the infinities for themselves only', () => {
    const special = [NaN, Infinity, -Infinity];
    expectClose(special, special, tolerance);
    for (const expected of [...special, 1]) {
      for (const actual of special.filter((value) => !Object.is(value, expected))) {
        expect(() => expectClose([actual], [expected], tolerance)).toThrow('y: [0]');
      }
    }
    expect(() => expectClose([1], [NaN], tolerance)).toThrow('y: [0]');
    expect(() => expectClose([1], [Infinity], tolerance)).toThrow('y: [0]');
  });

  it('compares the lengths', () => {
    expect(() => expectClose([1], [1, 2], tolerance)).toThrow('y: length');
  });
});
