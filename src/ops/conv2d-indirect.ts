import { geometryBytes, writeGeometry } from '../runtime/geometry-block.js';
import { launch, threads } from '../runtime/launch.js';
import { runtime } from '../runtime/runtime.js';
import { withScratch } from '../runtime/storage.js';
import { withActivation } from './activation.js';
import type { Conv2dAlgorithm } from './conv2d-algorithm.js';
import { multiplyAdds } from './conv2d-geometry.js';
import {
  CONV2D_FIELDS,
  type Conv2dPlan,
  planConv2d,
  planConv2dGradInput,
  planConv2dGradWeight,
} from './conv2d-plan.js';

/** Indirect GEMM over a padded slab (assembly/conv2d.ts): every kernel, stride, dilation, padding and group. */
export const indirectConv2d: Conv2dAlgorithm = {
  forward(y, x, weight, bias, geometry, activation) {
    const { kernels } = runtime();
    const plan = planConv2d(geometry);
    withPlan(plan, (block, scratch) => {
      const packed = weight.prepared(`packed/${plan.groups}`, plan.packedBytes, (to) =>
        kernels.conv2dPackWeight(to, weight.pointer, block),
      );
      const b = bias?.pointer ?? 0;
      withActivation(activation, (f) =>
        launch('conv2dForward', [y.pointer, x.pointer, packed, b, f, scratch, block], plan.tasks, {
          multiplyAdds: multiplyAdds(geometry),
          scratch: { argument: 5, bytes: plan.scratchBytes },
        }),
      );
    });
  },

  gradInput(gradInput, gradOutput, weight, geometry, accumulate) {
    const { kernels } = runtime();
    const { phases, complete } = planConv2dGradInput(geometry);
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
    const plan = planConv2dGradWeight(geometry);
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
function rotatedForm(p: Conv2dPlan): string {
  const taps = [p.kernelHeight, p.kernelWidth, p.firstTap, p.tapRow, p.tapColumn];
  return `rotated/${p.groups}/${taps.join()}`;
}

/** Lends memory for the geometry block (written) and the scratch of one kernel call. */
function withPlan(plan: Conv2dPlan, body: (block: number, scratch: number) => void): void {
  const blockBytes = 64 * Math.ceil(geometryBytes(CONV2D_FIELDS) / 64);
  withScratch(blockBytes + threads() * plan.scratchBytes, (pointer) => {
    writeGeometry(pointer, CONV2D_FIELDS, plan);
    body(pointer, pointer + blockBytes);
  });
}
