import { geometryBytes, writeGeometry } from '../runtime/geometry-block.js';
import { type Precision, runtime } from '../runtime/runtime.js';
import { withScratch } from '../runtime/storage.js';
import { withActivation } from './activation.js';
import type { Conv2dAlgorithm } from './conv2d-algorithm.js';
import type { Conv2dGeometry } from './conv2d-geometry.js';
import { indirectConv2d } from './conv2d-indirect.js';

/** The i32 block that the kernels read: `WinogradGeometry` in assembly/conv2d-winograd.ts, field for field. */
export const WINOGRAD_FIELDS = [
  'inHeight',
  'inWidth',
  'inChannels',
  'outHeight',
  'outWidth',
  'outChannels',
  'padTop',
  'padLeft',
  'outputTile',
  'tilesWide',
  'tilesPerImage',
  'tiles',
  'blockTiles',
  'inputRow',
  'inputPlane',
  'productRow',
  'productPlane',
  'weightPlane',
  'inputOffset',
  'productOffset',
] as const;

/** Output rows and columns of a tile: F(2x2,3x3) or F(4x4,3x3). */
export type OutputTile = 2 | 4;

/**
 * Tiles that are transformed before their products are formed: each transformed weight is read once for them. Where a
 * plane of weights does not leave the L2 cache room for anything else, twice as many pay (512 channels, 7x7, batch 8:
 * 109 instead of 96 GFLOP/s); elsewhere 4 to 64 differ by less than 5 %, and fewer tiles make more tasks.
 */
const BLOCK_TILES = 16;
const LARGE_PLANE_BYTES = 2 ** 20;
const TILE_COLUMNS = 8;
const VECTOR_LANES = 4;
/** Runs of zeros, of the stage and of the patch at the head of the scratch (assembly/conv2d-winograd.ts), in bytes. */
const HEAD_BYTES = (1 + 36 + 36) * 256;
/** Keeps the planes, whose sizes are often powers of two, from falling into the same lines of the cache. */
const PLANE_GAP_BYTES = 64;

/** What it costs to read a weight, in products. */
const WEIGHT_TILES = 4;
const LEAST_GAIN = 1.2;
/** Transformed weights that are larger are not worth their memory. */
const MAX_PACKED_BYTES = 2 ** 28;

/** A geometry with the decisions of how to compute it. Depends on nothing else: not on the number of threads. */
export interface WinogradPlan extends Readonly<Record<(typeof WINOGRAD_FIELDS)[number], number>> {
  readonly scratchBytes: number;
  readonly packedBytes: number;
  /** Number of tasks of the kernels: blocks of tiles. */
  readonly tasks: number;
}

/** True where Winograd's filters apply: 3x3, not strided, not dilated, one group. */
export function winogradApplies(g: Conv2dGeometry): boolean {
  return (
    g.kernelHeight === 3 &&
    g.kernelWidth === 3 &&
    g.strideHeight === 1 &&
    g.strideWidth === 1 &&
    g.dilationHeight === 1 &&
    g.dilationWidth === 1 &&
    g.groups === 1
  );
}

/** How to compute y. */
export function planWinograd(g: Conv2dGeometry, outputTile: OutputTile): WinogradPlan {
  const positions = (outputTile + 2) ** 2;
  const tilesWide = Math.ceil(g.outWidth / outputTile);
  const tilesPerImage = tilesWide * Math.ceil(g.outHeight / outputTile);
  const tiles = g.batch * tilesPerImage;
  const columns = roundUp(g.outChannels, TILE_COLUMNS);
  const weightPlane = 4 * g.inChannels * columns + PLANE_GAP_BYTES;
  const affordable = weightPlane > LARGE_PLANE_BYTES ? 2 * BLOCK_TILES : BLOCK_TILES;
  const blockTiles = Math.max(1, Math.min(affordable, tiles));
  const inputRow = 4 * roundUp(g.inChannels, VECTOR_LANES);
  const productRow = 4 * columns;
  const inputPlane = blockTiles * inputRow + PLANE_GAP_BYTES;
  const productPlane = blockTiles * productRow + PLANE_GAP_BYTES;
  const productOffset = roundUp(HEAD_BYTES + positions * inputPlane, 64);
  return {
    inHeight: g.inHeight,
    inWidth: g.inWidth,
    inChannels: g.inChannels,
    outHeight: g.outHeight,
    outWidth: g.outWidth,
    outChannels: g.outChannels,
    padTop: g.padTop,
    padLeft: g.padLeft,
    outputTile,
    tilesWide,
    tilesPerImage,
    tiles,
    blockTiles,
    inputRow,
    inputPlane,
    productRow,
    productPlane,
    weightPlane,
    inputOffset: HEAD_BYTES,
    productOffset,
    scratchBytes: productOffset + positions * productPlane,
    packedBytes: positions * weightPlane,
    tasks: Math.ceil(tiles / blockTiles),
  };
}

/** How to compute dx: the convolution of dy with the kernel rotated by half a turn and its channels exchanged. */
export function planWinogradGradInput(g: Conv2dGeometry, outputTile: OutputTile): WinogradPlan {
  return planWinograd(transposed(g), outputTile);
}

