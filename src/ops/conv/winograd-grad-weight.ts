import { recall } from '../../memo.js';
import { geometryBlock } from '../../runtime/geometry-block.js';
import { launch, SCRATCH } from '../../runtime/launch.js';
import type { Conv2dAlgorithm } from './algorithm.js';
import type { Conv2dGeometry } from './geometry.js';
import { type WinogradFilter } from './winograd-filter.js';
import { planWinogradGradWeight, WINOGRAD_FIELDS } from './winograd-plan.js';
import { withPartialSums } from '../partial-sums.js';

/** dw by the transposed filters (assembly/conv2d-winograd-grad-weight.ts). */
export function winogradGradWeight(filter: WinogradFilter): Conv2dAlgorithm['gradWeight'] {
  const plans = { compute: (g: Conv2dGeometry) => planWinogradGradWeight(g, filter) };
  return (gradWeight, x, gradOutput, geometry, accumulate) => {
    const plan = recall(plans, geometry);
    withPartialSums(gradWeight, plan.sums, accumulate, (to, accumulates) => {
      const block = geometryBlock(WINOGRAD_FIELDS, plan);
      launch(
        'conv2dGradWeightWinograd',
        [to, x.pointer, gradOutput.pointer, SCRATCH, block, accumulates],
        plan.tasks,
        plan,
      );
    });
  };
}
