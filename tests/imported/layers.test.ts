import { describe, expect, test } from 'vitest';
import { channelsFirstWeight, conv, convTranspose } from '../../src/imported/ops/conv-ops.js';
import type { FilePadding, Layout } from '../../src/imported/ops/layout.js';
import { gemm, matmul } from '../../src/imported/ops/matmul.js';
import { groupNorm, lpNormalize, lrn } from '../../src/imported/ops/norm-ops.js';
import { maxPoolWithIndices, maxUnpool } from '../../src/imported/ops/pool-indices.js';
import { averagePool, globalPool, lpPool, maxPool } from '../../src/imported/ops/pool-ops.js';
import { recurrent, type RecurrentOptions } from '../../src/imported/ops/recurrent.js';
import { resize } from '../../src/imported/ops/resize.js';
import { Value } from '../../src/imported/value.js';
import { add } from '../../src/ops/zip/functions.js';
import { Random } from '../../src/random.js';
import { type Shape, sizeOf } from '../../src/shape.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { floats } from '../support/tensors.js';

const random = new Random(7);
const valueOf = (...shape: number[]) =>
  Value.of(
    floats(
      Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
      shape,
    ),
  );
const close = (a: Value, b: Value, label: string) => {
  expect(a.shape, label).toEqual(b.shape);
  expectClose(a.numbers(), b.numbers(), { relative: 1e-5, label });
};

/** [N, C, …] as [N, …, C], which then is what the file has. */
const toLast = (x: Value) => {
  const order = [0, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 2), 1];
  return Value.of(x.tensor(order));
};

const windows = { kernel: [3, 2], strides: [2, 1], dilations: [1, 2] };
const paddings: FilePadding[] = ['same', 'sameLower', 'valid', [1, 0, 0, 1]];

describe('both layouts give the same', () => {
  const picture = () => valueOf(2, 4, 7, 6);
  const ops: [string, (x: Value, layout: Layout) => Value][] = [
    ...paddings.flatMap((padding): [string, (x: Value, layout: Layout) => Value][] => [
      [`maxPool ${padding}`, (x, layout) => maxPool(x, { ...windows, padding, layout })],
      [`averagePool ${padding}`, (x, layout) => averagePool(x, { ...windows, padding, layout })],
      [`lpPool ${padding}`, (x, layout) => lpPool(x, 2, { ...windows, padding, layout })],
    ]),
    ['globalPool', (x, layout) => globalPool(x, 'average', layout)],
    ['lrn', (x, layout) => lrn(x, 3, { layout })],
    [
      'groupNorm',
      (x, layout) => groupNorm(x, 2, { scale: undefined, bias: undefined }, { layout, eps: 1e-5 }),
    ],
  ];
  test.each(ops)('%s', (name, op) => {
    scope(() => {
      const x = picture();
      close(toLast(op(x, 'NCHW')), op(toLast(x), 'NHWC'), name);
    });
  });

  test.each(paddings)('conv and convTranspose with padding %s', (padding) => {
    scope(() => {
      const x = picture();
      const weight = valueOf(6, 2, 3, 2);
      const options = { ...windows, padding, groups: 2, weightOrder: channelsFirstWeight(4) };
      const bias = valueOf(6);
      const first = conv(x, weight, bias, { ...options, layout: 'NCHW' });
      close(toLast(first), conv(toLast(x), weight, bias, { ...options, layout: 'NHWC' }), 'conv');
      const back = convTranspose(first, weight, undefined, { ...options, layout: 'NCHW' });
      const same = convTranspose(toLast(first), weight, undefined, { ...options, layout: 'NHWC' });
      close(toLast(back), same, 'convTranspose');
    });
  });
});

describe('convTranspose', () => {
  const weight = () => valueOf(1, 1, 3, 3);
  const options = { layout: 'NCHW', weightOrder: channelsFirstWeight(4), strides: [2, 2] } as const;

  test.each<[object, Shape]>([
    [{ padding: 'same' }, [1, 1, 8, 8]],
    [{ padding: 'sameLower' }, [1, 1, 8, 8]],
    [{ outputShape: [10, 8] }, [1, 1, 10, 8]],
    [{ padding: [1, 1, 1, 1], outputPadding: [1, 1] }, [1, 1, 8, 8]],
    [{}, [1, 1, 9, 9]],
  ])('%j', (given, shape) => {
    scope(() => {
      const y = convTranspose(valueOf(1, 1, 4, 4), weight(), undefined, { ...options, ...given });
      expect(y.shape).toEqual(shape);
    });
  });

  test('and conv refuse other ranks', () => {
    const x = valueOf(1, 1, 1, 1, 1, 1);
    expect(() => conv(x, x, undefined, options)).toThrow(
      'expected that of a convolution of 1 to 3',
    );
    expect(() => maxPool(x, { ...windows, layout: 'NCHW' })).toThrow('one to three spatial axes');
  });
});

