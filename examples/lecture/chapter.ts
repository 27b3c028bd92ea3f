import type { Module, Tensor } from '../../src/index.js';

export type Cell = number | string;

/** What a step shows under a name: one cell, a vector or a table. */
export type Value = Cell | readonly Cell[] | readonly (readonly Cell[])[];

export interface Step {
  readonly text: string;
  /** By name, as the lecture writes it. */
  readonly values: Readonly<Record<string, Value>>;
  /** Places by which vectors are printed further to the right, to stand under the input they come from. */
  readonly shift?: Readonly<Record<string, number>>;
}

export interface Chapter {
  readonly title: string;
  readonly steps: Readonly<Record<string, Step>>;
}

/** All values of a tensor in a row. */
export function vector(x: Tensor): number[] {
  return [...x.data()];
}

/** The values in rows of the last axis. */
export function table(x: Tensor): number[][] {
  return rowsOf(vector(x), x.shape.at(-1)!);
}

/** One channel of one picture of [N, height, width, channels]. */
export function picture(x: Tensor, channel = 0, n = 0): number[][] {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const pixels = vector(x).filter((_, i) => i % channels === channel);
  return rowsOf(pixels, width).slice(n * height, (n + 1) * height);
}

/** A picture of 0 and 1 as one that can be looked at. */
export function drawing(pixels: readonly (readonly number[])[]): string[][] {
  return pixels.map((row) => row.map((pixel) => (pixel ? '█' : '·')));
}

/** A shape as the lecture writes it. */
export function sizeText(shape: readonly number[]): string {
  return shape.join(' × ');
}

export function parameterCount(layer: Module): number {
  return layer.parameters().reduce((sum, parameter) => sum + parameter.size, 0);
}

function rowsOf(values: readonly number[], width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) =>
    values.slice(i * width, (i + 1) * width),
  );
}
