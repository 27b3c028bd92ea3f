import { exp, log, powInt } from '../../math.js';
import { abs, floor, sign, square } from '../../ops/map/functions.js';
import {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  notEqual,
} from '../../ops/zip/comparisons.js';
import { add, div, maximum, minimum, mul, pow, sub } from '../../ops/zip/functions.js';
import type { Tensor } from '../../tensor.js';

type Operand = Tensor | number;

/** A function of two elements. */
export interface Binary {
  tensor(a: Operand, b: Operand): Tensor;
  host(a: number, b: number): number;
  /** Of integers, where it is another one. */
  readonly whole?: Pick<Binary, 'tensor' | 'host'>;
  /** Whether the result is true or false. */
  readonly isTest?: boolean;
}

const truncated = (x: Tensor) => mul(floor(abs(x)), sign(x));
const floorDiv = (a: Operand, b: Operand) => floor(div(a, b));

export const BINARY = {
  add: { tensor: (a, b) => add(a, b), host: (a, b) => a + b },
  sub: { tensor: (a, b) => sub(a, b), host: (a, b) => a - b },
  mul: {
    tensor: (a, b) => mul(a, b),
    host: (a, b) => a * b,
    whole: {
      tensor: (a, b) => mul(a, b),
      host: (a, b) => (Number.isSafeInteger(a * b) ? a * b : Math.imul(a, b)),
    },
  },
  div: {
    tensor: (a, b) => div(a, b),
    host: (a, b) => a / b,
    whole: { tensor: (a, b) => truncated(div(a, b)), host: (a, b) => Math.trunc(a / b) },
  },
  floorDiv: { tensor: floorDiv, host: (a, b) => Math.floor(a / b) },
  floorMod: {
    tensor: (a, b) => sub(a, mul(floorDiv(a, b), b)),
    host: (a, b) => a - b * Math.floor(a / b),
  },
  fmod: { tensor: (a, b) => sub(a, mul(truncated(div(a, b)), b)), host: (a, b) => a % b },
  pow: { tensor: (a, b) => pow(a, b), host: power },
  maximum: { tensor: (a, b) => maximum(a, b), host: (a, b) => Math.max(a, b) },
  minimum: { tensor: (a, b) => minimum(a, b), host: (a, b) => Math.min(a, b) },
  squaredDifference: { tensor: (a, b) => square(sub(a, b)), host: (a, b) => (a - b) * (a - b) },
  equal: { tensor: (a, b) => equal(a, b), host: (a, b) => Number(a === b), isTest: true },
  notEqual: { tensor: (a, b) => notEqual(a, b), host: (a, b) => Number(a !== b), isTest: true },
  less: { tensor: (a, b) => less(a, b), host: (a, b) => Number(a < b), isTest: true },
  lessEqual: { tensor: (a, b) => lessEqual(a, b), host: (a, b) => Number(a <= b), isTest: true },
  greater: { tensor: (a, b) => greater(a, b), host: (a, b) => Number(a > b), isTest: true },
  greaterEqual: {
    tensor: (a, b) => greaterEqual(a, b),
    host: (a, b) => Number(a >= b),
    isTest: true,
  },
  and: {
    tensor: (a, b) => minimum(a, b),
    host: (a, b) => Number(a !== 0 && b !== 0),
    isTest: true,
  },
  or: { tensor: (a, b) => maximum(a, b), host: (a, b) => Number(a !== 0 || b !== 0), isTest: true },
  xor: {
    tensor: (a, b) => notEqual(a, b),
    host: (a, b) => Number((a !== 0) !== (b !== 0)),
    isTest: true,
  },
} satisfies Record<string, Binary>;

/** The name of a function of two elements. */
export type BinaryName = keyof typeof BINARY;

/** aᵇ with the same bits on every engine. */
function power(a: number, b: number): number {
  if (Number.isSafeInteger(b)) return powInt(a, b);
  return b === 0.5 ? Math.sqrt(a) : exp(b * log(a));
}
