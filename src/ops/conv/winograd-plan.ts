import type { Conv2dGeometry } from './geometry.js';
import {
  countPositions,
  countTiles,
  inputTile,
  shortPoints,
  type WinogradFilter,
} from './winograd-filter.js';
import { partialSums } from '../partial-sums.js';
import { cutTasks } from '../tasks.js';

/** The i32 block that the kernels read: `WinogradGeometry` in assembly/lib/winograd-tiles.ts, field for field. */
export const WINOGRAD_FIELDS = [
  'inHeight',
  'inWidth',
  'inChannels',
  'outHeight',
  'outWidth',
  'outChannels',
  'padTop',
  'padLeft',
  'inputTile',
  'outputTile',
  'tilesWide',
  'tilesPerImage',
  'tiles',
  'blockTiles',
  'inputRow',
  'inputPlane',
  'outputRow',
  'outputPlane',
  'weightPlane',
  'outputOffset',
  'parts',
  'partColumns',
  'partChannels',
  'weightOffset',
  'weightRows',
  'sums',
  'fullRows',
  'fullColumns',
  'rowPoints',
  'columnPoints',
  'rotated',
] as const;

/**
 * Tiles that are transformed before their products are formed: each transformed weight is read once for them. Where a
 * plane of weights does not leave the L2 cache room for anything else, twice as many pay (512 channels, 7x7, batch 8:
 * 109 instead of 96 GFLOP/s); elsewhere 4 to 64 differ by less than 5 %, and fewer tiles make more tasks.
 */
const BLOCK_TILES = 16;
const LARGE_PLANE_BYTES = 2 ** 20;
/**
 * Weights that only one block of tiles needs are not packed where it has so many multiply-adds: the kernel transforms so
 * many input and output channels at a time, which the L2 cache holds (at most 295 KB). That takes as long as reading
 * packed ones from main memory; smaller ones stay in the cache (docs/decisions/0007).
 */
const UNPACKED_PRODUCTS = 2 ** 25;
const MOST_WEIGHT_ROWS = 128;
const WEIGHT_BYTES = 36 * 128 * 16 * 4;
const WEIGHT_COLUMNS = 16;
/** The tile of the microkernel; a block has room for whole tiles. */
const TILE_ROWS = 4;
const TILE_COLUMNS = 8;
const VECTOR_LANES = 4;
/** Runs of zeros, of the stage and of the patch at the head of the scratch (assembly/lib/winograd-tiles.ts), in bytes. */
export const HEAD_BYTES = (1 + 64 + 64) * 256;
/** Keeps the planes, whose sizes are often powers of two, from falling into the same lines of the cache. */
const PLANE_GAP_BYTES = 64;

/**
 * Bytes of the transformed x and dy of a block of tiles of the weight gradient: they should stay in the cache. But each
 * block adds its products to dw, so that it has at least this many tiles (256 channels, 14x14, batch 8: 98 instead of
 * 81 GFLOP/s with 16).
 */
const TRANSFORMED_BYTES = 1.5 * 2 ** 20;
const LEAST_GRADIENT_TILES = 64;
/** Bytes of the products of 16 input channels with 64 output channels, for one position. */
const PRODUCT_PLANE_BYTES = 16 * 256 + PLANE_GAP_BYTES;

/** How the tiles are worked on. */
interface Layout {
  /** Tiles that are transformed at a time, and bytes from one to the next in a plane of x, and of y. */
  readonly blockTiles: number;
  readonly inputRow: number;
  readonly outputRow: number;
  /** Bytes from one plane of weights to the next, and the input channels that are transformed at a time; 0 if packed. */
  readonly weightPlane: number;
  readonly weightRows: number;
  /** Parts that a block of tiles is cut into, and the output channels of one; those of dw are ranges of both channels. */
  readonly parts: number;
  readonly partColumns: number;
  readonly partChannels: number;
  /** Parts of the weight gradient that are summed on their own, and are its tasks; 0 where all is one sum. */
  readonly sums: number;
}

/** A geometry with the decisions of how to compute it. Depends on nothing else: not on the number of threads. */
export interface WinogradPlan extends Conv2dGeometry, Layout {
  readonly inputTile: number;
  readonly outputTile: number;
  readonly tilesWide: number;
  readonly tilesPerImage: number;
  readonly tiles: number;
  /** Rows and columns of tiles without the last one, where that is short. */
  readonly fullRows: number;
  readonly fullColumns: number;
  /** The points that the tiles of the short row and column need, as bits. */
  readonly rowPoints: number;
  readonly columnPoints: number;
  /** 1 where the kernel is rotated by half a turn, and its channels are exchanged. */
  readonly rotated: number;
  readonly inputPlane: number;
  readonly outputPlane: number;
  readonly outputOffset: number;
  readonly weightOffset: number;
  readonly scratchBytes: number;
  /** 0 where the kernel takes the weights as they are. */
  readonly packedBytes: number;
  /** Number of tasks of the kernel that packs the weights. */
  readonly packTasks: number;
  /** Multiply-adds of the products. */
  readonly multiplyAdds: number;
  /** Number of tasks of the kernel: parts of blocks of tiles, four input channels each, or sums. */
  readonly tasks: number;
  /** Whether tasks have work in common, which each thread does once. */
  readonly shared: boolean;
}

