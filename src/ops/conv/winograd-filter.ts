import type { Conv2dGeometry } from './geometry.js';

/** F(m x m, r x r): m x m outputs of an r x r kernel at a time, from tiles of inputs of m + r - 1 rows and columns. */
export interface WinogradFilter {
  readonly outputTile: number;
  readonly kernelSize: number;
}

/** 2.25 times fewer products than the convolution has, at the same error. */
export const F23: WinogradFilter = { outputTile: 2, kernelSize: 3 };
/** 4 times fewer products, at several times the error (docs/accuracy.md). */
export const F43: WinogradFilter = { outputTile: 4, kernelSize: 3 };
/** 6.25 times fewer products, at up to ten times the error (docs/accuracy.md). */
export const F45: WinogradFilter = { outputTile: 4, kernelSize: 5 };

/** True where the filter applies: its kernel, not strided, not dilated, one group. */
export function winogradApplies(g: Conv2dGeometry, { kernelSize }: WinogradFilter): boolean {
  return (
    g.kernelHeight === kernelSize &&
    g.kernelWidth === kernelSize &&
    g.strideHeight === 1 &&
    g.strideWidth === 1 &&
    g.dilationHeight === 1 &&
    g.dilationWidth === 1 &&
    g.groups === 1
  );
}

/** Rows and columns of the inputs of a tile. */
export function inputTile({ outputTile, kernelSize }: WinogradFilter): number {
  return outputTile + kernelSize - 1;
}

/** Inputs of a tile, and products per channel of it. */
export function countPositions(filter: WinogradFilter): number {
  return inputTile(filter) * inputTile(filter);
}

/** Tiles of y. */
export function countTiles(g: Conv2dGeometry, { outputTile }: WinogradFilter): number {
  return g.batch * Math.ceil(g.outHeight / outputTile) * Math.ceil(g.outWidth / outputTile);
}

/**
 * The points, as bits, that a last tile needs which has fewer outputs than the others: not ∞, the last one. With two
 * outputs F(4,3) is F(2,3) at its first three points and ∞, with one without that.
 */
export function shortPoints(filter: WinogradFilter, size: number): number {
  const infinity = 2 ** (inputTile(filter) - 1);
  const outputs = size % filter.outputTile;
  if (filter !== F43 || outputs > 2) return infinity - 1;
  return outputs === 2 ? 7 + infinity : 7;
}