test('max pooling and back: every value returns to its place', () => {
  scope(() => {
    const x = valueOf(2, 3, 4, 6);
    const options = { kernel: [2, 2], strides: [2, 2] };
    const [y, indices] = maxPoolWithIndices(x, options);
    Array.from(indices.numbers(), (place, i) => expect(x.numbers()[place]).toBe(y.numbers()[i]));
    const back = maxUnpool(y, indices, [2, 3, 5, 6], options);
    expect(back.shape).toEqual([2, 3, 5, 6]);
    const kept = Array.from(back.numbers()).filter((value) => value !== 0);
    expect(kept.sort()).toEqual(Array.from(y.numbers()).sort());
    const [, byColumns] = maxPoolWithIndices(x, options, true);
    const place = indices.numbers()[0]!;
    expect(byColumns.numbers()[0]).toBe((place % 6) * 4 + Math.floor(place / 6));
  });
});

test('resize of any axes is that of a picture with others', () => {
  scope(() => {
    const x = valueOf(2, 3, 4, 5);
    for (const mode of ['nearest', 'linear', 'cubic'] as const) {
      const scales = [1, 1, 2, 1.6];
      const expected = resize(x, { mode, scales }).transposed([2, 0, 3, 1]);
      const moved = Value.of(x.transposed([2, 0, 3, 1]).tensor());
      close(resize(moved, { mode, scales: [2, 1, 1.6, 1] }), expected, mode);
    }
    const twice = resize(resize(x, { mode: 'cubic', scales: [1, 2, 1, 1] }), {
      mode: 'cubic',
      scales: [1, 1, 1.5, 2],
    });
    close(resize(x, { mode: 'cubic', scales: [1, 2, 1.5, 2] }), twice, 'cubic of three axes');
    expect(resize(x, { mode: 'nearest', sizes: [2, 3, 4, 5] })).toBe(x);
  });
});

test('gemm and matmul', () => {
  scope(() => {
    const [a, b, c] = [valueOf(3, 4), valueOf(4, 5), valueOf(5)];
    const plain = gemm(a, b, c);
    const moved = gemm(a.transposed([1, 0]), b.transposed([1, 0]), c, {
      transposeA: true,
      transposeB: true,
    });
    close(moved, plain, 'transposed');
    const halves = gemm(a, b, c, { alpha: 0.5, beta: 0.5 });
    close(gemm(a, b, c, { alpha: 1 }), Value.of(add(halves.tensor(), halves.tensor())), 'halves');
  });
  scope(() => {
    const [a, b] = [valueOf(2, 3, 4), valueOf(4, 5)];
    const flat = matmul(Value.of(a.tensor()), b);
    expect(flat.shape).toEqual([2, 3, 5]);
  });
});

test('lpNormalize divides by the norm along the file axis', () => {
  scope(() => {
    const x = valueOf(1, 2, 1, 1);
    const [a, b] = Array.from(x.numbers()) as [number, number];
    const y = lpNormalize(x.transposed([0, 2, 3, 1]).transposed([0, 3, 1, 2]), 1, 2);
    expectClose(y.numbers(), [a / Math.hypot(a, b), b / Math.hypot(a, b)], {
      relative: 1e-6,
      label: 'norm',
    });
  });
});

