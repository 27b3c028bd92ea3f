import { clip, elu, leakyRelu, relu, sigmoid, softplus, tanh } from '../../ops/map/activations.js';
import { hardSigmoid, softsign, threshold } from '../../ops/map/more-activations.js';
import { add, mul } from '../../ops/zip/functions.js';
import type { Tensor } from '../../tensor.js';

/** A function of gates. */
export type GateActivation = (x: Tensor) => Tensor;

interface Known {
  /** How it is made of its constants. */
  of(alpha: number, beta: number): GateActivation;
  /** What the constants are where they are not given; undefined: it has none. */
  readonly alpha?: number;
  readonly beta?: number;
}

/** The activations of ONNX's recurrent layers, by their names in lower case. */
const KNOWN: Readonly<Record<string, Known>> = {
  affine: { of: (alpha, beta) => (x) => add(mul(x, alpha), beta), alpha: 1, beta: 0 },
  elu: { of: (alpha) => (x) => elu(x, alpha), alpha: 1 },
  hardsigmoid: { of: (alpha, beta) => (x) => hardSigmoid(x, alpha, beta), alpha: 0.2, beta: 0.5 },
  leakyrelu: { of: (alpha) => (x) => leakyRelu(x, alpha), alpha: 0.01 },
  relu: { of: () => (x) => relu(x) },
  scaledtanh: {
    of: (alpha, beta) => (x) => mul(tanh(mul(x, beta)), alpha),
    alpha: 1,
    beta: 1,
  },
  sigmoid: { of: () => (x) => sigmoid(x) },
  softplus: { of: () => (x) => softplus(x) },
  softsign: { of: () => (x) => softsign(x) },
  tanh: { of: () => (x) => tanh(x) },
  thresholdedrelu: { of: (alpha) => (x) => threshold(x, alpha, 0), alpha: 1 },
};

/**
 * The functions of these names; the constants are handed out in turn to those that have some.
 * @param bound what goes into the functions is cut to [−bound, bound]
 * @throws RangeError for a name that is not known
 */
export function gateActivations(
  names: readonly string[],
  alphas: readonly number[] = [],
  betas: readonly number[] = [],
  bound?: number,
): GateActivation[] {
  let [a, b] = [0, 0];
  return names.map((name) => {
    const key = name.toLowerCase();
    const known = Object.hasOwn(KNOWN, key) ? KNOWN[key]! : undefined;
    if (!known) {
      const expected = Object.keys(KNOWN).join(', ');
      throw new RangeError(`activations: expected some of ${expected}, got '${name.slice(0, 40)}'`);
    }
    const alpha = known.alpha === undefined ? 0 : (alphas[a++] ?? known.alpha);
    const beta = known.beta === undefined ? 0 : (betas[b++] ?? known.beta);
    const compute = known.of(alpha, beta);
    return bound === undefined ? compute : (x) => compute(clip(x, -bound, bound));
  });
}
