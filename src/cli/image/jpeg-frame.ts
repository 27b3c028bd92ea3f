import { checkMemory, checkSize, damagedHeader, PictureError } from './picture-error.js';

/** Blocks are 8x8 samples. */
export const BLOCK_SIDE = 8;
export const BLOCK_SIZE = 64;
export const NO_BIT = 255;

/** One colour of a picture. Its plane is padded to whole blocks, and to whole groups of them. */
export interface Component {
  id: number;
  /** Samples across and down for each of `Frame.across` and `Frame.down`. */
  across: number;
  down: number;
  quantizationId: number;
  /** The table, from the first scan of the component on. */
  quantization: Uint16Array | undefined;
  /** Samples, without padding. */
  width: number;
  height: number;
  /** Blocks from one row of blocks to the next. */
  stride: number;
  /** Samples, row by row. */
  plane: Uint8Array;
  /** Of a progressive picture, whose scans refine them: 64 numbers a block, row by row. */
  coefficients: Int16Array;
  /** The lowest bit, of each coefficient in zigzag order, that a scan has brought; `NO_BIT` before the first. */
  bits: Uint8Array;
}

export interface Frame {
  width: number;
  height: number;
  progressive: boolean;
  /** The most samples that a component has across and down in a group of blocks. */
  across: number;
  down: number;
  /** Groups of blocks in a row, and rows of them: minimum coded units of scans with all components. */
  groupsAcross: number;
  groupsDown: number;
  components: Component[];
}

/** By the last four bits of the marker; what is not here is a baseline, extended or progressive frame (T.81, B.1). */
const NOT_SUPPORTED: Readonly<Record<number, string>> = {
  3: 'lossless coding',
  5: 'hierarchical coding',
  6: 'hierarchical coding',
  7: 'hierarchical coding',
};

/**
 * Reads a frame header, and allocates what its size asks for.
 *
 * @param left Bytes of the file after the header: a picture that needs more is refused.
 */
export function readFrame(marker: number, segment: Buffer, left: number): Frame {
  const kind = marker & 0xf;
  const coding = kind > 8 ? 'arithmetic coding' : NOT_SUPPORTED[kind];
  if (coding) throw new PictureError(`one with ${coding}, which is not supported`);
  if (segment.length < 6) throw damagedHeader();
  const [depth, count] = [segment[0]!, segment[5]!];
  const [height, width] = [segment.readUInt16BE(1), segment.readUInt16BE(3)];
  if (depth !== 8) {
    throw new PictureError(`one of ${depth} bits a sample, of which only 8 are supported`);
  }
  checkSize(width, height);
  if (![1, 3, 4].includes(count)) {
    throw new PictureError(`one of ${count} components, of which only 1, 3 and 4 are supported`);
  }
  if (segment.length < 6 + 3 * count) throw damagedHeader();
  const frame = layOut(width, height, kind === 2, segment.subarray(6, 6 + 3 * count));
  checkLength(frame, left);
  allocate(frame);
  return frame;
}

function layOut(width: number, height: number, progressive: boolean, entries: Buffer): Frame {
  const factors = [...entries].filter((_, i) => i % 3 === 1);
  if (factors.some((both) => !isFactor(both >> 4) || !isFactor(both & 0xf))) throw damagedHeader();
  const across = Math.max(...factors.map((both) => both >> 4));
  const down = Math.max(...factors.map((both) => both & 0xf));
  const groupsAcross = Math.ceil(width / (BLOCK_SIDE * across));
  const groupsDown = Math.ceil(height / (BLOCK_SIDE * down));
  const components = factors.map((both, i): Component => {
    const own = { across: both >> 4, down: both & 0xf };
    return {
      ...own,
      id: entries[3 * i]!,
      quantizationId: entries[3 * i + 2]!,
      quantization: undefined,
      width: Math.ceil((width * own.across) / across),
      height: Math.ceil((height * own.down) / down),
      stride: groupsAcross * own.across,
      plane: new Uint8Array(0),
      coefficients: new Int16Array(0),
      bits: new Uint8Array(BLOCK_SIZE).fill(NO_BIT),
    };
  });
  return { width, height, progressive, across, down, groupsAcross, groupsDown, components };
}

const isFactor = (value: number) => value >= 1 && value <= 4;

/** Every block takes two codes, its mean and its end, or one where later scans may leave the rest out; a code is a bit. */
function checkLength({ width, height, progressive, components }: Frame, left: number): void {
  const blocks = components.reduce((total, own) => total + blocksAcross(own) * blocksDown(own), 0);
  const needed = Math.ceil((blocks * (progressive ? 1 : 2)) / 8);
  if (left >= needed) return;
  throw new PictureError(
    `one truncated: ${width}x${height} pixels take at least ${needed} bytes, of which there are ${left}`,
  );
}

/** Blocks that hold samples of the picture: a scan of one component has no others. */
export const blocksAcross = ({ width }: Component) => Math.ceil(width / BLOCK_SIDE);
export const blocksDown = ({ height }: Component) => Math.ceil(height / BLOCK_SIDE);

function allocate({ width, height, progressive, groupsDown, components }: Frame): void {
  const sizes = components.map(({ stride, down }) => stride * groupsDown * down * BLOCK_SIZE);
  const samples = sizes.reduce((total, size) => total + size, 0);
  const pixels = width * height * (components.length === 1 ? 1 : 3);
  checkMemory(width, height, samples * (progressive ? 3 : 1) + pixels);
  components.forEach((component, i) => {
    component.plane = new Uint8Array(sizes[i]!);
    if (progressive) component.coefficients = new Int16Array(sizes[i]!);
  });
}
