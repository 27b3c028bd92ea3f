// Plain loops as a good programmer writes them: typed arrays, an order that suits the cache, no allocations.
// Loops run over n, oh, ow, kh, kw, ic and innermost oc, which is contiguous in w, y and dy.

import type { KernelSet } from '../kernel-set.js';
import { conv2dForward } from '../../../src/cli/bench/loops/conv2d-forward.js';
import { conv2dGradInput } from '../../../src/cli/bench/loops/conv2d-grad-input.js';
import { conv2dGradWeight } from '../../../src/cli/bench/loops/conv2d-grad-weight.js';
import { planLoops } from '../../../src/cli/bench/loops/plan.js';

export const loops: KernelSet = {
  name: 'js',
  variant: 'loops',
  conv2d(g) {
    const plan = planLoops(g);
    return {
      forward: (x, w, b, y) => conv2dForward(x, w, b, y, plan),
      gradInput: (dy, w, dx) => conv2dGradInput(dy, w, dx, plan),
      gradWeight: (x, dy, dw) => conv2dGradWeight(x, dy, dw, plan),
    };
  },
};
