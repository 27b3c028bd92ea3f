import { checkArity, checkNumber, wrongKind } from '../../check.js';
import { describe } from '../../describe.js';
import { checkOptions } from '../../options.js';
import type { Tensor } from '../../tensor.js';
import { apply, type Spec } from '../op.js';
import { COPY, type CopyOp, type CopyPlan } from './family.js';
import { stretched, type Stretch } from './stretches.js';
import { stridesOf, wholeOf } from './strided.js';

/**
 * What is put around a tensor `[1, 2, 3]`, here two elements before and after it: a constant, its mirror image without
 * the border `[3, 2, 1, 2, 3, 2, 1]`, its border `[1, 1, 1, 2, 3, 3, 3]`, or what follows when it is repeated
 * `[2, 3, 1, 2, 3, 1, 2]`.
 */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** Options of `pad`. */
export interface PadOptions {
  /** What is put around the input. Default 'constant'. */
  mode?: PadMode;
  /** The constant. Default 0. */
  value?: number;
}

/** Elements before and after each axis. */
export type Paddings = readonly (readonly [before: number, after: number])[];

/** A way to continue an axis. */
interface Border {
  /** The most elements that it has for either side. */
  most(size: number): number;
  /** The places of the input that lie before the axis and after it. */
  sides(size: number, before: number): readonly Pick<Stretch, 'from' | 'step'>[];
}

const BORDERS: Readonly<Partial<Record<PadMode, Border>>> = {
  reflect: {
    most: (size) => Math.max(0, size - 1),
    sides: (size, before) => [
      { from: before, step: -1 },
      { from: size - 2, step: -1 },
    ],
  },
  replicate: {
    most: (size) => (size === 0 ? 0 : Infinity),
    sides: (size) => [
      { from: 0, step: 0 },
      { from: size - 1, step: 0 },
    ],
  },
  circular: {
    most: (size) => size,
    sides: (size, before) => [
      { from: size - before, step: 1 },
      { from: 0, step: 1 },
    ],
  },
};

export const PAD: CopyOp<{ readonly padding: Paddings } & PadOptions> = {
  family: COPY,
  name: 'pad',
  layout(where, [x], { padding, value = 0, mode = 'constant' }) {
    checkPadding(where, padding, x!.shape.length);
    checkNumber(where, 'value', value);
    if (mode === 'constant') return framed(x!, padding, value);
    const isMode = typeof mode === 'string' && Object.hasOwn(BORDERS, mode);
    const border = isMode ? BORDERS[mode] : undefined;
    if (!border) {
      const modes = "'constant', 'reflect', 'replicate' or 'circular'";
      throw wrongKind(where, 'mode', modes, mode);
    }
    padding.forEach((sides, axis) => {
      const most = border.most(x!.shape[axis]!);
      if (Math.max(...sides) <= most) return;
      throw new RangeError(
        `${where}: padding[${axis}]: expected at most ${most} elements of a ${mode} border, got ${describe(sides)}`,
      );
    });
    return stretched(
      x!,
      padding.map(([before, after], axis) => {
        const size = x!.shape[axis]!;
        const [first, last] = border.sides(size, before);
        return [
          { at: before, size, from: 0, step: 1 },
          { at: 0, size: before, ...first! },
          { at: before + size, size: after, ...last! },
        ];
      }),
    );
  },
};

/** A constant around x. */
function framed({ shape: sizes, dtype }: Spec, padding: Paddings, value: number): CopyPlan {
  const shape = sizes.map((size, axis) => size + padding[axis]![0] + padding[axis]![1]);
  const strides = stridesOf(shape);
  const at = (starts: readonly number[]) => ({
    offset: starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0),
    strides,
  });
  const before = padding.map(([size]) => size);
  const input = { input: 0, sizes, to: at(before), from: wholeOf(sizes) };
  const bits = bitsOf(value, dtype);
  // Bands of an axis are as wide as the result along the axes before it, as the input along those after it.
  const bands = padding.flatMap(([first, last], axis) =>
    [
      [0, first],
      [first + sizes[axis]!, last],
    ].map(([start, size]) => {
      const starts = before.map((own, a) => (a < axis ? 0 : a === axis ? start! : own));
      const band = sizes.map((own, a) => (a < axis ? shape[a]! : a === axis ? size! : own));
      const from = { offset: 0, strides: band.map(() => 0) };
      return { sizes: band, to: at(starts), from, bits };
    }),
  );
  return { shape, dtype, parts: [input, ...bands] };
}

function checkPadding(where: string, padding: unknown, rank: number): void {
  const expected = `an array of ${rank} pairs of integers of at least 0`;
  if (!Array.isArray(padding)) throw wrongKind(where, 'padding', expected, padding);
  const isPair = (pair: unknown) =>
    Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= 0);
  if (padding.length !== rank || !padding.every(isPair)) {
    throw new RangeError(`${where}: padding: expected ${expected}, got ${describe(padding)}`);
  }
}

function bitsOf(value: number, dtype: Spec['dtype']): number {
  return dtype === 'int32' ? value | 0 : new Int32Array(Float32Array.of(value).buffer)[0]!;
}

/**
 * Puts a border around a tensor, as torch.nn.functional.pad, which counts axes from the last.
 * @param padding for each axis how many elements before and after it: `[[0, 0], [1, 1], [1, 1], [0, 0]]` frames pictures
 *   [N,H,W,C]; with mode 'reflect' less than the axis has, with 'circular' no more
 * @throws TypeError, RangeError
 */
export function pad(x: Tensor, padding: Paddings, options: PadOptions = {}): Tensor {
  checkArity('pad', arguments.length, 3);
  checkOptions('pad', options, ['mode', 'value']);
  return apply(PAD, [x], { ...options, padding });
}
