import { type Memo, recall } from '../../memo.js';
import { geometryBlock } from '../../runtime/geometry-block.js';
import { call, launch, SCRATCH } from '../../runtime/launch.js';
import type { Tensor } from '../../tensor.js';
import { type Conv2dAlgorithm, type Ending, endingArguments } from './algorithm.js';
import {
  CONV2D_FIELDS,
  type Conv2dPlan,
  planConv2d,
  planConv2dGradInput,
  planConv2dGradWeight,
  planWithoutTaps,
} from './plan.js';
import { withPartialSums } from '../partial-sums.js';

const FORWARD = { compute: planConv2d };
const GRAD_INPUT = { compute: planConv2dGradInput };
const GRAD_WEIGHT = { compute: planConv2dGradWeight };

/** Indirect GEMM over a padded slab (assembly/conv2d.ts): every kernel, stride, dilation, padding and group. */
export const indirectConv2d: Conv2dAlgorithm = {
  forward(y, x, weight, geometry, ending) {
    const plan = recall(FORWARD, geometry);
    const block = geometryBlock(CONV2D_FIELDS, plan);
    const packed = weight.prepared(`packed/${plan.groups}`, plan.packedBytes, (to) =>
      call('conv2dPackWeight', [to, weight.pointer, block]),
    );
    convolve(y, x, packed, block, plan, ending);
  },

  gradInput(gradInput, gradOutput, weight, geometry, ending) {
    for (const plan of recall(GRAD_INPUT, geometry)) {
      const isEmpty = plan.packedBytes === 0;
      if (isEmpty && changesNothing(gradInput, ending)) continue;
      const block = geometryBlock(CONV2D_FIELDS, plan);
      const pack = (to: number) => call('conv2dPackWeightRotated', [to, weight.pointer, block]);
      const packed = isEmpty
        ? 0
        : weight.prepared(recall(ROTATED_FORM, plan), plan.packedBytes, pack);
      convolve(gradInput, gradOutput, packed, block, plan, ending);
    }
  },

  gradWeight(gradWeight, x, gradOutput, geometry, accumulate) {
    const plan = recall(GRAD_WEIGHT, geometry);
    withPartialSums(gradWeight, plan.sums, accumulate, (to, accumulates) =>
      launch(
        'conv2dGradWeight',
        [
          to,
          x.pointer,
          gradOutput.pointer,
          SCRATCH,
          geometryBlock(CONV2D_FIELDS, plan),
          accumulates,
        ],
        plan.tasks,
        plan,
      ),
    );
  },
};

/** What a convolution without taps gives: y [N, height, width, channels] of the bias and the residual alone. */
export function fillPlanes(y: Tensor, ending: Ending): void {
  if (changesNothing(y, ending)) return;
  const plan = planWithoutTaps(y.shape);
  convolve(y, y, 0, geometryBlock(CONV2D_FIELDS, plan), plan, ending);
}

function changesNothing(y: Tensor, { bias, activation, residual }: Ending): boolean {
  return residual === y && !bias && !activation;
}

function convolve(
  y: Tensor,
  x: Tensor,
  packed: number,
  block: number,
  plan: Conv2dPlan,
  ending: Ending,
): void {
  const end = endingArguments(ending);
  const values = [y.pointer, x.pointer, packed, ...end, SCRATCH, block] as const;
  launch('conv2dForward', [...values], plan.tasks, plan);
}

/** Names the taps of a phase and their layout. */
const ROTATED_FORM: Memo<Conv2dPlan, string> = {
  compute(p) {
    const taps = [p.kernelHeight, p.kernelWidth, p.firstTap, p.tapRow, p.tapColumn];
    return `rotated/${p.groups}/${taps.join()}`;
  },
};
