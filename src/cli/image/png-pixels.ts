import { PictureError } from './picture-error.js';
import type { PngChunks } from './png-chunks.js';
import type { PngHeader } from './png-header.js';
import type { Image } from './types.js';

type WritePixels = (
  samples: Uint16Array,
  columns: number,
  out: Uint8Array,
  at: number,
  step: number,
) => void;

/** How the samples of a file become the pixels of an image. */
export interface PngPixels {
  channels: Image['channels'];
  /** Writes a row, each pixel `step` bytes after the one before it. */
  write: WritePixels;
}

/** Palettes are resolved, a transparent colour becomes alpha, grey with alpha becomes RGBA. */
export function readPixels(header: PngHeader, chunks: PngChunks): PngPixels {
  return header.indexed ? indexedPixels(chunks) : directPixels(header, chunks.transparency);
}

function indexedPixels({ palette, transparency }: PngChunks): PngPixels {
  if (!palette || palette.length % 3 !== 0 || palette.length > 768) {
    throw new PictureError(palette ? 'one with a damaged palette' : 'one without its palette');
  }
  const channels = transparency ? 4 : 3;
  const colours = palette.length / 3;
  const write: WritePixels = (samples, columns, out, at, step) => {
    for (let x = 0; x < columns; x++, at += step) {
      const index = samples[x]!;
      if (index >= colours) {
        throw new PictureError(`one with colour ${index}, which its palette of ${colours} lacks`);
      }
      for (let c = 0; c < 3; c++) out[at + c] = palette[3 * index + c]!;
      if (transparency) out[at + 3] = transparency[index] ?? 255;
    }
  };
  return { channels, write };
}

function directPixels({ depth, samples: count }: PngHeader, transparency?: Buffer): PngPixels {
  const hasAlpha = count % 2 === 0;
  const key = hasAlpha ? undefined : colourKey(transparency, count, depth);
  const grey = count < 3;
  const channels = hasAlpha || key ? 4 : grey ? 1 : 3;
  const colours = channels === 1 ? 1 : 3;
  const narrow = narrowing(depth);
  const write: WritePixels = (samples, columns, out, at, step) => {
    for (let x = 0, from = 0; x < columns; x++, from += count, at += step) {
      for (let c = 0; c < colours; c++) out[at + c] = narrow(samples[from + (grey ? 0 : c)]!);
      if (hasAlpha) out[at + 3] = narrow(samples[from + count - 1]!);
      else if (key) out[at + 3] = key.every((sample, c) => sample === samples[from + c]) ? 0 : 255;
    }
  };
  return { channels, write };
}

/** The samples of the colour that is declared transparent: the low bits of 16 each, whatever the depth. */
function colourKey(
  transparency: Buffer | undefined,
  samples: number,
  depth: number,
): number[] | undefined {
  if (!transparency) return undefined;
  if (transparency.length !== 2 * samples) {
    throw new PictureError('one with a damaged transparent colour');
  }
  return Array.from({ length: samples }, (_, c) => transparency.readUInt16BE(2 * c) % 2 ** depth);
}

/** Samples of any depth spread over, or rounded to, 0..255. */
function narrowing(depth: number): (sample: number) => number {
  if (depth === 8) return (sample) => sample;
  if (depth === 16) return (sample) => Math.round(sample / 257);
  const scale = 255 / ((1 << depth) - 1);
  return (sample) => sample * scale;
}