/** How to compute y. */
export function planWinograd(
  g: Conv2dGeometry,
  filter: WinogradFilter,
  unpacked = leavesUnpacked(g, filter),
): WinogradPlan {
  const columns = roundUp(g.outChannels, TILE_COLUMNS);
  const plane = 4 * g.inChannels * columns;
  const tiles = countTiles(g, filter);
  const blockTiles = blockTilesOf(g, filter);
  const [inputRow, outputRow] = [4 * roundUp(g.inChannels, VECTOR_LANES), 4 * columns];
  const blocks = Math.ceil(tiles / blockTiles);
  const weightRows = unpacked ? Math.min(mostWeightRows(filter), g.inChannels) : 0;
  const weightPlane = (unpacked ? 4 * weightRows * WEIGHT_COLUMNS : plane) + PLANE_GAP_BYTES;
  const { parts, partColumns } = cutTasks({
    multiplyAdds: countPositions(filter) * tiles * g.inChannels * g.outChannels,
    images: blocks,
    rows: 1,
    columns,
    columnStep: TILE_COLUMNS,
  });
  const layout = { blockTiles, inputRow, outputRow, weightPlane, weightRows, parts, partColumns };
  const tasks = blocks * parts;
  // A thread transforms the inputs of a block once for all of its parts.
  return { ...plan(g, filter, layout), tasks, shared: parts > 1 };
}

function leavesUnpacked(g: Conv2dGeometry, filter: WinogradFilter): boolean {
  const tiles = countTiles(g, filter);
  const products = countPositions(filter) * tiles * g.inChannels * g.outChannels;
  return tiles <= mostBlockTiles(g) && products >= UNPACKED_PRODUCTS;
}

/** Input channels whose transformed weights the L2 cache holds, in whole vectors. */
function mostWeightRows(filter: WinogradFilter): number {
  const rowBytes = 4 * WEIGHT_COLUMNS * countPositions(filter);
  const affordable = VECTOR_LANES * Math.floor(WEIGHT_BYTES / (VECTOR_LANES * rowBytes));
  return Math.min(MOST_WEIGHT_ROWS, affordable);
}

/** Blocks of nearly even size, of whole tiles of the microkernel; those that are not images do not become so. */
function blockTilesOf(g: Conv2dGeometry, filter: WinogradFilter): number {
  const tiles = countTiles(g, filter);
  const most = mostBlockTiles(g);
  if (tiles <= most) return Math.max(1, tiles);
  const even = roundUp(Math.ceil(tiles / Math.ceil(tiles / most)), TILE_ROWS);
  return even * g.batch === tiles ? most : even;
}

function mostBlockTiles({ inChannels, outChannels }: Conv2dGeometry): number {
  const plane = 4 * inChannels * roundUp(outChannels, TILE_COLUMNS);
  return plane > LARGE_PLANE_BYTES ? 2 * BLOCK_TILES : BLOCK_TILES;
}

/** How to compute dx: the convolution of dy with the kernel rotated by half a turn and its channels exchanged. */
export function planWinogradGradInput(
  g: Conv2dGeometry,
  filter: WinogradFilter,
  unpacked?: boolean,
): WinogradPlan {
  return { ...planWinograd(transposed(g), filter, unpacked), rotated: 1 };
}

/** The convolution, not strided and not dilated, that computes dx from dy. */
export function transposed(g: Conv2dGeometry): Conv2dGeometry {
  return {
    ...g,
    inHeight: g.outHeight,
    inWidth: g.outWidth,
    inChannels: g.outChannels,
    outHeight: g.inHeight,
    outWidth: g.inWidth,
    outChannels: g.inChannels,
    padTop: g.kernelHeight - 1 - g.padTop,
    padLeft: g.kernelWidth - 1 - g.padLeft,
  };
}

