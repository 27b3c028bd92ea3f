import { type AddGradient, compose, isRecorded, record } from '../autograd.js';
import { Arena } from '../runtime/arena.js';
import { checkShape } from '../shape.js';
import { keep, Tensor } from '../tensor.js';
import { checkTensor } from './check.js';
import type {
  ActivationRules,
  Call,
  Family,
  GraphOp,
  Inputs,
  Op,
  Operand,
  Plan,
  Spec,
} from './definition.js';
import { counted } from './work.js';

export type * from './definition.js';

/**
 * What takes the place of computing while a model is traced.
 * @param isWhole whether what the plan saves is wanted too
 * @returns the output, then what is saved, where that is wanted; undefined where the op is to be computed after all
 */
export type Tracer = (
  op: GraphOp,
  inputs: Inputs,
  options: unknown,
  plan: Plan,
  isWhole: boolean,
) => Tensor[] | undefined;

let tracer: Tracer | undefined;

/** Has the calls of ops in `body` traced. */
export function withTracer<T>(trace: Tracer, body: () => T): T {
  const before = tracer;
  tracer = trace;
  try {
    return body();
  } finally {
    tracer = before;
  }
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
  // No function of its own: V8 shows ten frames of a stack, and the caller's should be one of them.
  checkOperands(op.name, op.family.operands, inputs);
  const plan = op.family.plan(op, inputs, options);
  checkShape(op.name, 'output', plan.shape);
  const traced = tracer?.(op as GraphOp, inputs, options, plan, false);
  if (traced) return traced[0]!;
  op.family.checkValues?.(op, inputs, plan);
  return run(op, inputs, plan);
}

/**
 * The same of an op of several outputs.
 * @returns the output, then all that its plan saves, in tensors that are the caller's
 */
export function applyAll<Options, P extends Plan, O extends Op<Options, P>>(
  op: O & Op<Options, P>,
  inputs: Inputs,
  options: Options,
): Tensor[] {
  checkOperands(op.name, op.family.operands, inputs);
  const plan = op.family.plan(op, inputs, options);
  checkShape(op.name, 'output', plan.shape);
  const traced = tracer?.(op as GraphOp, inputs, options, plan, true);
  if (traced) return traced;
  op.family.checkValues?.(op, inputs, plan);
  const saved: Tensor[] = [];
  try {
    for (const { shape, dtype } of plan.saved!) saved.push(Tensor.allocate(shape, dtype));
    return [run(op, inputs, plan, saved), ...saved];
  } catch (error) {
    for (const tensor of saved) tensor.dispose();
    throw error;
  }
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

/**
 * The op on checked inputs.
 * @param wanted where what is saved is written for the caller
 */
function run<P extends Plan>(
  op: AnyOp<P>,
  inputs: Inputs,
  plan: P,
  wanted: readonly Tensor[] = [],
): Tensor {
  const hasGradient = op.family.gradients.some((gradient) => gradient !== undefined);
  if (!hasGradient || !isRecorded(inputs)) return compute(op, inputs, plan, wanted);
  const { activation, saved = [] } = plan;
  const { activations } = op.family;
  if (activation && !activations!.isInvertible(activation)) {
    const sums = { ...plan, activation: undefined };
    return compose(() => activations!.apply(run(op, inputs, sums), activation));
  }
  return saved.length === 0
    ? recorded(op, inputs, plan, [])
    : recordedWith(op, inputs, plan, saved, wanted);
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

/** With tensors for the gradients alone, which live as long as the output does; the caller, who may change them, has copies. */
function recordedWith<P extends Plan>(
  op: AnyOp<P>,
  inputs: Inputs,
  plan: P,
  saved: readonly Spec[],
  wanted: readonly Tensor[],
): Tensor {
  const arena = new Arena();
  try {
    const tensors = saved.map(({ shape, dtype }) => {
      const tensor = keep(Tensor.allocate(shape, dtype));
      arena.adopt(tensor);
      return tensor;
    });
    const output = recorded(op, inputs, plan, tensors);
    wanted.forEach((copy, i) => copy.view().set(tensors[i]!.view()));
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
