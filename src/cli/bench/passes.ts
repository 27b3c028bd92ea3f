// The passes that `simdgrad bench` compares: in plain JavaScript, and by this library.

import { Random } from '../../index.js';
import { conv2dForward } from './loops/conv2d-forward.js';
import { conv2dGradInput } from './loops/conv2d-grad-input.js';
import { conv2dGradWeight } from './loops/conv2d-grad-weight.js';
import { type LoopGeometry, planLoops } from './loops/plan.js';
import {
  type Conv2dInputs,
  conv2dTensors,
  prepareForward,
  prepareGradient,
  type RecordedPass,
} from './recorded-op.js';
import type { BenchTask } from './workloads.js';

interface Inputs extends Conv2dInputs {
  readonly dy: Float32Array;
}

const SEED = 1;

/** The same numbers in [−1, 1) for everyone. */
function inputsOf(g: LoopGeometry): Inputs {
  const random = new Random(SEED);
  const fill = (size: number) => Float32Array.from({ length: size }, () => random.uniform(-1, 1));
  const { batch, inChannels, outChannels, groups } = g;
  return {
    x: fill(batch * g.inHeight * g.inWidth * inChannels),
    w: fill((g.kernelHeight * g.kernelWidth * inChannels * outChannels) / groups),
    b: fill(outChannels),
    dy: fill(batch * g.outHeight * g.outWidth * outChannels),
  };
}

export function prepareJs({ g, pass }: BenchTask): RecordedPass {
  const { x, w, b, dy } = inputsOf(g);
  const plan = planLoops(g);
  const result = new Float32Array({ forward: dy, gradInput: x, gradWeight: w }[pass].length);
  const passes = {
    forward: () => conv2dForward(x, w, b, result, plan),
    gradInput: () => conv2dGradInput(dy, w, result, plan),
    gradWeight: () => conv2dGradWeight(x, dy, result, plan),
  };
  return { run: passes[pass], output: () => result };
}

/** Needs `init`. */
export function prepareSimdgrad({ g, pass }: BenchTask): RecordedPass {
  const inputs = inputsOf(g);
  const op = conv2dTensors(g, inputs);
  if (pass === 'forward') return prepareForward(op);
  return prepareGradient(op, pass === 'gradInput' ? op.x : op.w!, inputs.dy);
}
