import { memoized } from '../../memoized.js';
import { geometryBlock } from '../../runtime/geometry-block.js';
import { launch, SCRATCH } from '../../runtime/launch.js';
import type { Precision } from '../../runtime/runtime.js';
import type { Tensor } from '../../tensor.js';
import { type Conv2dAlgorithm, type Ending, endingArguments } from './algorithm.js';
import { type Conv2dGeometry, multiplyAdds } from './geometry.js';
import { winogradGradWeight } from './winograd-grad-weight.js';
import {
  countPositions,
  countTiles,
  F23,
  F43,
  F45,
  winogradApplies,
  type WinogradFilter,
} from './winograd-filter.js';
import {
  HEAD_BYTES,
  planWinograd,
  planWinogradGradInput,
  planWinogradGradWeight,
  transposed,
  type WinogradPlan,
  WINOGRAD_FIELDS,
} from './winograd-plan.js';

/** What it costs to read a weight, in products. */
const WEIGHT_TILES = 4;
const LEAST_GAIN = 1.2;
/** The same for dw, which no larger weights are kept for. */
const LEAST_GRADIENT_GAIN = 1.1;
/** Transformed weights that are larger are not worth their memory. */
const MAX_PACKED_BYTES = 2 ** 28;

/** A filter as an algorithm. */
interface WinogradAlgorithm extends Conv2dAlgorithm {
  readonly filter: WinogradFilter;
}

/** F(2x2,3x3): 2.25 times fewer products than the convolution has, at the same error. */
export const winogradF23: WinogradAlgorithm = winograd('F23', F23);

/** F(4x4,3x3): 4 times fewer products, at several times the error (docs/accuracy.md). */
export const winogradF43: WinogradAlgorithm = winograd('F43', F43);

/** F(4x4,5x5): 6.25 times fewer products, at up to ten times the error (docs/accuracy.md). */
export const winogradF45: WinogradAlgorithm = winograd('F45', F45);

const AT_PRECISION: Record<Precision, readonly WinogradAlgorithm[]> = {
  fast: [winogradF23, winogradF43, winogradF45],
  exact: [winogradF23],
};

function winograd(name: string, filter: WinogradFilter): WinogradAlgorithm {
  const planForward = memoized((g: Conv2dGeometry) => planWinograd(g, filter));
  const planGradInput = memoized((g: Conv2dGeometry) => planWinogradGradInput(g, filter));

  /** What the kernel reads the weights from: packed, once per version of their values, or as they are. */
  function weightsOf(weight: Tensor, plan: WinogradPlan, block: number): number {
    const { packedBytes, rotated } = plan;
    if (packedBytes === 0) return weight.pointer;
    return weight.prepared(`winograd${name}/${rotated}`, packedBytes, (to) =>
      launch('conv2dPackWeightWinograd', [to, weight.pointer, SCRATCH, block], plan.packTasks, {
        elements: packedBytes / 4,
        scratchBytes: HEAD_BYTES,
      }),
    );
  }

  function convolve(y: Tensor, x: Tensor, weight: Tensor, plan: WinogradPlan, ending: Ending) {
    const block = geometryBlock(WINOGRAD_FIELDS, plan);
    const weights = weightsOf(weight, plan, block);
    const end = endingArguments(ending);
    const values = [y.pointer, x.pointer, weights, ...end, SCRATCH, block] as const;
    launch('conv2dForwardWinograd', [...values], plan.tasks, plan);
  }

  return {
    filter,

    forward(y, x, weight, geometry, ending) {
      convolve(y, x, weight, planForward(geometry), ending);
    },

    gradInput(gradInput, gradOutput, weight, geometry, ending) {
      convolve(gradInput, gradOutput, weight, planGradInput(geometry), ending);
    },

    gradWeight: winogradGradWeight(filter),
  };
}

