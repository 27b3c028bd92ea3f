import { type AddGradient, compose, isRecorded, record } from '../autograd.js';
import { Arena } from '../runtime/arena.js';
import { checkShape, type Shape } from '../shape.js';
import { type DType, keep, Tensor } from '../tensor.js';
import { checkTensor } from './check.js';
import { counted } from './work.js';

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
  /** What forward writes beside the output, for the gradients alone, where one is wanted. */
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
  /** Writes the output, and what is saved unless that is empty. */
  forward(output: Tensor, inputs: Inputs, plan: P, saved: readonly Tensor[]): void;
}

/** An op is a value: what sets it apart from the others of its family. */
export interface Op<Options, P extends Plan> {
  readonly name: string;
  readonly family: Family<this, Options, P>;
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

/**
 * Calls an op: checks its inputs, plans, allocates the output, runs the kernels and records the gradients.
 * @param inputs one for each operand; of a variadic one any number
 * @throws TypeError, ShapeError, RangeError, DisposedError before anything is allocated; OutOfMemoryError
 */
export function apply<Options, P extends Plan, O extends Op<Options, P>>(
  op: O & Op<Options, P>,
  inputs: Inputs,
  options: Options,
): Tensor {
  checkOperands(op.name, op.family.operands, inputs);
  const plan = op.family.plan(op, inputs, options);
  op.family.checkValues?.(op, inputs, plan);
  return run(op, inputs, plan);
}

function checkOperands(op: string, operands: readonly Operand[], inputs: Inputs): void {
  const last = operands.length - 1;
  for (let i = 0; i < inputs.length; i++) {
    const operand = operands[Math.min(i, last)]!;
    if (inputs[i] === undefined && operand.isOptional) continue;
    const name = operand.isVariadic ? `${operand.name}[${i - last}]` : operand.name;
    checkTensor(op, name, inputs[i], operand);
  }
}

/** The op on checked inputs. */
function run<P extends Plan>(op: AnyOp<P>, inputs: Inputs, plan: P): Tensor {
  checkShape(op.name, 'output', plan.shape);
  const hasGradient = op.family.gradients.some((gradient) => gradient !== undefined);
  if (!hasGradient || !isRecorded(inputs)) return compute(op, inputs, plan, []);
  const { activation, saved = [] } = plan;
  const { activations } = op.family;
  if (activation && !activations!.isInvertible(activation)) {
    const sums = { ...plan, activation: undefined };
    return compose(() => activations!.apply(run(op, inputs, sums), activation));
  }
  return saved.length === 0
    ? recorded(op, inputs, plan, [])
    : recordedWith(op, inputs, plan, saved);
}

interface AnyOp<P extends Plan> {
  readonly name: string;
  readonly family: Pick<
    Family<never, never, P>,
    'operands' | 'gradients' | 'activations' | 'prepare' | 'multiplyAdds' | 'forward'
  >;
}

function compute<P extends Plan>(
  { family }: AnyOp<P>,
  inputs: Inputs,
  plan: P,
  saved: readonly Tensor[],
): Tensor {
  if (plan.isView) return inputs[0]!.shareStorage(plan.shape);
  const output = Tensor.allocate(plan.shape, plan.dtype);
  try {
    family.forward(output, inputs, plan, saved);
    if (counted) {
      counted.multiplyAdds += family.multiplyAdds?.(plan, inputs) ?? 0;
      counted.bytes += 4 * output.size;
    }
    return output;
  } catch (error) {
    output.dispose();
    throw error;
  }
}

/** With tensors for the gradients alone, which live as long as the output does. */
function recordedWith<P extends Plan>(
  op: AnyOp<P>,
  inputs: Inputs,
  plan: P,
  saved: readonly Spec[],
): Tensor {
  const arena = new Arena();
  try {
    const tensors = saved.map(({ shape, dtype }) => {
      const tensor = keep(Tensor.allocate(shape, dtype));
      arena.adopt(tensor);
      return tensor;
    });
    const output = recorded(op, inputs, plan, tensors);
    output.node!.intermediates = arena;
    return output;
  } catch (error) {
    arena.dispose();
    throw error;
  }
}

function recorded<P extends Plan>(
  op: AnyOp<P>,
  inputs: Inputs,
  plan: P,
  saved: readonly Tensor[],
): Tensor {
  const output = compute(op, inputs, plan, saved);
  const call = { inputs, output, plan, saved, gradOutput: output };
  return record(op.name, output, inputs, (gradOutput, addGradient, mayOverwrite) =>
    lead(op, call, gradOutput, addGradient, mayOverwrite),
  );
}

/** Leads the gradient of the output back to the inputs. */
function lead<P extends Plan>(
  { family }: AnyOp<P>,
  call: Call<P>,
  gradOutput: Tensor,
  addGradient: AddGradient,
  mayOverwrite: boolean,
): void {
  const { gradients } = family;
  call.gradOutput = gradientOfSums(family.activations, call, gradOutput, mayOverwrite);
  family.prepare?.(call);
  for (let i = 0; i < call.inputs.length; i++) {
    const gradient = gradients[Math.min(i, gradients.length - 1)];
    if (!gradient) continue;
    addGradient(call.inputs[i], (gradInput, accumulate) =>
      gradient(gradInput, accumulate, call, i),
    );
  }
}

/** The gradient of what the activation was applied to: in the memory of gradOutput where that may be overwritten. */
function gradientOfSums(
  activations: ActivationRules | undefined,
  { output, plan: { activation } }: Pick<Call, 'output' | 'plan'>,
  gradOutput: Tensor,
  mayOverwrite: boolean,
): Tensor {
  if (!activation) return gradOutput;
  const gradSums = mayOverwrite ? gradOutput : Tensor.allocate(output.shape);
  activations!.gradient(gradSums, gradOutput, output, activation);
  return gradSums;
}
