import { describe, expect, test } from 'vitest';
import { broadcastShape, layoutOf, ZIP_FIELDS } from '../../src/ops/zip/broadcast.js';
import type { ZipOp } from '../../src/ops/zip/family.js';
import { ADD, DIV, MAXIMUM, MINIMUM, MUL, POW, SUB } from '../../src/ops/zip/functions.js';
import { Random } from '../../src/random.js';
import { geometryBlock } from '../../src/runtime/geometry-block.js';
import { runtime } from '../../src/runtime/runtime.js';
import { type Shape, sizeOf } from '../../src/shape.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import {
  BINARY,
  type BinaryName,
  type BinaryReference,
  broadcast,
} from '../support/reference/zip.js';
import { floats, ranges, unwritten } from '../support/tensors.js';
import { expectUlps, SPECIALS } from '../support/unary.js';

const OPS = [ADD, SUB, MUL, DIV, MAXIMUM, MINIMUM, POW];
const PARTS = [1, 2, 7];

/** One row, rows, short periods on either side, up to eight axes of which no two are alike. */
const SHAPES: readonly (readonly [a: Shape, b: Shape])[] = [
  [[], []],
  [[1], [7]],
  [[9], []],
  [[0], [1]],
  [[2, 0, 3], [3]],
  ...[1, 2, 3, 4, 5, 8, 15, 16, 17, 300].map((size) => [[size], [size]] as const),
  [[40, 3], [3]],
  [[3], [40, 3]],
  [
    [300, 1],
    [300, 3],
  ],
  [[5, 16], [16]],
  [[700, 5], [5]],
  [
    [2, 90, 7],
    [2, 1, 7],
  ],
  [
    [2, 1, 3],
    [2, 200, 3],
  ],
  [[3, 300], [300]],
  [
    [3, 257],
    [3, 1],
  ],
  [
    [6, 1],
    [1, 9],
  ],
  [
    [4, 1, 5],
    [1, 6, 5],
  ],
  [
    [2, 3, 1, 5],
    [4, 1],
  ],
  [
    [2, 1, 3, 1, 2, 1, 3, 1],
    [1, 3, 1, 2, 1, 2, 1, 5],
  ],
  [
    [1, 3, 1, 2, 1, 2, 1, 5],
    [2, 1, 3, 1, 2, 1, 3, 1],
  ],
];

interface Operands {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly shape: Shape;
}

/** Calls `run` for every part of the output, with what the kernels are told of the operands. */
function inParts(
  { a, b, shape }: Operands,
  parts: number,
  run: (
    layout: readonly [steps: number, geometry: number, scratch: number],
    begin: number,
    end: number,
  ) => void,
): void {
  const { steps, geometry } = layoutOf(a.shape, b.shape, shape);
  const scratch = unwritten(geometry?.tiled ? geometry.piece + 4 : 0);
  for (const [begin, end] of ranges(sizeOf(shape), parts)) {
    const block = geometry ? geometryBlock(ZIP_FIELDS, geometry) : 0;
    run([steps, block, scratch.pointer], begin, end);
  }
}

function forward(op: ZipOp, operands: Operands, parts = 1) {
  const { a, b, shape } = operands;
  const y = unwritten(...shape);
  inParts(operands, parts, (layout, begin, end) =>
    runtime().kernels.zipForward(y.pointer, a.pointer, b.pointer, op.fn, ...layout, begin, end),
  );
  return y.data();
}

/** What arrives at operand `index`, written over `d`. */
function gradient(
  op: ZipOp,
  { a, b, shape }: Operands,
  index: number,
  dy: Tensor,
  d: Tensor,
  accumulate: boolean,
  parts: number,
) {
  const { fn, isExchanged = false } = op.gradients[index]!;
  const operands = isExchanged ? { a: b, b: a, shape } : { a, b, shape };
  const pointers = [d.pointer, dy.pointer, operands.a.pointer, operands.b.pointer] as const;
  inParts(operands, parts, (layout, begin, end) =>
    runtime().kernels.zipGradInput(...pointers, fn, ...layout, accumulate, begin, end),
  );
  return d.data();
}