/**
 * The variant of Winograd's convolution that computes y faster than the indirect GEMM does, if one does.
 *
 * Costs are counted in multiply-adds of the GEMM. Every tile and position has C·OC of them; a call of the microkernel
 * is worth another 3·OC, the transforms of the tile's inputs and products 8·(C + OC); and a weight, read or packed
 * once, is worth 4 pixels or tiles. That fits what was measured on one core, 3x3 with padding 1, indirect / F2 / F4 in
 * GFLOP/s by direct count: C = OC = 64 at 56x56 45/82/133, 128@28 46/92/146, 256@14 44/72/104, 256@7 38/49/104,
 * 512@7 35/50/60, 256@4 36/79/39; batches of 32 at 14x14: C = OC = 16 43/42/53, 12 32/28/35, 16 → 8 42/32/40; and on a
 * slower one, 5x5 with padding 2, indirect / F(4x4,5x5): 8 → 16@14 20/33, 64 → 64@4 20/28, batches of 32: 3 → 16@32
 * 19/22, 1 → 8@28 15/6 (bench/conv2d-algorithms.ts). A gain below a fifth is not worth the larger weights.
 */
export function fasterWinograd(
  g: Conv2dGeometry,
  precision: Precision,
): Conv2dAlgorithm | undefined {
  const direct = g.kernelHeight * g.kernelWidth * g.inChannels * g.outChannels;
  const limit = (direct * (g.batch * g.outHeight * g.outWidth + WEIGHT_TILES)) / LEAST_GAIN;
  return fastest(g, precision, limit, winogradCost);
}

/** The variant that costs least, and less than `limit`, if one does. */
function fastest(
  g: Conv2dGeometry,
  precision: Precision,
  limit: number,
  costOf: (g: Conv2dGeometry, filter: WinogradFilter) => number,
): Conv2dAlgorithm | undefined {
  let [best, least]: [Conv2dAlgorithm | undefined, number] = [undefined, limit];
  for (const algorithm of AT_PRECISION[precision]) {
    if (!winogradApplies(g, algorithm.filter)) continue;
    const cost = costOf(g, algorithm.filter);
    if (cost < least) [best, least] = [algorithm, cost];
  }
  return best;
}

/** The same for dx. */
export function fasterWinogradGradInput(
  g: Conv2dGeometry,
  precision: Precision,
): Conv2dAlgorithm | undefined {
  return fasterWinograd(transposed(g), precision);
}

/**
 * The same for dw. A tile and a position cost C·OC multiply-adds and 6·(C + OC + 16) for the transforms; the products
 * of a block of tiles, stored and transformed back, are worth another 7 each. That fits what was measured on one
 * core, indirect / F2 / F4 in GFLOP/s by direct count: C = OC = 64 at 56x56 44/81/130, 128@28 44/81/121,
 * 256@14 42/81/87, 512@7 41/47/48, 256@4 29/33/19; batches of 32: 3 → 32 at 32x32 37/25/39, 32 → 64@16 41/64/101,
 * 64 → 128@8 36/73/119, 16@14 39/54/66, 64@4 25/81/124.
 */
export function fasterWinogradGradWeight(
  g: Conv2dGeometry,
  precision: Precision,
): Conv2dAlgorithm | undefined {
  const limit = multiplyAdds(g) / LEAST_GRADIENT_GAIN;
  return fastest(g, precision, limit, gradWeightCost);
}

function gradWeightCost(g: Conv2dGeometry, filter: WinogradFilter): number {
  const { tiles, blockTiles } = planWinogradGradWeight(g, filter);
  const products = g.inChannels * g.outChannels;
  const transforms = 6 * (g.inChannels + g.outChannels + 16);
  const perBlock = 7 * products;
  const blocks = Math.ceil(tiles / Math.max(1, blockTiles));
  return countPositions(filter) * (tiles * (products + transforms) + blocks * perBlock);
}

function winogradCost(g: Conv2dGeometry, filter: WinogradFilter): number {
  if (planWinograd(g, filter).packedBytes > MAX_PACKED_BYTES) return Infinity;
  const { inChannels, outChannels } = g;
  const tiles = countTiles(g, filter);
  const products = inChannels * outChannels;
  const transforms = 8 * (inChannels + outChannels);
  const perTile = products + 3 * outChannels + transforms;
  return countPositions(filter) * (tiles * perTile + WEIGHT_TILES * products);
}
