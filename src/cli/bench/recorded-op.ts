// Passes of this library's operations, through its public functions, ready to be timed.

import { conv2d, noGrad, scope, tensor, type Tensor } from '../../index.js';
import type { LoopGeometry } from './loops/plan.js';

/** One prepared pass: `run` computes it, `output` reads the result of the last run. */
export interface RecordedPass {
  run(): void;
  output(): Float32Array;
}

/** x NHWC, w HWIO, b [out channels]. */
export interface Conv2dInputs {
  readonly x: Float32Array;
  readonly w: Float32Array;
  readonly b: Float32Array;
}

/** The tensors of a workload and what it computes from them. */
export interface RecordedOp {
  readonly x: Tensor;
  readonly w?: Tensor;
  readonly outputShape: readonly number[];
  compute(): Tensor;
}

/** A run makes its output and frees that of the run before, as a training step does. */
export function prepareForward(prepared: RecordedOp): RecordedPass {
  let y: Tensor | undefined;
  return {
    run() {
      y?.dispose();
      y = scope(() => noGrad(() => prepared.compute()));
    },
    output: () => y!.data() as Float32Array,
  };
}

/** The op is recorded once, with `leaf` as the only input that requires a gradient. */
export function prepareGradient(
  prepared: RecordedOp,
  leaf: Tensor,
  dy: Float32Array,
): RecordedPass {
  leaf.requiresGrad = true;
  const y = prepared.compute();
  const gradOutput = tensor(dy, prepared.outputShape);
  return {
    run() {
      leaf.grad?.dispose();
      leaf.grad = undefined;
      y.backward(gradOutput);
    },
    output: () => leaf.grad!.data() as Float32Array,
  };
}

/** A convolution with bias. */
export function conv2dTensors(g: LoopGeometry, inputs: Conv2dInputs): RecordedOp {
  const x = tensor(inputs.x, [g.batch, g.inHeight, g.inWidth, g.inChannels]);
  const kernel = [g.kernelHeight, g.kernelWidth, g.inChannels / g.groups, g.outChannels];
  const w = tensor(inputs.w, kernel);
  const b = tensor(inputs.b);
  const options = {
    stride: [g.strideHeight, g.strideWidth],
    dilation: [g.dilationHeight, g.dilationWidth],
    padding: paddingOf(g),
    groups: g.groups,
  };
  const outputShape = [g.batch, g.outHeight, g.outWidth, g.outChannels];
  return { x, w, outputShape, compute: () => conv2d(x, w, b, options) };
}

/** [top, left, bottom, right]: below and to the right what the last window reaches. */
function paddingOf(g: LoopGeometry): number[] {
  const rows = (g.outHeight - 1) * g.strideHeight + (g.kernelHeight - 1) * g.dilationHeight + 1;
  const columns = (g.outWidth - 1) * g.strideWidth + (g.kernelWidth - 1) * g.dilationWidth + 1;
  const bottom = Math.max(0, rows - g.padTop - g.inHeight);
  const right = Math.max(0, columns - g.padLeft - g.inWidth);
  return [g.padTop, g.padLeft, bottom, right];
}
