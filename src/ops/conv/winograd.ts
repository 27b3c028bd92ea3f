import { type Memo, recall } from '../../memo.js';
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

const AT_PRECISION: Record<Precision, readonly WinogradFilter[]> = {
  fast: [F23, F43, F45],
  exact: [F23],
};

const ALGORITHMS: Memo<WinogradFilter, Conv2dAlgorithm> = { compute: makeAlgorithm };

/** A filter as an algorithm: the same one whenever it is asked for. */
export function winograd(filter: WinogradFilter): Conv2dAlgorithm {
  return recall(ALGORITHMS, filter);
}

function makeAlgorithm(filter: WinogradFilter): Conv2dAlgorithm {
  const name = `F${filter.outputTile}${filter.kernelSize}`;
  const forwardPlans = { compute: (g: Conv2dGeometry) => planWinograd(g, filter) };
  const gradInputPlans = { compute: (g: Conv2dGeometry) => planWinogradGradInput(g, filter) };

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
    forward(y, x, weight, geometry, ending) {
      convolve(y, x, weight, recall(forwardPlans, geometry), ending);
    },

    gradInput(gradInput, gradOutput, weight, geometry, ending) {
      convolve(gradInput, gradOutput, weight, recall(gradInputPlans, geometry), ending);
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
  let [best, least]: [WinogradFilter | undefined, number] = [undefined, limit];
  for (const filter of AT_PRECISION[precision]) {
    if (!winogradApplies(g, filter)) continue;
    const cost = costOf(g, filter);
    if (cost < least) [best, least] = [filter, cost];
  }
  return best && winograd(best);
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
