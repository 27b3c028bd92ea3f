import { exifOrientation, placement } from './exif.js';
import { HuffmanTable } from './jpeg-bits.js';
import { ZIGZAG } from './jpeg-blocks.js';
import { BLOCK_SIZE, type Frame, readFrame } from './jpeg-frame.js';
import { type ColourSpace, toImage } from './jpeg-pixels.js';
import { decodeScan, type Tables, writeCoefficients } from './jpeg-scan.js';
import { MAX_SCANS } from './limits.js';
import { damagedAt, damagedHeader, PictureError, truncated } from './picture-error.js';
import type { Image } from './types.js';

const MARKER = {
  arithmeticTables: 0xcc,
  huffmanTables: 0xc4,
  quantizationTables: 0xdb,
  restartInterval: 0xdd,
  startOfImage: 0xd8,
  endOfImage: 0xd9,
  startOfScan: 0xda,
  jfif: 0xe0,
  exif: 0xe1,
  adobe: 0xee,
} as const;

interface Jpeg extends Tables {
  frame: Frame | undefined;
  jfif: boolean;
  /** Adobe's number for the colour space. */
  adobeTransform: number | undefined;
  orientation: number | undefined;
  scans: number;
}

/** Decodes a JPEG (baseline, extended or progressive, of 8 bits), upright. Its errors say what the file has instead. */
export function decodeJpeg(bytes: Uint8Array): Image {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const jpeg = readSegments(file);
  const { frame } = jpeg;
  if (!frame) throw new PictureError('one without a frame');
  // A table is taken over at the first scan of a component.
  if (frame.components.some(({ quantization }) => !quantization)) {
    throw new PictureError('one that lacks some of its colours');
  }
  if (frame.progressive) frame.components.forEach(writeCoefficients);
  const place = placement(frame.width, frame.height, jpeg.orientation ?? 1);
  return toImage(frame, colourSpace(frame, jpeg), place);
}

/** Walks the segments (ITU-T T.81, annex B) up to the end marker, without which something was cut off. */
function readSegments(file: Buffer): Jpeg {
  const jpeg: Jpeg = {
    ...{ quantization: [], means: [], details: [], restartInterval: 0, scans: 0, jfif: false },
    ...{ frame: undefined, adobeTransform: undefined, orientation: undefined },
  };
  for (let at = 2; ;) {
    at = findMarker(file, at);
    const marker = file[at - 1]!;
    if (marker === MARKER.endOfImage) return jpeg;
    if (marker === MARKER.startOfImage) throw damagedAt(at - 2);
    const end = at + 2 <= file.length ? at + file.readUInt16BE(at) : Infinity;
    if (end > file.length) throw truncated(file);
    if (end < at + 2) throw damagedAt(at);
    const segment = file.subarray(at + 2, end);
    at = end;
    if (marker === MARKER.startOfScan) at = readScan(file, at, segment, jpeg);
    else if (isFrame(marker)) startFrame(marker, segment, file.length - end, jpeg);
    else readSegment(marker, segment, jpeg);
  }
}

/** Where the next marker ends. What is no marker is skipped, as in libjpeg; restart markers too. */
function findMarker(file: Buffer, at: number): number {
  for (; at + 1 < file.length; at++) {
    const code = file[at + 1]!;
    const standsAlone = code <= 0x01 || (code >= 0xd0 && code <= 0xd7) || code === 0xff;
    if (file[at] === 0xff && !standsAlone) return at + 2;
  }
  throw truncated(file);
}

const isFrame = (marker: number) =>
  marker >= 0xc0 &&
  marker <= 0xcf &&
  marker !== MARKER.huffmanTables &&
  marker !== MARKER.arithmeticTables &&
  marker !== 0xc8;

function startFrame(marker: number, segment: Buffer, left: number, jpeg: Jpeg): void {
  if (jpeg.frame) throw new PictureError('one with two frames');
  jpeg.frame = readFrame(marker, segment, left);
}

function readScan(file: Buffer, at: number, segment: Buffer, jpeg: Jpeg): number {
  if (!jpeg.frame) throw new PictureError('one without a frame before its pixels');
  if (++jpeg.scans > MAX_SCANS) throw new PictureError(`one of more than ${MAX_SCANS} scans`);
  return decodeScan(file, at, segment, jpeg.frame, jpeg);
}

function readSegment(marker: number, segment: Buffer, jpeg: Jpeg): void {
  switch (marker) {
    case MARKER.quantizationTables:
      readQuantization(segment, jpeg);
      break;
    case MARKER.huffmanTables:
      readHuffman(segment, jpeg);
      break;
    case MARKER.restartInterval:
      if (segment.length < 2) throw damagedHeader();
      jpeg.restartInterval = segment.readUInt16BE(0);
      break;
    case MARKER.jfif:
      if (segment.length >= 14 && segment.toString('latin1', 0, 5) === 'JFIF\0') jpeg.jfif = true;
      break;
    case MARKER.exif:
      jpeg.orientation ??= exifOrientation(segment);
      break;
    case MARKER.adobe:
      if (segment.length < 12 || segment.toString('latin1', 0, 5) !== 'Adobe') break;
      jpeg.adobeTransform = segment[11];
  }
}

function readQuantization(segment: Buffer, { quantization }: Tables): void {
  for (let at = 0; at < segment.length;) {
    const [wide, id] = [segment[at]! >> 4, segment[at]! & 0xf];
    const size = BLOCK_SIZE * (wide === 0 ? 1 : 2);
    if (wide > 1 || id > 3 || at + 1 + size > segment.length) throw damagedHeader();
    const values = segment.subarray(at + 1, at + 1 + size);
    const table = new Uint16Array(BLOCK_SIZE);
    for (let k = 0; k < BLOCK_SIZE; k++) {
      table[ZIGZAG[k]!] = wide === 0 ? values[k]! : values.readUInt16BE(2 * k);
    }
    quantization[id] = table;
    at += 1 + size;
  }
}

function readHuffman(segment: Buffer, { means, details }: Tables): void {
  for (let at = 0; at < segment.length;) {
    const [kind, id] = [segment[at]! >> 4, segment[at]! & 0xf];
    const counts = segment.subarray(at + 1, at + 17);
    const end = at + 17 + counts.reduce((total, count) => total + count, 0);
    if (kind > 1 || id > 3 || end > segment.length) throw damagedHeader();
    (kind === 0 ? means : details)[id] = new HuffmanTable(counts, segment.subarray(at + 17, end));
    at = end;
  }
}

/** By the markers, in libjpeg's order; four components without Adobe's marker are CMYK. */
function colourSpace({ components }: Frame, { jfif, adobeTransform }: Jpeg): ColourSpace {
  if (components.length === 1) return 'grey';
  if (components.length === 4) return (adobeTransform ?? 0) === 0 ? 'CMYK' : 'YCCK';
  if (jfif) return 'YCbCr';
  if (adobeTransform !== undefined) return adobeTransform === 0 ? 'RGB' : 'YCbCr';
  return String.fromCharCode(...components.map(({ id }) => id)) === 'RGB' ? 'RGB' : 'YCbCr';
}
