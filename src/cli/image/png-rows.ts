import { PictureError } from './picture-error.js';
import type { PngHeader } from './png-header.js';

/** First column, first row, column step, row step of each pass (PNG specification, 8.2). */
const ADAM7_PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const ONE_PASS = [[0, 0, 1, 1]] as const;

/** A row of a pass: its samples, and where its pixels go: every `step`-th from `pixel`. */
export type OnRow = (samples: Uint16Array, columns: number, pixel: number, step: number) => void;

/** Each pass that has pixels. Its scanlines are a byte, the filter, and the samples. */
function passesOf({ width, height, depth, samples, interlaced }: PngHeader) {
  return (interlaced ? ADAM7_PASSES : ONE_PASS)
    .map(([left, top, stepX, stepY]) => {
      const [columns, rows] = [
        Math.ceil((width - left) / stepX),
        Math.ceil((height - top) / stepY),
      ];
      const rowBytes = Math.ceil((columns * samples * depth) / 8);
      return { left, top, stepX, stepY, columns, rows, rowBytes };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** Length of the filtered scanlines of all passes. */
export function scanlineBytes(header: PngHeader): number {
  return passesOf(header).reduce((total, { rows, rowBytes }) => total + rows * (1 + rowBytes), 0);
}

/** Takes the filters off `lines`, in place, and hands out the samples row by row. */
export function readRows(header: PngHeader, lines: Uint8Array, onRow: OnRow): void {
  const { width, depth, samples } = header;
  const pixelBytes = Math.max(1, (samples * depth) / 8);
  const unpacked = new Uint16Array(width * samples);
  let at = 0;
  for (const { left, top, stepX, stepY, columns, rows, rowBytes } of passesOf(header)) {
    let above: Uint8Array = new Uint8Array(rowBytes);
    for (let row = 0; row < rows; row++, at += 1 + rowBytes) {
      const line = lines.subarray(at + 1, at + 1 + rowBytes);
      unfilter(lines[at]!, line, above, pixelBytes);
      unpack(line, depth, columns * samples, unpacked);
      onRow(unpacked, columns, (top + row * stepY) * width + left, stepX);
      above = line;
    }
  }
}

/** Undoes what was subtracted from a row: the pixel to the left, the one above, or both (PNG specification, 9.2). */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let i = pixelBytes; i < line.length; i++) line[i]! += line[i - pixelBytes]!;
      return;
    case 2:
      for (let i = 0; i < line.length; i++) line[i]! += above[i]!;
      return;
    case 3:
      for (let i = 0; i < line.length; i++) {
        const left = i < pixelBytes ? 0 : line[i - pixelBytes]!;
        line[i]! += (left + above[i]!) >> 1;
      }
      return;
    case 4:
      unfilterPaeth(line, above, pixelBytes);
      return;
    default:
      throw new PictureError(`one damaged: filter ${filter} is unknown`);
  }
}

/** Whichever of left, above and above left is nearest to left + above - above left. */
function unfilterPaeth(line: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  for (let i = 0; i < line.length; i++) {
    const [a, c] = i < pixelBytes ? [0, 0] : [line[i - pixelBytes]!, above[i - pixelBytes]!];
    const b = above[i]!;
    const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
    line[i]! += toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
  }
}

/** Samples of 1, 2, 4, 8 or 16 bits, the first in the highest bits. */
function unpack(line: Uint8Array, depth: number, count: number, samples: Uint16Array): void {
  if (depth === 8) {
    samples.set(line);
  } else if (depth === 16) {
    for (let i = 0; i < count; i++) samples[i] = (line[2 * i]! << 8) | line[2 * i + 1]!;
  } else {
    const mask = (1 << depth) - 1;
    for (let i = 0, bit = 0; i < count; i++, bit += depth) {
      samples[i] = (line[bit >> 3]! >> (8 - depth - (bit & 7))) & mask;
    }
  }
}
