import { isRecorded } from '../autograd.js';
import { ACTIVATION_POINTER } from '../runtime/heap.js';
import { runtime } from '../runtime/runtime.js';
import { Tensor } from '../tensor.js';
import { checkNumber } from '../check.js';
import { describe } from '../describe.js';
import { checkBounds, clip, hardtanh, hardtanhGradInput } from './clip.js';
import { hardSwish } from './hard-swish.js';
import type { ActivationRules } from './op.js';
import { leakyRelu, leakyReluGradInput } from './leaky-relu.js';
import { relu, reluGradInput } from './relu.js';
import { sigmoid, sigmoidGradInput } from './sigmoid.js';
import { silu } from './silu.js';

/** A function of every element that a convolution or a dense layer applies to its output in the same pass. */
export type Activation =
  | { readonly kind: 'relu' }
  | { readonly kind: 'clip' | 'hardtanh'; readonly min: number; readonly max: number }
  | { readonly kind: 'leakyRelu'; readonly slope: number }
  | { readonly kind: 'sigmoid' }
  | { readonly kind: 'silu' }
  | { readonly kind: 'hardSwish' };

/** What the op of an activation provides for the layers that end with it. */
interface Form {
  readonly forward: (x: Tensor) => Tensor;
  /** Overwrites gradInput, which may be gradOutput itself; undefined where y does not determine it. */
  readonly gradInput?: (gradInput: Tensor, gradOutput: Tensor, y: Tensor) => void;
}

/** The values of `kind` in the kernels' block. */
const CLIP = 1;
const LEAKY_RELU = 2;
const SIGMOID = 3;
const SILU = 4;
const HARD_SWISH = 5;

function formOf(activation: Activation): Form {
  switch (activation.kind) {
    case 'relu':
      return {
        forward: relu,
        gradInput: (gradInput, gradOutput, y) => reluGradInput(gradInput, gradOutput, y, false),
      };
    case 'clip': {
      const { min, max } = activation;
      return { forward: (x) => clip(x, min, max) };
    }
    case 'hardtanh': {
      const { min, max } = activation;
      return {
        forward: (x) => hardtanh(x, min, max),
        gradInput: (gradInput, gradOutput, y) =>
          hardtanhGradInput(gradInput, gradOutput, y, min, max, false),
      };
    }
    case 'leakyRelu': {
      const { slope } = activation;
      const forward = (x: Tensor) => leakyRelu(x, slope);
      if (slope < 0) return { forward };
      return {
        forward,
        gradInput: (gradInput, gradOutput, y) =>
          leakyReluGradInput(gradInput, gradOutput, y, slope, false),
      };
    }
    case 'sigmoid':
      return {
        forward: sigmoid,
        gradInput: (gradInput, gradOutput, y) => sigmoidGradInput(gradInput, gradOutput, y, false),
      };
    case 'silu':
      return { forward: silu };
    case 'hardSwish':
      return { forward: hardSwish };
  }
}

const KINDS = [
  'relu',
  'clip',
  'hardtanh',
  'leakyRelu',
  'sigmoid',
  'silu',
  'hardSwish',
] as const satisfies readonly Activation['kind'][];

/** Checks the option of an op. @throws TypeError, RangeError */
export function checkActivation(op: string, activation: Activation | undefined): void {
  if (activation === undefined) return;
  const kind: unknown = (activation as Activation | null)?.kind;
  if (!KINDS.includes(kind as Activation['kind'])) {
    throw new TypeError(
      `${op}: activation: expected a kind of ${KINDS.join(', ')}, got ${describe(kind)}`,
    );
  }
  if (activation.kind === 'clip' || activation.kind === 'hardtanh') {
    checkBounds(`${op}: activation`, activation.min, activation.max);
  }
  if (activation.kind === 'leakyRelu') {
    checkNumber(`${op}: activation`, 'slope', activation.slope);
  }
}

/** The activation of x as an op of its own. */
export function activate(x: Tensor, activation: Activation): Tensor {
  return formOf(activation).forward(x);
}

/** What `apply` has to know of the activations that an op ends with. */
export const ACTIVATIONS: ActivationRules = {
  isInvertible: (activation: Activation) => formOf(activation).gradInput !== undefined,
  apply: activate,
  gradient: (gradSums: Tensor, gradOutput: Tensor, output: Tensor, activation: Activation) =>
    formOf(activation).gradInput!(gradSums, gradOutput, output),
};

/**
 * Whether an op on these inputs has to leave its activation to an op of its own: where the gradient needs what the
 * activation is applied to.
 */
export function runsApart(
  activation: Activation | undefined,
  inputs: readonly (Tensor | undefined)[],
): activation is Activation {
  return activation !== undefined && isRecorded(inputs) && !formOf(activation).gradInput;
}

/**
 * The gradient of what the activation was applied to, from that of its output y: in the memory of gradOutput where that
 * may be overwritten.
 */
export function activationGradient(
  activation: Activation | undefined,
  gradOutput: Tensor,
  y: Tensor,
  mayOverwrite: boolean,
): Tensor {
  if (!activation) return gradOutput;
  const result = mayOverwrite ? gradOutput : Tensor.allocate(y.shape);
  formOf(activation).gradInput!(result, gradOutput, y);
  return result;
}

/** Writes the kernels' block for the next call. @returns its address, or 0 where there is no activation */
export function activationBlock(activation: Activation | undefined): number {
  if (!activation) return 0;
  const { f32, i32 } = runtime().heap;
  const at = ACTIVATION_POINTER / 4;
  const [first, second, kind] = fieldsOf(activation);
  f32[at] = first;
  f32[at + 1] = second;
  i32[at + 2] = kind;
  return ACTIVATION_POINTER;
}

/** The fields of the kernels' block, `Activation` in assembly/lib/epilogue.ts. */
function fieldsOf(activation: Activation): readonly [first: number, second: number, kind: number] {
  switch (activation.kind) {
    case 'relu':
      return [0, Infinity, CLIP];
    case 'clip':
    case 'hardtanh':
      return [activation.min, activation.max, CLIP];
    case 'leakyRelu':
      return [activation.slope, 0, LEAKY_RELU];
    case 'sigmoid':
      return [0, 0, SIGMOID];
    case 'silu':
      return [0, 0, SILU];
    case 'hardSwish':
      return [0, 0, HARD_SWISH];
  }
}