/** The convolution, not strided and not dilated, that computes dx from dy. */
function transposed(g: Conv2dGeometry): Conv2dGeometry {
  return {
    ...g,
    inHeight: g.outHeight,
    inWidth: g.outWidth,
    inChannels: g.outChannels,
    outHeight: g.inHeight,
    outWidth: g.inWidth,
    outChannels: g.inChannels,
    padTop: 2 - g.padTop,
    padLeft: 2 - g.padLeft,
  };
}

/** F(2x2,3x3): 2.25 times fewer products than the convolution has, at the same error. */
export const winograd2: Conv2dAlgorithm = winograd(2);

/** F(4x4,3x3): 4 times fewer products, at several times the error (docs/accuracy.md). */
export const winograd4: Conv2dAlgorithm = winograd(4);

function winograd(outputTile: OutputTile): Conv2dAlgorithm {
  return {
    forward(y, x, weight, bias, geometry, activation) {
      const { kernels } = runtime();
      const plan = planWinograd(geometry, outputTile);
      withPlan(plan, (block, scratch) => {
        const packed = weight.prepared(`winograd${outputTile}`, plan.packedBytes, (to) =>
          kernels.conv2dPackWeightWinograd(to, weight.pointer, scratch, block),
        );
        const b = bias?.pointer ?? 0;
        withActivation(activation, (f) =>
          kernels.conv2dForwardWinograd(
            y.pointer,
            x.pointer,
            packed,
            b,
            f,
            scratch,
            block,
            0,
            plan.tasks,
          ),
        );
      });
    },

    gradInput(gradInput, gradOutput, weight, geometry, accumulate) {
      const { kernels } = runtime();
      const plan = planWinogradGradInput(geometry, outputTile);
      withPlan(plan, (block, scratch) => {
        const packed = weight.prepared(`winograd${outputTile}/rotated`, plan.packedBytes, (to) =>
          kernels.conv2dPackWeightRotatedWinograd(to, weight.pointer, scratch, block),
        );
        kernels.conv2dGradInputWinograd(
          gradInput.pointer,
          gradOutput.pointer,
          packed,
          scratch,
          block,
          accumulate,
          0,
          plan.tasks,
        );
      });
    },

    gradWeight: indirectConv2d.gradWeight,
  };
}

/**
 * The variant of Winograd's convolution that computes y faster than the indirect GEMM does, if one does.
 *
 * Costs are counted in multiply-adds of the GEMM. Every tile and position has C·OC of them; a call of the microkernel
 * is worth another 3·OC, the transforms of the tile's inputs and products 8·(C + OC); and a weight, read or packed
 * once, is worth 4 pixels or tiles. That fits what was measured on one core, 3x3 with padding 1, indirect / F2 / F4 in
 * GFLOP/s by direct count: C = OC = 64 at 56x56 45/82/133, 128@28 46/92/146, 256@14 44/72/104, 256@7 38/49/104,
 * 512@7 35/50/60, 256@4 36/79/39; batches of 32 at 14x14: C = OC = 16 43/42/53, 12 32/28/35, 16 → 8 42/32/40. A gain
 * below a fifth is not worth the four times larger weights.
 */
export function fasterWinograd(
  g: Conv2dGeometry,
  precision: Precision,
): Conv2dAlgorithm | undefined {
  if (!winogradApplies(g) || planWinograd(g, 4).packedBytes > MAX_PACKED_BYTES) return undefined;
  const direct = 9 * g.inChannels * g.outChannels;
  const limit = (direct * (g.batch * g.outHeight * g.outWidth + WEIGHT_TILES)) / LEAST_GAIN;
  const [cost2, cost4] = [winogradCost(g, 2), winogradCost(g, 4)];
  if (precision === 'fast' && cost4 < cost2) return cost4 < limit ? winograd4 : undefined;
  return cost2 < limit ? winograd2 : undefined;
}

/** The same for dx. */
export function fasterWinogradGradInput(
  g: Conv2dGeometry,
  precision: Precision,
): Conv2dAlgorithm | undefined {
  return winogradApplies(g) ? fasterWinograd(transposed(g), precision) : undefined;
}

function winogradCost(g: Conv2dGeometry, outputTile: OutputTile): number {
  const { inChannels, outChannels } = g;
  const rows = Math.ceil(g.outHeight / outputTile);
  const tiles = g.batch * rows * Math.ceil(g.outWidth / outputTile);
  const products = inChannels * outChannels;
  const transforms = 8 * (inChannels + outChannels);
  const perTile = products + 3 * outChannels + transforms;
  return (outputTile + 2) ** 2 * (tiles * perTile + WEIGHT_TILES * products);
}

/** Lends memory for the geometry block (written) and the scratch of one kernel call. */
function withPlan(plan: WinogradPlan, body: (block: number, scratch: number) => void): void {
  const blockBytes = roundUp(geometryBytes(WINOGRAD_FIELDS), 64);
  withScratch(blockBytes + plan.scratchBytes, (pointer) => {
    writeGeometry(pointer, WINOGRAD_FIELDS, plan);
    body(pointer, pointer + blockBytes);
  });
}

function roundUp(value: number, step: number): number {
  return step * Math.ceil(value / step);
}
