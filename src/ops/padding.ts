import { checkInteger, wrongKind } from '../check.js';

/**
 * Zeros around the input: a number for all sides, `[height, width]`, `[top, left, bottom, right]` (ONNX's order),
 * `'valid'` (none) or `'same'` (output size = ⌈input size / stride⌉, the odd one below and to the right).
 */
export type Padding2d = number | readonly number[] | 'same' | 'valid';

/**
 * The same for signals: a number for both ends, `[left, right]`, `'valid'`, `'same'` or, of a convolution, `'causal'`: all
 * in front, (kernelSize − 1) · dilation, so that no output depends on later input.
 */
export type Padding1d = number | readonly number[] | 'same' | 'valid' | 'causal';

/** One axis of a sliding window. */
export interface Window {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

/** Zeros before and after one axis. */
export type Ends = readonly [before: number, after: number];

/**
 * The zeros around each axis.
 * @param takesCausal whether a signal's may be causal
 * @throws RangeError for padding that is not a non-negative integer, TypeError for another form
 */
export function endsOf(
  op: string,
  padding: Padding1d,
  windows: readonly Window[],
  takesCausal = false,
): readonly Ends[] {
  const ends = checkPadding(op, padding, windows.length, takesCausal);
  if (ends === 'same') return windows.map(same);
  return ends === 'causal' ? windows.map((window) => [extentOf(window) - 1, 0]) : ends;
}

/** The forms of padding that list sides, by the number of axes. */
const SIDES = [
  '',
  '[left, right]',
  '[height, width], [top, left, bottom, right]',
  '[depth, height, width], [front, top, left, back, bottom, right]',
];

/** The zeros that padding names, whatever the input. @throws RangeError, TypeError as `endsOf` */
export function checkPadding(
  op: string,
  padding: Padding1d,
  axes: number,
  takesCausal = false,
): readonly Ends[] | 'same' | 'causal' {
  const isCausal = takesCausal && axes === 1;
  if (padding === 'same' || (isCausal && padding === 'causal')) return padding;
  const sides: unknown = padding === 'valid' ? 0 : padding;
  const list = Array.isArray(sides) ? (sides as number[]) : [sides as number];
  const lengths = axes === 1 ? [2] : [1, axes, 2 * axes];
  if (typeof sides !== 'number' && !(Array.isArray(sides) && lengths.includes(list.length))) {
    const names = isCausal ? "'same', 'valid' or 'causal'" : "'same' or 'valid'";
    throw wrongKind(op, 'padding', `an integer, ${SIDES[axes]}, ${names}`, padding);
  }
  for (const side of list) checkInteger(op, 'padding', side, 0);
  return Array.from({ length: axes }, (_, axis) => {
    const before = list.length === 1 ? list[0]! : list[axis]!;
    return [before, list.length === 2 * axes ? list[axis + axes]! : before];
  });
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
