// Register tiles and packed panels: as fast as plain JavaScript gets with an expert's effort.

import type { KernelSet } from '../kernel-set.js';
import { conv2dForward } from './conv2d-forward.js';
import { conv2dGradInput } from './conv2d-grad-input.js';
import { conv2dGradWeight } from './conv2d-grad-weight.js';
import { planConv2d } from './conv2d-plan.js';

export const tiled: KernelSet = {
  name: 'js-tiled',
  variant: '4x4',
  conv2d(g) {
    const plan = planConv2d(g);
    return {
      forward: (x, w, b, y) => conv2dForward(x, w, b, y, plan),
      gradInput: (dy, w, dx) => conv2dGradInput(dy, w, dx, plan),
      gradWeight: (x, dy, dw) => conv2dGradWeight(x, dy, dw, plan),
    };
  },
};
