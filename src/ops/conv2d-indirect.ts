import { memoized } from '../memoized.js';
import { geometryBlock } from '../runtime/geometry-block.js';
import { launch, threads } from '../runtime/launch.js';
import { runtime } from '../runtime/runtime.js';
import { withScratch } from '../runtime/storage.js';
import { activationBlock } from './activation.js';
import type { Conv2dAlgorithm } from './conv2d-algorithm.js';
import { multiplyAdds } from './conv2d-geometry.js';
import {
  CONV2D_FIELDS,
  type Conv2dPlan,
  planConv2d,
  planConv2dGradInput,
  planConv2dGradWeight,
} from './conv2d-plan.js';

const planForward = /* @__PURE__ */ memoized(planConv2d);
const planGradInput = /* @__PURE__ */ memoized(planConv2dGradInput);
const planGradWeight = /* @__PURE__ */ memoized(planConv2dGradWeight);

/** Indirect GEMM over a padded slab (assembly/conv2d.ts): every kernel, stride, dilation, padding and group. */
export const indirectConv2d: Conv2dAlgorithm = {
  forward(y, x, weight, bias, geometry, activation) {
    const { kernels } = runtime();
    const plan = planForward(geometry);
    withPlan(plan, (block, scratch) => {
      const packed = weight.prepared(`packed/${plan.groups}`, plan.packedBytes, (to) =>
        kernels.conv2dPackWeight(to, weight.pointer, block),
      );
      const b = bias?.pointer ?? 0;
      const f = activationBlock(activation);
      launch('conv2dForward', [y.pointer, x.pointer, packed, b, f, scratch, block], plan.tasks, {
        multiplyAdds: multiplyAdds(geometry),
        scratch: { argument: 5, bytes: plan.scratchBytes },
      });
    });
  },

  gradInput(gradInput, gradOutput, weight, geometry, accumulate) {
    const { kernels } = runtime();
    const { phases, complete } = planGradInput(geometry);
    if (!complete && !accumulate) gradInput.view().fill(0);
    for (const plan of phases) {
      withPlan(plan, (block, scratch) => {
        const packed = weight.prepared(rotatedForm(plan), plan.packedBytes, (to) =>
          kernels.conv2dPackWeightRotated(to, weight.pointer, block),
        );
        launch(
          'conv2dGradInput',
          [gradInput.pointer, gradOutput.pointer, packed, scratch, block, accumulate],
          plan.tasks,
          {
            multiplyAdds: multiplyAdds(geometry),
            scratch: { argument: 3, bytes: plan.scratchBytes },
          },
        );
      });
    }
  },

  gradWeight(gradWeight, x, gradOutput, geometry, accumulate) {
    const plan = planGradWeight(geometry);
    withPlan(plan, (block, scratch) =>
      launch(
        'conv2dGradWeight',
        [gradWeight.pointer, x.pointer, gradOutput.pointer, scratch, block, accumulate],
        plan.tasks,
        {
          shared: true,
          multiplyAdds: multiplyAdds(geometry),
          scratch: { argument: 3, bytes: plan.scratchBytes },
        },
      ),
    );
  },
};

/** Names the taps of a phase and their layout. */
const rotatedForm = /* @__PURE__ */ memoized((p: Conv2dPlan) => {
  const taps = [p.kernelHeight, p.kernelWidth, p.firstTap, p.tapRow, p.tapColumn];
  return `rotated/${p.groups}/${taps.join()}`;
});

/** Lends the geometry block (written) and memory for the scratch of one kernel call. */
function withPlan(plan: Conv2dPlan, body: (block: number, scratch: number) => void): void {
  withScratch(threads() * plan.scratchBytes, (scratch) =>
    body(geometryBlock(CONV2D_FIELDS, plan), scratch),
  );
}
