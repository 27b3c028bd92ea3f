import { compose, noGrad, record } from '../autograd.js';
import { checkArity, checkFunction, wrongKind } from '../check.js';
import { checkOptions } from '../options.js';
import { checkSameShape } from '../shape.js';
import { scope, Tensor } from '../tensor.js';
import { checkTensor } from './check.js';
import { identityGradient } from './identity.js';

/** What an op of one's own was called with, and gave. */
export interface CustomCall<Inputs extends readonly Tensor[] = readonly Tensor[]> {
  readonly inputs: Inputs;
  readonly output: Tensor;
  /** What `forward` gave behind its output. */
  readonly saved: readonly Tensor[];
}

/** An op of one's own, for `customOp`. */
export interface CustomOp<Inputs extends readonly Tensor[] = readonly Tensor[]> {
  /** What errors call it. */
  readonly name: string;
  /**
   * Computes the output, a new float32 tensor, with the library's ops or in the `view()` of a tensor that it makes. It may
   * give an array instead: the output, then tensors that `backward` needs, which live as long as the output does.
   */
  readonly forward: (...inputs: Inputs) => Tensor | readonly [Tensor, ...Tensor[]];
  /**
   * The gradient of each input, of its shape, from that of the output: a tensor, or an array of one for each input, in
   * which undefined stands for a gradient that is zero.
   */
  readonly backward: (
    gradOutput: Tensor,
    call: CustomCall<Inputs>,
  ) => Tensor | readonly (Tensor | undefined)[];
}

/**
 * An op with a gradient of its own: where the gradient of its parts would be less exact, slower or another one (a step
 * function that passes gradients on, a layer that reverses them). Neither function is recorded; what they make on the way
 * is freed. `checkGradients` compares both.
 * ```ts
 * const square = customOp({
 *   name: 'square',
 *   forward: (x: Tensor) => mul(x, x),
 *   backward: (gradOutput, { inputs: [x] }) => mul(mul(gradOutput, x), 2),
 * });
 * ```
 * @returns the function that calls it, with one tensor for each input
 * @throws TypeError, here for what is no op; when it is called, for what is no tensor; in `backward()`, ShapeError and
 * TypeError for gradients of another shape or number
 */
export function customOp<Inputs extends readonly Tensor[]>(
  op: CustomOp<Inputs>,
): (...inputs: Inputs) => Tensor {
  checkArity('customOp', arguments.length, 1);
  if (op === undefined) throw wrongKind('customOp', 'op', 'an object with forward()', op);
  checkOptions('customOp', op, ['name', 'forward', 'backward'], 'op');
  const { name, forward, backward } = op;
  if (typeof name !== 'string') throw wrongKind('customOp', 'name', 'a string', name);
  checkFunction('customOp', 'forward', forward);
  checkFunction('customOp', 'backward', backward);
  return (...inputs) => call(op, inputs);
}

function call<Inputs extends readonly Tensor[]>(op: CustomOp<Inputs>, inputs: Inputs): Tensor {
  const { name } = op;
  inputs.forEach((input, i) => checkTensor(name, `inputs[${i}]`, input, { dtype: 'any' }));
  return compose(() => {
    const result = noGrad(() => op.forward(...inputs));
    const [output, ...saved] = result instanceof Tensor ? [result] : listOf(name, result);
    for (const tensor of [output, ...saved]) checkTensor(name, 'forward', tensor, { dtype: 'any' });
    checkTensor(name, 'forward', output);
    if (inputs.includes(output) || output.requiresGrad) {
      throw wrongKind(name, 'forward', 'a new tensor', output);
    }
    return record(name, output, inputs, (gradOutput, addGradient) => {
      const gradients = gradientsOf(op, gradOutput, { inputs, output, saved });
      inputs.forEach((input, i) => {
        addGradient(input, (gradInput, accumulate) => {
          const gradient = gradients[i];
          const passed = { inputs, output, plan: output, saved, gradOutput: gradient! };
          if (gradient) identityGradient(gradInput, accumulate, passed, i);
          else if (!accumulate) gradInput.view().fill(0);
        });
      });
    });
  });
}

function listOf(name: string, result: unknown): readonly [Tensor, ...Tensor[]] {
  if (Array.isArray(result)) return result as unknown as readonly [Tensor, ...Tensor[]];
  throw wrongKind(name, 'forward', 'a Tensor', result);
}

/** What `backward` gives, one for each input. @throws TypeError, ShapeError */
function gradientsOf<Inputs extends readonly Tensor[]>(
  { name, backward }: CustomOp<Inputs>,
  gradOutput: Tensor,
  custom: CustomCall<Inputs>,
): readonly (Tensor | undefined)[] {
  const result = scope(() => backward(gradOutput, custom));
  const gradients: unknown = result instanceof Tensor ? [result] : result;
  const { inputs } = custom;
  if (!Array.isArray(gradients) || gradients.length !== inputs.length) {
    throw wrongKind(name, 'backward', `gradients of ${inputs.length} inputs`, result);
  }
  gradients.forEach((gradient: unknown, i) => {
    if (gradient === undefined) return;
    const argument = `backward: gradient ${i}`;
    checkTensor(name, argument, gradient);
    checkSameShape(name, argument, inputs[i]!.shape, gradient.shape);
  });
  return gradients as (Tensor | undefined)[];
}
