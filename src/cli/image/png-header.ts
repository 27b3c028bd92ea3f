import { damagedHeader } from './picture-error.js';

/** Samples of a pixel, and the depths there are, by colour type (PNG specification, 11.2.1). */
const COLOUR_TYPES: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

export interface PngHeader {
  width: number;
  height: number;
  /** Bits a sample. */
  depth: number;
  /** Samples a pixel in the file: the index, grey, grey and alpha, RGB, RGBA. */
  samples: number;
  indexed: boolean;
  interlaced: boolean;
}

export function readHeader(chunk: Buffer): PngHeader {
  if (chunk.length !== 13) throw damagedHeader();
  const [depth, colourType, compression, filter, interlace] = chunk.subarray(8);
  const type = COLOUR_TYPES[colourType!];
  if (!type?.depths.includes(depth!) || compression !== 0 || filter !== 0 || interlace! > 1) {
    throw damagedHeader();
  }
  return {
    width: chunk.readUInt32BE(0),
    height: chunk.readUInt32BE(4),
    depth: depth!,
    samples: type.samples,
    indexed: colourType === 3,
    interlaced: interlace === 1,
  };
}
