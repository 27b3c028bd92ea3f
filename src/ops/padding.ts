import { checkPair } from './check.js';
import { checkBoolean, checkInteger, wrongKind } from '../check.js';

/**
 * Zeros around the input: a number for all sides, `[height, width]`, `[top, left, bottom, right]` (ONNX's order),
 * `'valid'` (none) or `'same'` (output size = ⌈input size / stride⌉, the odd one below and to the right).
 */
export type Padding2d = number | readonly number[] | 'same' | 'valid';

/** The same for signals: a number for both ends, `[left, right]`, `'valid'` or `'same'`. */
export type Padding1d = number | readonly number[] | 'same' | 'valid';

/** One axis of a sliding window. */
export interface Window {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

/** Zeros before and after each axis: [top, left, bottom, right]. */
export type Sides = readonly [top: number, left: number, bottom: number, right: number];

/** @throws RangeError for padding that is not a non-negative integer, TypeError for another form. */
export function resolvePadding(
  op: string,
  padding: Padding2d,
  height: Window,
  width: Window,
): Sides {
  const sides = checkPadding(op, padding);
  if (sides !== 'same') return sides;
  const [top, bottom] = same(height);
  const [left, right] = same(width);
  return [top, left, bottom, right];
}

/** The sides that padding names, whatever the input. @throws RangeError, TypeError as `resolvePadding` */
function checkPadding(op: string, padding: Padding2d): Sides | 'same' {
  if (padding === 'same') return padding;
  if (padding === 'valid') return [0, 0, 0, 0];
  if (typeof padding === 'number') {
    checkInteger(op, 'padding', padding, 0);
    return [padding, padding, padding, padding];
  }
  const sides: unknown = padding;
  if (!Array.isArray(sides) || ![1, 2, 4].includes(sides.length)) {
    const expected = "an integer, [height, width], [top, left, bottom, right], 'same' or 'valid'";
    throw wrongKind(op, 'padding', expected, padding);
  }
  for (const side of sides) checkInteger(op, 'padding', side, 0);
  const [a, b = a, c = a, d = b] = sides as [number, ...number[]];
  return [a, b, c, d];
}

/** How windows lie on a picture; those on a signal are of height 1. */
interface Windows2d {
  readonly stride: number | readonly number[];
  readonly padding: Padding2d;
  readonly dilation: number | readonly number[];
}

/** Options of windows on a signal. */
interface Windows1dOptions {
  stride?: number;
  padding?: Padding1d;
  dilation?: number;
}

/**
 * What a layer can know of its windows before there is an input.
 * @throws TypeError, RangeError naming the option
 */
export function checkWindows(
  op: string,
  options: Partial<Windows2d> & { ceilMode?: boolean | undefined; countIncludePad?: boolean },
): void {
  const { stride = 1, padding = 0, dilation = 1, ceilMode = false } = options;
  checkPair(op, 'stride', stride, 1);
  checkPadding(op, padding);
  checkPair(op, 'dilation', dilation, 1);
  checkBoolean(op, 'ceilMode', ceilMode);
  checkBoolean(op, 'countIncludePad', options.countIncludePad ?? true);
}

/** The windows on a signal as windows of height 1 on a picture. @throws TypeError for another form of padding. */
export function windows2dOf(
  op: string,
  { stride = 1, padding = 0, dilation = 1 }: Windows1dOptions,
): Windows2d {
  return { stride: [1, stride], padding: padding2dOf(op, padding), dilation: [1, dilation] };
}

function padding2dOf(op: string, padding: Padding1d): Padding2d {
  if (padding === 'same' || padding === 'valid') return padding;
  const sides = typeof padding === 'number' ? [padding, padding] : padding;
  if (!Array.isArray(sides) || sides.length !== 2) {
    throw wrongKind(op, 'padding', "an integer, [left, right], 'same' or 'valid'", padding);
  }
  return [0, sides[0], 0, sides[1]];
}

/** Extent of a dilated kernel. */
export function extentOf({ kernel, dilation }: Window): number {
  return (kernel - 1) * dilation + 1;
}

function same(window: Window): [number, number] {
  const out = Math.ceil(window.size / window.stride);
  const total = Math.max(0, (out - 1) * window.stride + extentOf(window) - window.size);
  const before = Math.floor(total / 2);
  return [before, total - before];
}
