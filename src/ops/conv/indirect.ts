import { memoized } from '../../memoized.js';
import { geometryBlock } from '../../runtime/geometry-block.js';
import { launch, SCRATCH } from '../../runtime/launch.js';
import { runtime } from '../../runtime/runtime.js';
import { activationBlock } from '../activation.js';
import type { Conv2dAlgorithm } from './choose.js';
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
  forward(y, x, weight, bias, geometry, activation) {
    const plan = planForward(geometry);
    const block = geometryBlock(CONV2D_FIELDS, plan);
    const packed = weight.prepared(`packed/${plan.groups}`, plan.packedBytes, (to) =>
      runtime().kernels.conv2dPackWeight(to, weight.pointer, block),
    );
    const b = bias?.pointer ?? 0;
    const f = activationBlock(activation);
    launch('conv2dForward', [y.pointer, x.pointer, packed, b, f, SCRATCH, block], plan.tasks, plan);
  },

  gradInput(gradInput, gradOutput, weight, geometry, accumulate) {
    const { phases, complete } = planGradInput(geometry);
    if (!complete && !accumulate) gradInput.view().fill(0);
    for (const plan of phases) {
      const block = geometryBlock(CONV2D_FIELDS, plan);
      const packed = weight.prepared(rotatedForm(plan), plan.packedBytes, (to) =>
        runtime().kernels.conv2dPackWeightRotated(to, weight.pointer, block),
      );
      const [dx, dy] = [gradInput.pointer, gradOutput.pointer];
      launch('conv2dGradInput', [dx, dy, packed, SCRATCH, block, accumulate], plan.tasks, plan);
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

/** Names the taps of a phase and their layout. */
const rotatedForm = /* @__PURE__ */ memoized((p: Conv2dPlan) => {
  const taps = [p.kernelHeight, p.kernelWidth, p.firstTap, p.tapRow, p.tapColumn];
  return `rotated/${p.groups}/${taps.join()}`;
});
