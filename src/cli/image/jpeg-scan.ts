import { BitReader, type HuffmanTable } from './jpeg-bits.js';
import { type Band, BlockDecoder, type Coder } from './jpeg-blocks.js';
import { inverseDct } from './jpeg-dct.js';
import {
  BLOCK_SIDE,
  BLOCK_SIZE,
  blocksAcross,
  blocksDown,
  type Component,
  type Frame,
  NO_BIT,
} from './jpeg-frame.js';
import { damagedHeader, PictureError } from './picture-error.js';

/** The tables in force where a scan begins, by their numbers. */
export interface Tables {
  quantization: (Uint16Array | undefined)[];
  means: (HuffmanTable | undefined)[];
  details: (HuffmanTable | undefined)[];
  /** Groups of blocks between restart markers; 0 for none. */
  restartInterval: number;
}

interface Scan {
  components: Component[];
  coders: Coder[];
  band: Band;
}

/** Called for each block of a scan, in the order of the file. */
type OnBlock = (component: number, row: number, column: number) => void;

/** Decodes the scan whose header is `segment` and whose data begin at `at`. Returns where they end. */
export function decodeScan(
  file: Uint8Array,
  at: number,
  segment: Buffer,
  frame: Frame,
  tables: Tables,
): number {
  const scan = readScan(segment, frame, tables);
  const reader = new BitReader(file, at);
  const decoder = new BlockDecoder(reader, scan.band);
  const onBlock = frame.progressive ? storeBlocks(scan, decoder) : writeBlocks(scan, decoder);
  const { restartInterval } = tables;
  walkBlocks(frame, scan.components, onBlock, (group) => {
    reader.checkEnd();
    if (restartInterval === 0 || group === 0 || group % restartInterval !== 0) return;
    reader.restart(group / restartInterval - 1);
    decoder.reset();
    for (const coder of scan.coders) coder.mean = 0;
  });
  reader.checkEnd();
  return reader.at;
}

function readScan(segment: Buffer, frame: Frame, tables: Tables): Scan {
  const count = segment[0] ?? 0;
  if (count < 1 || count > 4 || segment.length < 4 + 2 * count) throw damagedHeader();
  const components: Component[] = [];
  const coders = Array.from({ length: count }, (_, i): Coder => {
    const [id, table] = [segment[1 + 2 * i]!, segment[2 + 2 * i]!];
    const component = frame.components.find((own) => own.id === id && !components.includes(own));
    if (!component) throw damagedHeader();
    component.quantization ??= tables.quantization[component.quantizationId];
    components.push(component);
    return { means: tables.means[table >> 4], details: tables.details[table & 0xf], mean: 0 };
  });
  if (components.some(({ quantization }) => !quantization)) throw damagedHeader();
  const whole = { first: 0, last: 63, low: 0, refines: false };
  if (!frame.progressive) return { components, coders, band: whole };
  const band = readBand(segment.subarray(1 + 2 * count), count);
  for (const { bits } of components) checkProgress(bits, band);
  return { components, coders, band };
}

function readBand(bytes: Buffer, components: number): Band {
  const [first, last, bits] = [bytes[0]!, bytes[1]!, bytes[2]!];
  const [high, low] = [bits >> 4, bits & 0xf];
  const means = first === 0 && last === 0;
  const details = first > 0 && first <= last && last <= 63 && components === 1;
  if (!(means || details) || low > 13 || (high > 0 && high !== low + 1)) throw damagedHeader();
  return { first, last, low, refines: high > 0 };
}

/** Every bit comes once, from the high to the low: this bounds how often a block is visited. */
function checkProgress(bits: Uint8Array, { first, last, low, refines }: Band): void {
  const brought = bits.subarray(first, last + 1);
  if (brought.some((bit) => bit !== (refines ? low + 1 : NO_BIT))) {
    throw new PictureError('one whose scans contradict each other');
  }
  brought.fill(low);
}

/** Of a progressive picture: more may come. */
function storeBlocks({ components, coders }: Scan, decoder: BlockDecoder): OnBlock {
  const decode = decoder.decoder(true);
  return (i, row, column) => {
    const { coefficients, stride } = components[i]!;
    decode(coefficients, BLOCK_SIZE * (row * stride + column), coders[i]!);
  };
}

/** Of a picture whose blocks come whole: only their samples are kept. */
function writeBlocks({ components, coders }: Scan, decoder: BlockDecoder): OnBlock {
  const decode = decoder.decoder(false);
  const block = new Int16Array(BLOCK_SIZE);
  return (i, row, column) => {
    block.fill(0);
    decode(block, 0, coders[i]!);
    writeBlock(components[i]!, row, column, block, 0);
  };
}

/** Writes the samples of a progressive picture, once all of its scans are read. */
export function writeCoefficients(component: Component): void {
  const { coefficients, stride } = component;
  for (let row = 0; row < blocksDown(component); row++) {
    for (let column = 0; column < blocksAcross(component); column++) {
      const at = BLOCK_SIZE * (row * stride + column);
      writeBlock(component, row, column, coefficients, at);
    }
  }
}

function writeBlock(
  { quantization, plane, stride }: Component,
  row: number,
  column: number,
  coefficients: Int16Array,
  from: number,
): void {
  const rowSize = BLOCK_SIDE * stride;
  const to = BLOCK_SIDE * (row * rowSize + column);
  inverseDct(coefficients, from, quantization!, plane, to, rowSize);
}

/** A scan of several components goes through groups with some blocks of each, one of one through its blocks (T.81, A.2). */
function walkBlocks(
  frame: Frame,
  components: readonly Component[],
  onBlock: OnBlock,
  onGroup: (group: number) => void,
): void {
  const alone = components.length === 1 ? components[0] : undefined;
  const groupsAcross = alone ? blocksAcross(alone) : frame.groupsAcross;
  const groups = groupsAcross * (alone ? blocksDown(alone) : frame.groupsDown);
  for (let group = 0; group < groups; group++) {
    onGroup(group);
    const column = group % groupsAcross;
    const row = (group - column) / groupsAcross;
    if (alone) onBlock(0, row, column);
    else walkGroup(components, row, column, onBlock);
  }
}

function walkGroup(
  components: readonly Component[],
  groupRow: number,
  groupColumn: number,
  onBlock: OnBlock,
): void {
  for (let i = 0; i < components.length; i++) {
    const { across, down } = components[i]!;
    for (let row = groupRow * down; row < (groupRow + 1) * down; row++) {
      for (let column = groupColumn * across; column < (groupColumn + 1) * across; column++) {
        onBlock(i, row, column);
      }
    }
  }
}
