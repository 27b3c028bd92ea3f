import { ShapeError } from '../../errors.js';
import { axisNames, checkSizes } from '../check.js';
import { checkPadding, type Ends, endsOf, extentOf, type Window } from '../padding.js';
import type { AnyConvOptions } from './options.js';

const MAX_PADDED_SIZE = 2 ** 31 - 1;

/** What sets the ops of convolution apart. */
export interface Dimensions {
  readonly name: string;
  /** Axes that windows move along: of a signal, a picture or a volume. */
  readonly axes: 1 | 2 | 3;
  /** Whether it is the input gradient of a convolution. */
  readonly isTransposed: boolean;
}

/** One axis of a convolution: `size` is that of its input, `outputs` the number of its windows. */
export interface Axis extends Window {
  readonly pad: number;
  readonly outputs: number;
}

/**
 * The axes of a convolution, or of the one whose input gradient a transposed one is.
 * @param windows `size` is that of the op's input
 * @throws ShapeError, RangeError, TypeError naming the op and the axis or the option
 */
export function axesOf(
  dimensions: Dimensions,
  windows: readonly Window[],
  options: AnyConvOptions,
): readonly Axis[] {
  return dimensions.isTransposed
    ? transposedAxes(dimensions, windows, options)
    : forwardAxes(dimensions, windows, options);
}

/**
 * What a layer can know of its windows before there is an input.
 * @throws TypeError, RangeError naming the option
 */
export function checkConvOptions(
  { name, axes, isTransposed }: Dimensions,
  options: AnyConvOptions,
): void {
  const { stride = 1, padding = 0, dilation = 1, outputPadding = 0 } = options;
  const strides = checkSizes(name, 'stride', stride, axes, 1);
  checkPadding(name, padding, axes, !isTransposed);
  const dilations = checkSizes(name, 'dilation', dilation, axes, 1);
  if (!isTransposed) return;
  const windows = strides.map((size, i) => ({ stride: size, dilation: dilations[i]! }));
  checkOutputPadding(name, outputPadding, windows, padding === 'same');
}

function forwardAxes(
  { name, axes }: Dimensions,
  windows: readonly Window[],
  { padding = 0 }: AnyConvOptions,
): readonly Axis[] {
  const ends = endsOf(name, padding, windows, true);
  const names = axisNames(axes);
  return windows.map((window, i) => {
    const [before, after] = ends[i]!;
    return { ...window, pad: before, outputs: outputSize(name, names[i]!, window, before + after) };
  });
}

function outputSize(op: string, axis: string, window: Window, padding: number): number {
  const extent = extentOf(window);
  checkPaddedSize(op, axis, window.size, padding);
  if (window.size + padding < extent) {
    throw new ShapeError(
      `${op}: ${axis}: expected at least ${extent} for a kernel of ${window.kernel} with dilation ` +
        `${window.dilation}, got ${window.size} and ${padding} of padding`,
    );
  }
  return Math.floor((window.size + padding - extent) / window.stride) + 1;
}

function checkPaddedSize(op: string, axis: string, size: number, padding: number): void {
  // Row and column numbers are i32 in the kernels.
  if (size + padding > MAX_PADDED_SIZE) {
    throw new ShapeError(
      `${op}: ${axis}: expected at most ${MAX_PADDED_SIZE} with its padding, got ${size} and ${padding} of padding`,
    );
  }
}

function transposedAxes(
  { name, axes }: Dimensions,
  windows: readonly Window[],
  { padding = 0, outputPadding = 0 }: AnyConvOptions,
): readonly Axis[] {
  const extra = checkOutputPadding(name, outputPadding, windows, padding === 'same');
  const ends = checkPadding(name, padding, axes) as readonly Ends[] | 'same';
  const names = axisNames(axes);
  return windows.map((window, i) => {
    const { size: outputs, stride } = window;
    if (outputs < 1) throw new ShapeError(`${name}: ${names[i]}: expected at least 1, got 0`);
    if (ends === 'same') return sameAxis(name, { ...window, size: outputs * stride }, outputs);
    return transposedAxis(name, names[i]!, window, ends[i]!, extra[i]!);
  });
}

/** @throws TypeError; RangeError unless the size of the output leaves no doubt about that of the input */
function checkOutputPadding(
  op: string,
  outputPadding: number | readonly number[],
  windows: readonly Pick<Window, 'stride' | 'dilation'>[],
  isSame: boolean,
): readonly number[] {
  const extra = checkSizes(op, 'outputPadding', outputPadding, windows.length, 0);
  windows.forEach(({ stride, dilation }, i) => {
    const limit = isSame ? 1 : Math.max(stride, dilation);
    if (extra[i]! < limit) return;
    const why = isSame ? "padding 'same'" : `stride ${stride} and dilation ${dilation}`;
    throw new RangeError(
      `${op}: outputPadding: expected less than ${limit} for ${why}, got ${extra[i]}`,
    );
  });
  return extra;
}

function sameAxis(op: string, window: Window, outputs: number): Axis {
  const [[before]] = endsOf(op, 'same', [window]) as [Ends];
  return { ...window, pad: before, outputs };
}

function transposedAxis(
  op: string,
  axis: string,
  window: Window,
  [before, after]: Ends,
  extra: number,
): Axis {
  const whole = (window.size - 1) * window.stride + extentOf(window) + extra;
  const size = whole - before - after;
  checkPaddedSize(op, axis, size, before + after);
  if (size < 1) {
    throw new ShapeError(
      `${op}: ${axis}: expected more than ${before + after} to cut ${before} and ${after} of padding from, got ${whole}`,
    );
  }
  return { ...window, size, pad: before, outputs: window.size };
}
