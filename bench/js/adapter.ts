// The plain JavaScript kernels as an implementation to measure.

import type { Pool2dGeometry } from '../../src/ops/pool2d-geometry.js';
import type { Adapter, Inputs, PreparedRun } from '../adapter.js';
import type { Pass, Workload } from '../workloads.js';
import { conv2dForward } from './conv2d-forward.js';
import { conv2dGradInput } from './conv2d-grad-input.js';
import { conv2dGradWeight } from './conv2d-grad-weight.js';
import { planConv2d, type Conv2dPlan } from './conv2d-plan.js';
import { planLinear } from './linear.js';
import {
  avgPool2dForward,
  avgPool2dGradInput,
  maxPool2dForward,
  maxPool2dGradInput,
  planPool2d,
} from './pool2d.js';

export const plainJs: Adapter = {
  name: 'js',
  variant: 'plain',
  threads: 1,
  prepare(workload: Workload, pass: Pass, inputs: Inputs): PreparedRun | null {
    switch (workload.op) {
      case 'conv2d':
        return prepareAffine(planConv2d(workload.g), pass, inputs);
      case 'linear':
        return prepareAffine(planLinear(workload), pass, inputs);
      case 'maxPool2d':
        return prepareMaxPool(workload.g, pass, inputs);
      case 'avgPool2d':
        return prepareAvgPool(workload.g, pass, inputs);
    }
  },
};

function prepareAffine(plan: Conv2dPlan, pass: Pass, { x, w, b, dy }: Inputs): PreparedRun | null {
  switch (pass) {
    case 'forward': {
      const y = new Float32Array(dy.length);
      return { run: () => conv2dForward(x, w, b, y, plan), output: () => y };
    }
    case 'gradInput': {
      const dx = new Float32Array(x.length);
      return { run: () => conv2dGradInput(dy, w, dx, plan), output: () => dx };
    }
    case 'gradWeight': {
      const dw = new Float32Array(w.length);
      return { run: () => conv2dGradWeight(x, dy, dw, plan), output: () => dw };
    }
    default:
      return null;
  }
}

function prepareMaxPool(g: Pool2dGeometry, pass: Pass, { x, dy }: Inputs): PreparedRun | null {
  const plan = planPool2d(g);
  const y = new Float32Array(dy.length);
  const argmax = new Int32Array(dy.length);
  const forward = () => maxPool2dForward(x, y, argmax, plan);
  if (pass === 'forward') return { run: forward, output: () => y };
  if (pass !== 'gradInput') return null;
  forward();
  const dx = new Float32Array(x.length);
  return { run: () => maxPool2dGradInput(dy, argmax, dx, plan), output: () => dx };
}

function prepareAvgPool(g: Pool2dGeometry, pass: Pass, { x, dy }: Inputs): PreparedRun | null {
  const plan = planPool2d(g);
  if (pass === 'forward') {
    const y = new Float32Array(dy.length);
    return { run: () => avgPool2dForward(x, y, plan), output: () => y };
  }
  if (pass !== 'gradInput') return null;
  const dx = new Float32Array(x.length);
  return { run: () => avgPool2dGradInput(dy, dx, plan), output: () => dx };
}
