import { launch, type LaunchOptions } from '../runtime/launch.js';
import { memoized } from '../memoized.js';
import { type Precision, runtime } from '../runtime/runtime.js';
import type { Tensor } from '../tensor.js';
import { activationBlock } from './activation.js';
import type { Conv2dAlgorithm } from './conv2d-algorithm.js';
import type { Conv2dGeometry } from './conv2d-geometry.js';
import { winogradGradWeight } from './conv2d-winograd-grad-weight.js';
import {
  countPositions,
  countTiles,
  type OutputTile,
  planWinograd,
  planWinogradGradInput,
  planWinogradGradWeight,
  transposed,
  winogradApplies,
  type WinogradPlan,
  withWinogradPlan,
} from './conv2d-winograd-plan.js';

/** What it costs to read a weight, in products. */
const WEIGHT_TILES = 4;
const LEAST_GAIN = 1.2;
/** The same for dw, which no larger weights are kept for. */
const LEAST_GRADIENT_GAIN = 1.1;
/** Transformed weights that are larger are not worth their memory. */
const MAX_PACKED_BYTES = 2 ** 28;

/** F(2x2,3x3): 2.25 times fewer products than the convolution has, at the same error. */
export const winograd2: Conv2dAlgorithm = winograd(2);

/** F(4x4,3x3): 4 times fewer products, at several times the error (docs/accuracy.md). */
export const winograd4: Conv2dAlgorithm = winograd(4);

function winograd(outputTile: OutputTile): Conv2dAlgorithm {
  const planForward = memoized((g: Conv2dGeometry) => planWinograd(g, outputTile));
  const planGradInput = memoized((g: Conv2dGeometry) => planWinogradGradInput(g, outputTile));
  return {
    forward(y, x, weight, bias, geometry, activation) {
      const { kernels } = runtime();
      const plan = planForward(geometry);
      withWinogradPlan(plan, (block, scratch) => {
        const weights = weightsOf(weight, `winograd${outputTile}`, plan, (to) =>
          kernels.conv2dPackWeightWinograd(to, weight.pointer, scratch, block),
        );
        const b = bias?.pointer ?? 0;
        const f = activationBlock(activation);
        launch(
          'conv2dForwardWinograd',
          [y.pointer, x.pointer, weights, b, f, scratch, block],
          plan.tasks,
          launchOptions(plan, 5),
        );
      });
    },

    gradInput(gradInput, gradOutput, weight, geometry, accumulate) {
      const { kernels } = runtime();
      const plan = planGradInput(geometry);
      withWinogradPlan(plan, (block, scratch) => {
        const weights = weightsOf(weight, `winograd${outputTile}/rotated`, plan, (to) =>
          kernels.conv2dPackWeightRotatedWinograd(to, weight.pointer, scratch, block),
        );
        launch(
          'conv2dGradInputWinograd',
          [gradInput.pointer, gradOutput.pointer, weights, scratch, block, accumulate],
          plan.tasks,
          launchOptions(plan, 3),
        );
      });
    },

    gradWeight: winogradGradWeight(outputTile),
  };
}

/** What the kernel reads the weights from: packed, once per version of their values, or as they are. */
function weightsOf(
  weight: Tensor,
  form: string,
  plan: WinogradPlan,
  pack: (to: number) => void,
): number {
  return plan.packedBytes > 0 ? weight.prepared(form, plan.packedBytes, pack) : weight.pointer;
}

/** @param argument the index of the kernel's scratch memory */
function launchOptions(plan: WinogradPlan, argument: number): LaunchOptions {
  return {
    // Parts of one block: a thread transforms the inputs once for all of its own.
    shared: plan.parts === plan.tasks,
    multiplyAdds: plan.multiplyAdds,
    scratch: { argument, bytes: plan.scratchBytes },
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
  if (!winogradApplies(g)) return undefined;
  const direct = 9 * g.inChannels * g.outChannels * g.batch * g.outHeight * g.outWidth;
  const limit = direct / LEAST_GRADIENT_GAIN;
  const [cost2, cost4] = [gradWeightCost(g, 2), gradWeightCost(g, 4)];
  if (precision === 'fast' && cost4 < cost2) return cost4 < limit ? winograd4 : undefined;
  return cost2 < limit ? winograd2 : undefined;
}

function gradWeightCost(g: Conv2dGeometry, outputTile: OutputTile): number {
  const { tiles, blockTiles } = planWinogradGradWeight(g, outputTile);
  const products = g.inChannels * g.outChannels;
  const transforms = 6 * (g.inChannels + g.outChannels + 16);
  const perBlock = 7 * products;
  const blocks = Math.ceil(tiles / Math.max(1, blockTiles));
  return countPositions(outputTile) * (tiles * (products + transforms) + blocks * perBlock);
}

function winogradCost(g: Conv2dGeometry, outputTile: OutputTile): number {
  const { inChannels, outChannels } = g;
  const tiles = countTiles(g, outputTile);
  const products = inChannels * outChannels;
  const transforms = 8 * (inChannels + outChannels);
  const perTile = products + 3 * outChannels + transforms;
  return countPositions(outputTile) * (tiles * perTile + WEIGHT_TILES * products);
}
