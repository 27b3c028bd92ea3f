import { checkArity, checkFunction, checkNumber, wrongKind } from './check.js';
import { checkTensor } from './ops/check.js';
import { checkOptions } from './options.js';
import { Random } from './random.js';
import { scope, Tensor } from './tensor.js';

const OP = 'checkGradients';

/** Options of `checkGradients`. */
export interface CheckGradientsOptions {
  /** Half the distance between the two points of a difference quotient. Default 0.01. */
  step?: number;
  /** Largest difference allowed, as a share of the largest gradient of the input. Default 0.005. */
  tolerance?: number;
}

/**
 * Compares the gradients that `backward` computes with central differences
 * `(f(x + step) − f(x − step)) / 2·step`, for every element of every input that requires a gradient. The result
 * of `fn` may have any shape: it is weighted with fixed random numbers and summed in float64.
 * `fn` must be smooth within `step` of the inputs, and give the same result when called again.
 * @throws Error naming the input, the element and both values of the first difference that is too large
 */
export function checkGradients(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: CheckGradientsOptions = {},
): void {
  checkArity(OP, arguments.length, 3);
  checkFunction(OP, 'fn', fn);
  if (!Array.isArray(inputs)) throw wrongKind(OP, 'inputs', 'an array of tensors', inputs);
  inputs.forEach((input, i) => checkTensor(OP, `inputs[${i}]`, input));
  checkOptions(OP, options, ['step', 'tolerance']);
  const { step = 0.01, tolerance = 0.005 } = options;
  checkNumber(OP, 'step', step, 0);
  checkNumber(OP, 'tolerance', tolerance, 0);
  const { analytic, weights } = analyticGradients(fn, inputs);
  inputs.forEach((input, index) => {
    if (!input.requiresGrad) return;
    const gradient = analytic[index]!;
    const numeric = numericGradient(() => weightedSum(fn(...inputs), weights), input, step);
    const largest = numeric.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-3);
    numeric.forEach((expected, i) => {
      const got = gradient[i]!;
      if (Math.abs(got - expected) <= tolerance * largest) return;
      throw new Error(
        `${OP}: input ${index}, element ${i}: expected ${expected} (central difference), got ${got}`,
      );
    });
  });
}

function analyticGradients(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
): { analytic: (Float32Array | undefined)[]; weights: Float32Array } {
  const kept = inputs.map((input) => input.grad);
  for (const input of inputs) input.grad = undefined;
  const weights = scope(() => {
    const y = fn(...inputs);
    checkTensor(OP, 'result of fn', y);
    const drawn = weightsFor(y.size);
    const gradOutput = Tensor.allocate(y.shape);
    gradOutput.view().set(drawn);
    y.backward(gradOutput);
    return drawn;
  });
  const analytic = inputs.map((input, i) => {
    const gradient = input.grad?.data() as Float32Array | undefined;
    input.grad?.dispose();
    input.grad = kept[i];
    return input.requiresGrad ? (gradient ?? new Float32Array(input.size)) : undefined;
  });
  return { analytic, weights };
}

function numericGradient(loss: () => number, input: Tensor, step: number): Float64Array {
  const values = input.data();
  const at = (i: number, value: number) => {
    const changed = values.slice();
    changed[i] = value;
    input.assign(changed);
    return scope(loss);
  };
  const gradient = Float64Array.from(values, (value, i) => {
    const above = Math.fround(value + step);
    const below = Math.fround(value - step);
    return (at(i, above) - at(i, below)) / (above - below);
  });
  input.assign(values);
  return gradient;
}

function weightedSum(y: Tensor, weights: Float32Array): number {
  let sum = 0;
  y.data().forEach((value, i) => (sum += value * weights[i]!));
  return sum;
}

function weightsFor(size: number): Float32Array {
  const random = new Random(size);
  return Float32Array.from(
    { length: size },
    () => random.uniform(0.5, 1.5) * (random.integer(2) ? 1 : -1),
  );
}
