import { exp as exp64, log as log64 } from '../../math.js';
import {
  gelu,
  hardSwish,
  relu,
  relu6,
  sigmoid,
  silu,
  softplus,
  tanh,
} from '../../ops/map/activations.js';
import {
  abs,
  ceil,
  cos,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  neg,
  reciprocal,
  round,
  rsqrt,
  sign,
  sin,
  sqrt,
  square,
} from '../../ops/map/functions.js';
import { mish, selu, softsign } from '../../ops/map/more-activations.js';
import { equal, less, notEqual } from '../../ops/zip/comparisons.js';
import { div } from '../../ops/zip/functions.js';
import type { Tensor } from '../../tensor.js';
import { roundHalfToEven } from '../integers.js';
import { acos, acosh, asin, asinh, atan, atanh, cosh, sinh } from './trigonometry.js';

/** A function of every element. */
export interface Unary {
  tensor(x: Tensor): Tensor;
  /** The same of a number on the host; left out where shapes and indices never need it. */
  readonly host?: (x: number) => number;
  /** Whether the result is true or false. */
  readonly isTest?: boolean;
}

export const UNARY = {
  abs: { tensor: (x) => abs(x), host: (x) => Math.abs(x) },
  acos: { tensor: acos },
  acosh: { tensor: acosh },
  asin: { tensor: asin },
  asinh: { tensor: asinh },
  atan: { tensor: atan },
  atanh: { tensor: atanh },
  ceil: { tensor: (x) => ceil(x), host: (x) => Math.ceil(x) },
  cos: { tensor: (x) => cos(x) },
  cosh: { tensor: cosh },
  erf: { tensor: (x) => erf(x) },
  exp: { tensor: (x) => exp(x), host: exp64 },
  expm1: { tensor: (x) => expm1(x) },
  floor: { tensor: (x) => floor(x), host: (x) => Math.floor(x) },
  gelu: { tensor: (x) => gelu(x) },
  hardSwish: { tensor: (x) => hardSwish(x) },
  isInf: {
    tensor: (x) => equal(abs(x), Infinity),
    host: (x) => Number(Math.abs(x) === Infinity),
    isTest: true,
  },
  isNaN: { tensor: (x) => notEqual(x, x), host: (x) => Number(Number.isNaN(x)), isTest: true },
  log: { tensor: (x) => log(x), host: log64 },
  log1p: { tensor: (x) => log1p(x) },
  mish: { tensor: (x) => mish(x) },
  neg: { tensor: (x) => neg(x), host: (x) => -x },
  not: { tensor: (x) => equal(x, 0), host: (x) => Number(x === 0), isTest: true },
  reciprocal: { tensor: (x) => reciprocal(x), host: (x) => 1 / x },
  relu: { tensor: (x) => relu(x), host: (x) => (x < 0 ? 0 : x) },
  relu6: { tensor: (x) => relu6(x) },
  round: { tensor: (x) => round(x), host: roundHalfToEven },
  rsqrt: { tensor: (x) => rsqrt(x), host: (x) => 1 / Math.sqrt(x) },
  selu: { tensor: (x) => selu(x) },
  sigmoid: { tensor: (x) => sigmoid(x) },
  sign: { tensor: (x) => sign(x), host: (x) => Math.sign(x) },
  silu: { tensor: (x) => silu(x) },
  sin: { tensor: (x) => sin(x) },
  sinh: { tensor: sinh },
  softplus: { tensor: (x) => softplus(x) },
  softsign: { tensor: (x) => softsign(x) },
  sqrt: { tensor: (x) => sqrt(x), host: (x) => Math.sqrt(x) },
  square: { tensor: (x) => square(x), host: (x) => x * x },
  tan: { tensor: (x) => div(sin(x), cos(x)) },
  tanh: { tensor: (x) => tanh(x) },
  zerosLike: { tensor: (x) => less(x, x), host: () => 0 },
} satisfies Record<string, Unary>;

/** The name of a function of every element. */
export type UnaryName = keyof typeof UNARY;
