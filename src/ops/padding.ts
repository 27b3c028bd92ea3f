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

/** Zeros before and after one axis. */
export type Ends = readonly [before: number, after: number];

/** @throws RangeError for padding that is not a non-negative integer, TypeError for another form. */
export function resolvePadding(
  op: string,
  padding: Padding2d,
  height: Window,
  width: Window,
): Sides {
  const [[top, bottom], [left, right]] = endsOf(op, padding, [height, width]) as [Ends, Ends];
  return [top, left, bottom, right];
}

/** The zeros around each axis. @throws RangeError, TypeError as `resolvePadding` */
export function endsOf(
  op: string,
  padding: Padding2d,
  windows: readonly Window[],
): readonly Ends[] {
  const ends = checkPadding(op, padding, windows.length);
  return ends === 'same' ? windows.map(same) : ends;
}

/** The forms of padding that list sides, by the number of axes. */
const SIDES = [
  '',
  '[left, right]',
  '[height, width], [top, left, bottom, right]',
  '[depth, height, width], [front, top, left, back, bottom, right]',
];

/** The zeros that padding names, whatever the input. @throws RangeError, TypeError as `resolvePadding` */
export function checkPadding(
  op: string,
  padding: Padding2d,
  axes: number,
): readonly Ends[] | 'same' {
  if (padding === 'same') return padding;
  const sides: unknown = padding === 'valid' ? 0 : padding;
  const list = Array.isArray(sides) ? (sides as number[]) : [sides as number];
  const lengths = axes === 1 ? [2] : [1, axes, 2 * axes];
  if (typeof sides !== 'number' && !(Array.isArray(sides) && lengths.includes(list.length))) {
    throw wrongKind(op, 'padding', `an integer, ${SIDES[axes]}, 'same' or 'valid'`, padding);
  }
  for (const side of list) checkInteger(op, 'padding', side, 0);
  return Array.from({ length: axes }, (_, axis) => {
    const before = list.length === 1 ? list[0]! : list[axis]!;
    return [before, list.length === 2 * axes ? list[axis + axes]! : before];
  });
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
  checkPadding(op, padding, 2);
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
