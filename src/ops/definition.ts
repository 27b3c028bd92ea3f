// The form of all ops: values that op.ts calls.
import type { Shape } from '../shape.js';
import type { DType, Tensor } from '../tensor.js';

/** What an op's plan knows of an input: a tensor is one. */
export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** An input of an op, as its errors name it. The last one may stand for any number of tensors. */
export interface Operand {
  readonly name: string;
  /** Default float32. */
  readonly dtype?: DType | 'any';
  /** Number of axes; left out, any. */
  readonly rank?: number;
  readonly isOptional?: boolean;
  readonly isVariadic?: boolean;
}

/** A function of every element that an op applies to its output in the same pass; activation.ts knows them. */
export interface FusedActivation {
  readonly kind: string;
}

/** What follows from the shapes of the inputs and the options: all that the kernels have to be told. */
export interface Plan {
  /** Of the output. */
  readonly shape: Shape;
  /** Of the output; default float32. */
  readonly dtype?: DType;
  /** What is applied to the output in the same pass. */
  readonly activation?: FusedActivation | undefined;
  /** The output is the first input in another shape, over the same memory: nothing is computed. */
  readonly isView?: boolean;
  /** What forward writes beside the output, where a gradient or the caller (`applyAll`) wants it. */
  readonly saved?: readonly Spec[];
}

export type Inputs = readonly (Tensor | undefined)[];

/** A call of an op, as its gradients see it. */
export interface Call<P extends Plan = Plan> {
  readonly inputs: Inputs;
  readonly output: Tensor;
  readonly plan: P;
  readonly saved: readonly Tensor[];
  /** The gradient of the output, before its activation; the output itself until there is one. */
  gradOutput: Tensor;
}

/** Writes the gradient of the input `index`: overwrites `gradInput`, or adds to it. */
export type Gradient<P extends Plan = Plan> = (
  gradInput: Tensor,
  accumulate: boolean,
  call: Call<P>,
  index: number,
) => void;

/** What the ops of a family share. */
export interface Family<O, Options, P extends Plan> {
  readonly operands: readonly Operand[];
  /** The gradient of each operand; undefined where it has none. */
  readonly gradients: readonly (Gradient<P> | undefined)[];
  /** How an output that ends with an activation is computed and led back; undefined where the family takes none. */
  readonly activations?: ActivationRules;
  /**
   * Checks the options and the shapes; depends on them alone and allocates nothing.
   * @throws TypeError, ShapeError, RangeError that begin with the op's name
   */
  plan(op: O, inputs: readonly (Spec | undefined)[], options: Options): P;
  /** Checks the values of inputs that kernels use as addresses. @throws RangeError */
  checkValues?(op: O, inputs: Inputs, plan: P): void;
  /** Writes into what is saved what several gradients need, once the gradient of the output is there. */
  prepare?(call: Call<P>): void;
  /** Products that forward adds up; left out where those of it are few. */
  multiplyAdds?(plan: P, inputs: readonly (Spec | undefined)[]): number;
  /**
   * The inputs in whose memory the output may be written, if nothing else needs them: each of their elements is read
   * before that of the output at its place is written, and not after. Left out, none.
   */
  inPlace?(plan: P, inputs: readonly (Spec | undefined)[]): readonly number[];
  /** Writes the output, and what is saved unless that is empty: nobody wants it then. */
  forward(output: Tensor, inputs: Inputs, plan: P, saved: readonly Tensor[]): void;
}

/** An op is a value: what sets it apart from the others of its family. */
export interface Op<Options, P extends Plan> {
  readonly name: string;
  readonly family: Family<this, Options, P>;
}

/** An op whatever its options are: what records and executes graphs needs of it. */
export interface GraphOp {
  readonly name: string;
  readonly family: GraphFamily;
}

/** The `Family` of any op: its members are methods, so that every family is one. */
export interface GraphFamily {
  readonly operands: readonly Operand[];
  /** There where ops take an option `activation`. */
  readonly activations?: object;
  plan(op: GraphOp, inputs: readonly (Spec | undefined)[], options: unknown): Plan;
  checkValues?(op: GraphOp, inputs: Inputs, plan: Plan): void;
  multiplyAdds?(plan: Plan, inputs: readonly (Spec | undefined)[]): number;
  inPlace?(plan: Plan, inputs: readonly (Spec | undefined)[]): readonly number[];
  forward(output: Tensor, inputs: Inputs, plan: Plan, saved: readonly Tensor[]): void;
}

/** What an op that ends with an activation needs of it. */
export interface ActivationRules {
  /** Whether the output determines the gradient: the sums before it need not be kept then. */
  isInvertible(activation: FusedActivation): boolean;
  /** The activation of x as an op of its own. */
  apply(x: Tensor, activation: FusedActivation): Tensor;
  /** Writes the gradient of the sums from that of the output; both may be the same tensor. */
  gradient(gradSums: Tensor, gradOutput: Tensor, output: Tensor, activation: FusedActivation): void;
}
