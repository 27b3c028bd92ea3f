import { InputError, shortened } from './errors.js';

/** How pictures are made inputs, as the command line says; undefined is what the model says. */
export interface PictureArguments {
  /** The shape of one picture, for a model of this library that does not say it. */
  readonly inputShape?: readonly number[];
  /** Names of the classes. */
  readonly labels?: readonly string[];
  /** Of bytes / 255, for each channel or one for all. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  /** [height, width]. */
  readonly size?: readonly [height: number, width: number];
  readonly layout?: Layout;
}

export type Layout = 'NHWC' | 'NCHW';

/** Says what a model makes of a picture: a probability of each class, and their names. */
export type Classifier = (
  file: string,
) => Promise<{ probabilities: ArrayLike<number>; classNames: readonly string[] }>;

/** One number for each channel. @throws InputError */
export function perChannel(
  flag: string,
  given: readonly number[],
  channels: number,
): readonly number[] {
  if (given.length === channels) return given;
  if (given.length === 1) return new Array<number>(channels).fill(given[0]!);
  throw new InputError(
    `${flag}: expected a number, or ${channels}, one for each channel, got ${given.length}`,
  );
}

/** Reads `--mean`. @throws InputError */
export function parseMean(text: string): readonly number[] {
  return numbers('--mean', text, 'as in 0.485,0.456,0.406', Number.isFinite);
}

/** Reads `--std`. @throws InputError */
export function parseStd(text: string): readonly number[] {
  const isAbove0 = (value: number) => Number.isFinite(value) && value > 0;
  return numbers('--std', text, 'above 0, as in 0.229,0.224,0.225', isAbove0);
}

/** Reads `--size`: one number for a square, or height and width. @throws InputError */
export function parseSize(text: string): readonly [height: number, width: number] {
  const isSide = (value: number) => Number.isInteger(value) && value >= 1 && value <= 65_535;
  const sizes = numbers('--size', text, 'whole numbers, as in 224 or 192,256', isSide);
  if (sizes.length <= 2) return [sizes[0]!, sizes.at(-1)!];
  throw new InputError(`--size: expected one number or height,width, got ${sizes.length}`);
}

/** Reads `--layout`. @throws InputError */
export function parseLayout(text: string): Layout {
  const layout = text.toUpperCase();
  if (layout === 'NHWC' || layout === 'NCHW') return layout;
  throw new InputError(`--layout: expected NHWC or NCHW, got '${shortened(text)}'`);
}

/** Reads `--top`. @throws InputError */
export function parseTop(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 1_000_000) return value;
  throw new InputError(`--top: expected an integer from 1, got '${shortened(text)}'`);
}

function numbers(
  flag: string,
  text: string,
  expected: string,
  isRight: (value: number) => boolean,
): readonly number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (values.every(isRight)) return values;
  throw new InputError(
    `${flag}: expected numbers with commas, ${expected}, got '${shortened(text)}'`,
  );
}
