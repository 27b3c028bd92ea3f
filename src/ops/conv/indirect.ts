import { memoized } from '../../memoized.js';
import { geometryBlock } from '../../runtime/geometry-block.js';
import { launch, SCRATCH } from '../../runtime/launch.js';
import { runtime } from '../../runtime/runtime.js';
import type { Tensor } from '../../tensor.js';
import { type Conv2dAlgorithm, type Ending, endingArguments } from './algorithm.js';
import {
  CONV2D_FIELDS,
  type Conv2dPlan,
  planConv2d,
  planConv2dGradInput,
  planConv2dGradWeight,
} from './plan.js';
import { withPartialSums } from '../partial-sums.js';

const planForward = /* @__PURE__ */ memoized(planConv2d);
const planGradInput = /* @__PURE__ */ memoized(planConv2dGradInput);
const planGradWeight = /* @__PURE__ */ memoized(planConv2dGradWeight);

/** Indirect GEMM over a padded slab (assembly/conv2d.ts): every kernel, stride, dilation, padding and group. */
export const indirectConv2d: Conv2dAlgorithm = {
  forward(y, x, weight, geometry, ending) {
    const plan = planForward(geometry);
    const block = geometryBlock(CONV2D_FIELDS, plan);
    const packed = weight.prepared(`packed/${plan.groups}`, plan.packedBytes, (to) =>
      runtime().kernels.conv2dPackWeight(to, weight.pointer, block),
    );
    convolve(y, x, packed, block, plan, ending);
  },

  gradInput(gradInput, gradOutput, weight, geometry, ending) {
    const { bias, activation, residual } = ending;
    const changesNothing = residual === gradInput && !bias && !activation;
    for (const plan of planGradInput(geometry)) {
      const isEmpty = plan.packedBytes === 0;
      if (isEmpty && changesNothing) continue;
      const block = geometryBlock(CONV2D_FIELDS, plan);
      const pack = (to: number) =>
        runtime().kernels.conv2dPackWeightRotated(to, weight.pointer, block);
      const packed = isEmpty ? 0 : weight.prepared(rotatedForm(plan), plan.packedBytes, pack);
      convolve(gradInput, gradOutput, packed, block, plan, ending);
    }
  },

  gradWeight(gradWeight, x, gradOutput, geometry, accumulate) {
    const plan = planGradWeight(geometry);
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
const rotatedForm = /* @__PURE__ */ memoized((p: Conv2dPlan) => {
  const taps = [p.kernelHeight, p.kernelWidth, p.firstTap, p.tapRow, p.tapColumn];
  return `rotated/${p.groups}/${taps.join()}`;
});