describe.each(OPS.map((op) => ({ name: op.name, op })))('$name', ({ name, op }) => {
  const reference: BinaryReference = BINARY[name as BinaryName];
  /** What dx may be off: the gradients of powers are computed in several steps. */
  const relative = op === POW ? 1e-6 : op === DIV ? 2e-7 : 0;
  /** Not 0, and for powers not below: their gradients grow without bounds there. */
  const draw = (size: number, random: Random) =>
    randomValues(size, random).map((v) => (op === POW || v === 0 ? Math.abs(v) + 0.25 : v));

  test.each(SHAPES)('%j and %j', (shapeA, shapeB) => {
    const seed = sizeOf(shapeA) + 100 * sizeOf(shapeB);
    const random = new Random(seed);
    const shape = broadcastShape('test', shapeA, shapeB);
    const [va, vb] = [draw(sizeOf(shapeA), random), draw(sizeOf(shapeB), random)];
    const [allA, allB] = [broadcast(va, shapeA, shape), broadcast(vb, shapeB, shape)];
    const [vdy, before] = [0, 1].map(() => randomValues(sizeOf(shape), random));
    scope(() => {
      const operands = { a: floats(va, shapeA), b: floats(vb, shapeB), shape };
      const want = allA.map((a, i) => reference.forward(a, allB[i]!));
      const dy = floats(vdy!, shape);
      for (const parts of PARTS) {
        const label = `seed ${seed}, ${parts} parts`;
        expectUlps(want, forward(op, operands, parts), (y) => y, op === POW ? 0.51 : 0);
        for (const index of [0, 1] as const) {
          const arrives = Float32Array.from(
            allA,
            (a, i) => reference.gradients(a, allB[i]!, vdy![i]!)[index],
          );
          const fresh = gradient(op, operands, index, dy, unwritten(...shape), false, parts);
          expectClose(fresh, arrives, { relative, label: `d${index} ${label}` });
          const sum = gradient(op, operands, index, dy, floats(before!), true, parts);
          const added = fresh.map((value, i) => value + before![i]!);
          expect(sum, `d${index} + ${label}`).toEqual(added);
        }
      }
    });
  });

  test('all pairs of zeros, infinities, NaN and numbers of every size', () => {
    const values = [...SPECIALS, 2, -2, 3, -3, 0.5, -0.5, 1e6, 2 ** 24, -(2 ** 24), 16777215];
    const [va, vb] = [values, values].map((all) => Float32Array.from(all));
    const shape = [values.length, values.length];
    scope(() => {
      const operands = { a: floats(va!, [values.length, 1]), b: floats(vb!), shape };
      const got = forward(op, operands);
      const exact = (i: number) =>
        reference.forward(va![Math.floor(i / values.length)]!, vb![i % values.length]!);
      expectUlps([...got.keys()], got, exact, op === POW ? 0.51 : 0);
    });
  });
});

test('powers all over the range of float32 are within 0.51 ulp', () => {
  const random = new Random(7);
  const count = 200_000;
  const a = Float32Array.from({ length: count }, () => 2 ** random.uniform(-149, 128));
  const b = a.map((x) => random.uniform(-150, 128) / Math.log2(x));
  scope(() => {
    const shape = [count];
    const got = forward(POW, { a: floats(a), b: floats(b), shape });
    expectUlps([...got.keys()], got, (i) => a[i]! ** b[i]!, 0.51);
  });
});

test('a range is written and nothing else', () =>
  scope(() => {
    const [a, y] = [floats(new Float32Array(9).fill(1)), unwritten(9)];
    const { kernels } = runtime();
    kernels.zipForward(y.pointer, a.pointer, a.pointer, ADD.fn, 3, 0, 0, 2, 7);
    expect([...y.data()]).toEqual([NaN, NaN, 2, 2, 2, 2, 2, NaN, NaN]);
    const d = unwritten(9);
    const [passed] = ADD.gradients;
    kernels.zipGradInput(d.pointer, ...pointersOf(a), passed!.fn, 3, 0, 0, false, 1, 8);
    expect([...d.data()]).toEqual([NaN, 1, 1, 1, 1, 1, 1, 1, NaN]);
  }));

const pointersOf = ({ pointer }: Tensor) => [pointer, pointer, pointer] as const;
