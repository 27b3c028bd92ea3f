import { runtime } from '../runtime/runtime.js';
import { withScratch } from '../runtime/storage.js';
import { Tensor } from '../tensor.js';
import { describe } from './check.js';
import { relu, reluGradInput } from './relu.js';
import { sigmoid, sigmoidGradInput } from './sigmoid.js';

/** A function of every element that a convolution or a dense layer applies to its output in the same pass. */
export type Activation = { readonly kind: 'relu' } | { readonly kind: 'sigmoid' };

/** What the op of an activation provides for the layers that end with it. */
interface Form {
  /** The block that the kernels read: `Activation` in assembly/lib/epilogue.ts. */
  readonly block: { readonly kind: number; readonly first: number; readonly second: number };
  readonly forward: (x: Tensor) => Tensor;
  /** gradInput from gradOutput and y, elementwise; gradInput may be gradOutput. */
  readonly gradInput: (
    gradInput: Tensor,
    gradOutput: Tensor,
    y: Tensor,
    accumulate: boolean,
  ) => void;
}

/** Bytes of the kernels' block. */
const BLOCK_BYTES = 12;
const CLIP = 1;
const SIGMOID = 2;

const KINDS = ['relu', 'sigmoid'] as const satisfies readonly Activation['kind'][];

function formOf(activation: Activation): Form {
  switch (activation.kind) {
    case 'relu':
      return {
        block: { kind: CLIP, first: 0, second: Infinity },
        forward: relu,
        gradInput: reluGradInput,
      };
    case 'sigmoid':
      return {
        block: { kind: SIGMOID, first: 0, second: 0 },
        forward: sigmoid,
        gradInput: sigmoidGradInput,
      };
  }
}

/** Checks the option of an op. @throws TypeError */
export function checkActivation(op: string, activation: Activation | undefined): void {
  if (activation === undefined) return;
  const kind: unknown = (activation as Activation | null)?.kind;
  if (!KINDS.includes(kind as Activation['kind'])) {
    throw new TypeError(
      `${op}: activation: expected a kind of ${KINDS.join(', ')}, got ${describe(kind)}`,
    );
  }
}

/** The activation of x as an op of its own. */
export function activate(x: Tensor, activation: Activation): Tensor {
  return formOf(activation).forward(x);
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
  formOf(activation).gradInput(result, gradOutput, y, false);
  return result;
}

/** Lends the kernels' block, written, to `body`: its address, or 0 where there is no activation. */
export function withActivation(
  activation: Activation | undefined,
  body: (pointer: number) => void,
): void {
  if (!activation) return body(0);
  const { kind, first, second } = formOf(activation).block;
  withScratch(BLOCK_BYTES, (pointer) => {
    const { f32, i32 } = runtime().heap;
    f32.set([first, second], pointer / 4);
    i32[pointer / 4 + 2] = kind;
    body(pointer);
  });
}
