import { describe } from '../describe.js';
import { ACTIVATION_POINTER } from '../runtime/heap.js';
import { argumentBlock } from '../runtime/geometry-block.js';
import { runtime } from '../runtime/runtime.js';
import type { Tensor } from '../tensor.js';
import {
  CLIP,
  ELU,
  GELU,
  type GeluApproximation,
  HARD_SWISH,
  HARDTANH,
  LEAKY_RELU,
  RELU,
  RELU6,
  SIGMOID,
  SILU,
  SOFTPLUS,
  TANH,
} from './map/activations.js';
import { mapGradInput, type MapForm, type MapOp } from './map/family.js';
import { type ActivationRules, apply } from './op.js';

/** A function of every element that a convolution or a dense layer applies to its output in the same pass. */
export type Activation =
  | { readonly kind: 'relu' | 'sigmoid' | 'silu' | 'hardSwish' | 'tanh' }
  | { readonly kind: 'clip' | 'hardtanh'; readonly min: number; readonly max: number }
  | { readonly kind: 'leakyRelu'; readonly slope: number }
  | { readonly kind: 'elu'; readonly alpha: number }
  | { readonly kind: 'gelu'; readonly approximate: GeluApproximation }
  | { readonly kind: 'softplus'; readonly beta: number; readonly threshold: number };

/** The op of each kind, which takes the activation as its options. */
const OPS: { readonly [Kind in Activation['kind']]: MapOp<never> } = {
  relu: RELU,
  clip: CLIP,
  hardtanh: HARDTANH,
  leakyRelu: LEAKY_RELU,
  sigmoid: SIGMOID,
  silu: SILU,
  hardSwish: HARD_SWISH,
  tanh: TANH,
  elu: ELU,
  gelu: GELU,
  softplus: SOFTPLUS,
};

const opOf = ({ kind }: Activation) => OPS[kind] as MapOp<Activation>;

const formOf = (activation: Activation, where = ''): MapForm =>
  opOf(activation).form(where, activation);

/** Checks the option of an op. @throws TypeError, RangeError */
export function checkActivation(op: string, activation: Activation | undefined): void {
  if (activation === undefined) return;
  const kind: unknown = (activation as Activation | null)?.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(OPS, kind)) {
    throw new TypeError(
      `${op}: activation: expected a kind of ${Object.keys(OPS).join(', ')}, got ${describe(kind)}`,
    );
  }
  formOf(activation, `${op}: activation`);
}

/** What an op with these options is as an activation; undefined where it is none. */
export function activationOf(op: unknown, options: unknown): Activation | undefined {
  if (op === RELU6) return { kind: 'hardtanh', min: 0, max: 6 };
  const kind = (Object.keys(OPS) as Activation['kind'][]).find((each) => OPS[each] === op);
  return kind && ({ ...(options as object), kind } as Activation);
}

/** The activation of x as an op of its own. */
export function activate(x: Tensor, activation: Activation): Tensor {
  return apply(opOf(activation), [x], activation);
}

/** What the families whose ops end with an activation need of it. */
export const ACTIVATIONS: ActivationRules = {
  isInvertible: (activation: Activation) => formOf(activation).from === 'output',
  apply: activate,
  gradient: (gradSums: Tensor, gradOutput: Tensor, output: Tensor, activation: Activation) =>
    mapGradInput(gradSums, gradOutput, output, formOf(activation), false),
};

/** Writes the kernels' block, `Activation` in assembly/lib/epilogue.ts, for the next call. @returns its address; 0 for none */
export function activationBlock(activation: Activation | undefined): number {
  if (!activation) return 0;
  const block = argumentBlock(ACTIVATION_POINTER, 12);
  const at = block / 4;
  const { f32, i32 } = runtime().heap;
  const { fn, a = 0, b = 0 } = formOf(activation);
  f32[at] = a;
  f32[at + 1] = b;
  i32[at + 2] = fn;
  return block;
}