describe('recurrent layers', () => {
  const [steps, batch, size, hidden] = [3, 2, 4, 5];
  const gatesOf = { LSTM: 4, GRU: 3, RNN: 1 } as const;
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

  /** One example, one step after the other, in float64, after ONNX's equations. */
  function reference(
    x: number[][],
    at: (value: Value, row: number, column: number) => number,
    { weight, recurrence, bias }: Record<'weight' | 'recurrence' | 'bias', Value>,
    { cell, linearBeforeReset = false }: RecurrentOptions,
  ): number[] {
    let [h, c] = [new Array<number>(hidden).fill(0), new Array<number>(hidden).fill(0)];
    const count = gatesOf[cell];
    for (const input of x) {
      const from = (row: number) => input.reduce((sum, v, i) => sum + v * at(weight, row, i), 0);
      const back = (row: number, state: number[]) =>
        state.reduce((sum, v, i) => sum + v * at(recurrence, row, i), 0);
      const b = (row: number) => at(bias, 0, row);
      const gate = (g: number, j: number, state = h) => {
        const row = g * hidden + j;
        return from(row) + back(row, state) + b(row) + b(count * hidden + row);
      };
      const next = h.map((_, j) => {
        if (cell === 'RNN') return Math.tanh(gate(0, j));
        if (cell === 'LSTM') {
          c[j] = sigmoid(gate(2, j)) * c[j]! + sigmoid(gate(0, j)) * Math.tanh(gate(3, j));
          return sigmoid(gate(1, j)) * Math.tanh(c[j]!);
        }
        const z = sigmoid(gate(0, j));
        const row = 2 * hidden + j;
        const r = h.map((_, k) => sigmoid(gate(1, k)));
        const reset = h.map((v, k) => r[k]! * v);
        const candidate = linearBeforeReset
          ? from(row) + b(row) + r[j]! * (back(row, h) + b(count * hidden + row))
          : gate(2, j, reset);
        return (1 - z) * Math.tanh(candidate) + z * h[j]!;
      });
      c = [...c];
      h = next;
    }
    return h;
  }

  test.each<RecurrentOptions>([
    { cell: 'RNN' },
    { cell: 'LSTM' },
    { cell: 'GRU' },
    { cell: 'GRU', linearBeforeReset: true },
  ])('%j follow the equations, forward and back, by their lengths', (options) => {
    scope(() => {
      const rows = gatesOf[options.cell] * hidden;
      const x = valueOf(steps, batch, size);
      const forward = {
        weight: valueOf(1, rows, size),
        recurrence: valueOf(1, rows, hidden),
        bias: valueOf(1, 2 * rows),
      };
      const at = (value: Value, row: number, column: number) =>
        value.numbers()[row * value.shape.at(-1)! + column]!;
      const input = (n: number, count: number) =>
        Array.from({ length: count }, (_, t) =>
          Array.from({ length: size }, (_, i) => x.numbers()[(t * batch + n) * size + i]!),
        );
      const lengths = Value.host([3, 2], [2], 'int32');
      const [all, last] = recurrent({ x, ...forward, lengths }, options) as [Value, Value];
      const expected = [
        ...reference(input(0, 3), at, forward, options),
        ...reference(input(1, 2), at, forward, options),
      ];
      const label = options.cell;
      expectClose(last.numbers(), expected, { relative: 1e-5, label });
      expect(all.shape).toEqual([steps, 1, batch, hidden]);
      expect(
        Array.from(all.numbers())
          .slice(-hidden)
          .every((value) => value === 0),
      ).toBe(true);
      const [, back] = recurrent(
        { x, ...forward, lengths },
        { ...options, direction: 'reverse' },
      ) as [Value, Value];
      const reversed = [
        ...reference(input(0, 3).reverse(), at, forward, options),
        ...reference(input(1, 2).reverse(), at, forward, options),
      ];
      expectClose(back.numbers(), reversed, { relative: 1e-5, label });
    });
  });

  test('say what does not fit', () => {
    const x = valueOf(steps, batch, size);
    const inputs = { x, weight: valueOf(1, 9, size), recurrence: valueOf(1, 10, hidden) };
    expect(() => recurrent(inputs, { cell: 'GRU' })).toThrow(
      'GRU: weights: expected [1, 15, 4] and [1, 15, 5], got [1,9,4] and [1,10,5]',
    );
    const fitting = { x, weight: valueOf(1, 5, size), recurrence: valueOf(1, 5, hidden) };
    const call = (activations: string[]) => () => recurrent(fitting, { cell: 'RNN', activations });
    expect(call(['Maxout'])).toThrow('activations: expected some of affine, elu');
    expect(call([])).toThrow('RNN: activations: expected 1 for each direction, got 0 in all');
  });
});
