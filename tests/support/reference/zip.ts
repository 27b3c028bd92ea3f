// y = f(a, b), and what arrives at a and at b of dy: element by element with NumPy's broadcasting, in float64.
import { type Shape, sizeOf } from '../../../src/shape.js';

export interface BinaryReference {
  forward(a: number, b: number): number;
  /** dy · ∂f/∂a and dy · ∂f/∂b. */
  gradients(a: number, b: number, dy: number): readonly [a: number, b: number];
}

/** As C has it; JavaScript's 1^NaN and (±1)^±∞ are NaN. */
const power = (a: number, b: number) =>
  a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;

/** Of a maximum, or of a minimum of the negatives. */
const larger = (a: number, b: number, dy: number) => (a === b ? dy / 2 : a < b ? 0 : dy);

export const BINARY = {
  add: { forward: (a, b) => a + b, gradients: (_a, _b, dy) => [dy, dy] },
  sub: { forward: (a, b) => a - b, gradients: (_a, _b, dy) => [dy, -dy] },
  mul: { forward: (a, b) => a * b, gradients: (a, b, dy) => [dy * b, dy * a] },
  div: { forward: (a, b) => a / b, gradients: (a, b, dy) => [dy / b, (-dy * (a / b)) / b] },
  maximum: {
    forward: (a, b) => (Number.isNaN(b) || a < b ? b : a),
    gradients: (a, b, dy) => [larger(a, b, dy), larger(b, a, dy)],
  },
  minimum: {
    forward: (a, b) => (Number.isNaN(b) || b < a ? b : a),
    gradients: (a, b, dy) => [larger(-a, -b, dy), larger(-b, -a, dy)],
  },
  pow: {
    forward: power,
    gradients: (a, b, dy) => [
      b === 0 ? 0 : dy * b * power(a, b - 1),
      a === 0 && b >= 0 ? 0 : dy * power(a, b) * Math.log(a),
    ],
  },
} satisfies Record<string, BinaryReference>;

/** 1 where it holds. */
export const COMPARISONS = {
  equal: (a, b) => a === b,
  greater: (a, b) => a > b,
  greaterEqual: (a, b) => a >= b,
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
  notEqual: (a, b) => a !== b,
} satisfies Record<string, (a: number, b: number) => boolean>;

/** a is the input, b the weight. */
export const prelu: BinaryReference = {
  forward: (a, b) => (a > 0 ? a : b * a),
  gradients: (a, b, dy) => (a > 0 ? [dy, 0] : [b * dy, a * dy]),
};

export type BinaryName = keyof typeof BINARY;

/** Where element `index` of `shape` lies in a tensor that is repeated along its axes of size 1 and those that it lacks. */
function placeOf(index: number, shape: Shape, repeated: Shape): number {
  let place = 0;
  let step = 1;
  for (let i = 1; i <= shape.length; i++) {
    const size = repeated.at(-i) ?? 1;
    const along = index % shape.at(-i)!;
    index = Math.floor(index / shape.at(-i)!);
    if (size !== 1) place += along * step;
    step *= size;
  }
  return place;
}

/** The values of a tensor for each element of `shape`. */
export function broadcast(values: ArrayLike<number>, from: Shape, shape: Shape): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, i) => values[placeOf(i, shape, from)]!);
}

/** What `broadcast` has repeated, summed. */
export function sumTo(values: ArrayLike<number>, shape: Shape, to: Shape): Float64Array {
  const sums = new Float64Array(sizeOf(to));
  for (let i = 0; i < values.length; i++) sums[placeOf(i, shape, to)]! += values[i]!;
  return sums;
}
