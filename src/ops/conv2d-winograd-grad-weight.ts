import { memoized } from '../memoized.js';
import { launch } from '../runtime/launch.js';
import type { Conv2dAlgorithm } from './conv2d-algorithm.js';
import type { Conv2dGeometry } from './conv2d-geometry.js';
import {
  planWinogradGradWeight,
  type WinogradFilter,
  withWinogradPlan,
} from './conv2d-winograd-plan.js';

/** dw by the transposed filters (assembly/conv2d-winograd-grad-weight.ts). */
export function winogradGradWeight(filter: WinogradFilter): Conv2dAlgorithm['gradWeight'] {
  const planGradWeight = memoized((g: Conv2dGeometry) => planWinogradGradWeight(g, filter));
  return (gradWeight, x, gradOutput, geometry, accumulate) => {
    const plan = planGradWeight(geometry);
    withWinogradPlan(plan, (block, scratch) =>
      launch(
        'conv2dGradWeightWinograd',
        [gradWeight.pointer, x.pointer, gradOutput.pointer, scratch, block, accumulate],
        plan.tasks,
        {
          shared: true,
          multiplyAdds: plan.multiplyAdds,
          scratch: { argument: 3, bytes: plan.scratchBytes },
        },
      ),
    );
  };
}
