import { type Memo, recall } from '../../memo.js';
import type { Precision } from '../../runtime/runtime.js';
import type { Conv2dAlgorithm } from './algorithm.js';
import { depthwise } from './depthwise.js';
import { type Conv2dGeometry, isDepthwise } from './geometry.js';
import { indirectConv2d } from './indirect.js';
import { fasterWinograd, fasterWinogradGradInput, fasterWinogradGradWeight } from './winograd.js';

/** The algorithm of each pass, chosen by the shape alone. */
export interface Conv2dChoice {
  readonly forward: Conv2dAlgorithm;
  readonly gradInput: Conv2dAlgorithm;
  readonly gradWeight: Conv2dAlgorithm;
}

const CHOICES: Record<Precision, Memo<Conv2dGeometry, Conv2dChoice>> = {
  fast: { compute: (geometry) => choose(geometry, 'fast') },
  exact: { compute: (geometry) => choose(geometry, 'exact') },
};

/** How a convolution of these sizes is computed fastest, at this precision. */
export function chooseConv2d(geometry: Conv2dGeometry, precision: Precision): Conv2dChoice {
  return recall(CHOICES[precision], geometry);
}

/** A batch of no pictures: there is nothing to compute, and no memory to ask for. */
const empty: Conv2dAlgorithm = {
  forward: () => undefined,
  gradInput: () => undefined,
  gradWeight(gradWeight, _x, _gradOutput, _geometry, accumulate) {
    if (!accumulate) gradWeight.view().fill(0);
  },
};

function choose(geometry: Conv2dGeometry, precision: Precision): Conv2dChoice {
  if (geometry.batch === 0) return { forward: empty, gradInput: empty, gradWeight: empty };
  if (isDepthwise(geometry)) {
    return { forward: depthwise, gradInput: depthwise, gradWeight: depthwise };
  }
  return {
    forward: fasterWinograd(geometry, precision) ?? indirectConv2d,
    gradInput: fasterWinogradGradInput(geometry, precision) ?? indirectConv2d,
    gradWeight: fasterWinogradGradWeight(geometry, precision) ?? indirectConv2d,
  };
}