/** How to compute dw. */
export function planWinogradGradWeight(g: Conv2dGeometry, filter: WinogradFilter): WinogradPlan {
  const positions = countPositions(filter);
  const inputRow = oddLines(4 * g.inChannels);
  const outputRow = oddLines(4 * roundUp(g.outChannels, TILE_COLUMNS));
  const affordable = Math.floor(TRANSFORMED_BYTES / (positions * (inputRow + outputRow)));
  const tiles = countTiles(g, filter);
  const floats = g.kernelHeight * g.kernelWidth * g.inChannels * g.outChannels;
  const sums = partialSums(tiles / LEAST_GRADIENT_TILES, floats);
  const summed = Math.ceil(tiles / Math.max(1, sums));
  const blocks = Math.ceil(summed / Math.max(LEAST_GRADIENT_TILES, affordable));
  const blockTiles = Math.ceil(summed / Math.max(1, blocks));
  // By input channels, and where they are few by output channels.
  const cut = cutTasks({
    multiplyAdds: positions * tiles * g.inChannels * g.outChannels,
    images: 1,
    rows: Math.ceil(g.outChannels / TILE_COLUMNS),
    columns: g.inChannels,
    columnStep: TILE_ROWS,
  });
  const partColumns = TILE_COLUMNS * cut.blockRows;
  const parts = { parts: cut.parts, partColumns, partChannels: cut.partColumns };
  const layout = plan(g, filter, { blockTiles, inputRow, outputRow, sums, ...parts });
  return {
    ...layout,
    scratchBytes: layout.scratchBytes + positions * PRODUCT_PLANE_BYTES,
    tasks: sums || cut.blocks * cut.parts,
    shared: sums === 0,
  };
}

/** Packed weights that are not needed, tasks that are not parts. */
const WHOLE = { weightPlane: 0, weightRows: 0, parts: 1, partColumns: 0, partChannels: 0, sums: 0 };

function plan(
  g: Conv2dGeometry,
  filter: WinogradFilter,
  chosen: Pick<Layout, 'blockTiles' | 'inputRow' | 'outputRow'> & Partial<Layout>,
): Omit<WinogradPlan, 'tasks' | 'shared'> {
  const layout = { ...WHOLE, ...chosen };
  const { outputTile } = filter;
  const positions = countPositions(filter);
  const tiles = countTiles(g, filter);
  const tilesPerImage = tiles / Math.max(1, g.batch);
  const tilesWide = Math.ceil(g.outWidth / outputTile);
  const tilesHigh = Math.ceil(g.outHeight / outputTile);
  // The last row and column of a block that is an image may be short; the weight gradient has none.
  const isImage = layout.weightPlane > 0 && layout.blockTiles === tilesPerImage;
  const isShort = (size: number, across: number) =>
    isImage && size % outputTile > 0 && savesTiles(tilesPerImage, across);
  const fullRows = tilesHigh - Number(isShort(g.outHeight, tilesWide));
  const fullColumns = tilesWide - Number(isShort(g.outWidth, tilesHigh));
  // Tiles of the microkernel may begin behind the short row.
  const behind = fullRows < tilesHigh ? TILE_ROWS : 0;
  const rows = roundUp(layout.blockTiles, TILE_ROWS) + behind;
  const inputPlane = rows * layout.inputRow + PLANE_GAP_BYTES;
  const outputPlane = rows * layout.outputRow + PLANE_GAP_BYTES;
  const outputOffset = roundUp(HEAD_BYTES + positions * inputPlane, 64);
  const weightOffset = roundUp(outputOffset + positions * outputPlane, 64);
  const weightBytes = positions * layout.weightPlane;
  const packed = layout.weightRows === 0;
  return {
    ...g,
    ...layout,
    inputTile: inputTile(filter),
    outputTile,
    tilesWide,
    tilesPerImage,
    tiles,
    fullRows,
    fullColumns,
    rowPoints: shortPoints(filter, g.outHeight),
    columnPoints: shortPoints(filter, g.outWidth),
    rotated: 0,
    inputPlane,
    outputPlane,
    outputOffset,
    weightOffset,
    scratchBytes: weightOffset + (packed ? 0 : weightBytes),
    packedBytes: packed ? weightBytes : 0,
    packTasks: Math.ceil(g.outChannels / WEIGHT_COLUMNS),
    multiplyAdds: positions * tiles * g.inChannels * g.outChannels,
  };
}

/** Whether the microkernel has fewer tiles of its own to multiply without `short` tiles. */
function savesTiles(tiles: number, short: number): boolean {
  return Math.ceil((tiles - short) / TILE_ROWS) < Math.ceil(tiles / TILE_ROWS);
}

/** Rounded up to an odd number of cache lines: rows that are read side by side keep out of one another's way. */
function oddLines(bytes: number): number {
  return 64 * (Math.ceil(bytes / 64) | 1);
}

function roundUp(value: number, step: number): number {
  return step * Math.ceil(value / step);
}
