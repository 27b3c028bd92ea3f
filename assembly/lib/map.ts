// The table of the map family: which class a number stands for. The numbers are those of src/ops/map.
//
// A function that takes as little time as memory does has loops of its own. The others share two, which look at the
// number at every vector: that costs less than their arithmetic, and the kernels are a fifth smaller.
import {
  Clip,
  Elu,
  Gelu,
  GeluTanh,
  HardShrink,
  HardSigmoid,
  HardSwish,
  Hardtanh,
  LeakyRelu,
  Mish,
  Relu,
  Selu,
  Sigmoid,
  Silu,
  Softplus,
  Softsign,
  Tanh,
  Threshold,
} from './activations';
import { forward, gradient } from './elementwise';
import {
  Abs,
  Ceil,
  Erf,
  Exp,
  Expm1,
  Floor,
  Log,
  Log1p,
  Neg,
  Reciprocal,
  Round,
  Rsqrt,
  Sign,
  Sin,
  Sqrt,
  Square,
} from './functions';
import { storeLanes } from './simd';

export const RELU: i32 = 0;
export const CLIP: i32 = 1;
export const HARDTANH: i32 = 2;
const LEAKY_RELU: i32 = 3;
const SIGMOID: i32 = 4;
const SILU: i32 = 5;
const HARD_SWISH: i32 = 6;
const TANH: i32 = 7;
const ELU: i32 = 8;
const GELU: i32 = 9;
const GELU_TANH: i32 = 10;
const SOFTPLUS: i32 = 11;
const EXP: i32 = 12;
const LOG: i32 = 13;
const SQRT: i32 = 14;
const ABS: i32 = 15;
const NEG: i32 = 16;
const SQUARE: i32 = 17;
const RECIPROCAL: i32 = 18;
const RSQRT: i32 = 19;
const ERF: i32 = 20;
const SIN: i32 = 21;
const FLOOR: i32 = 22;
const CEIL: i32 = 23;
const ROUND: i32 = 24;
const SIGN: i32 = 25;
const SOFTSIGN: i32 = 26;
const MISH: i32 = 27;
const HARD_SIGMOID: i32 = 28;
const THRESHOLD: i32 = 29;
const HARD_SHRINK: i32 = 30;
const SELU: i32 = 31;
const EXPM1: i32 = 32;
const LOG1P: i32 = 33;

/** y = f(x) for the elements [begin, end); y may be x. */
export function applyFunction(y: usize, x: usize, fn: i32, a: f32, b: f32, begin: i32, end: i32): void {
  switch (fn) {
    case RELU: return forward<Relu>(y, x, a, b, begin, end);
    case CLIP: return forward<Clip>(y, x, a, b, begin, end);
    case HARDTANH: return forward<Clip>(y, x, a, b, begin, end);
    case LEAKY_RELU: return forward<LeakyRelu>(y, x, a, b, begin, end);
    case HARD_SWISH: return forward<HardSwish>(y, x, a, b, begin, end);
    case SQRT: return forward<Sqrt>(y, x, a, b, begin, end);
    case ABS: return forward<Abs>(y, x, a, b, begin, end);
    case NEG: return forward<Neg>(y, x, a, b, begin, end);
    case SQUARE: return forward<Square>(y, x, a, b, begin, end);
    default: return forwardAny(y, x, fn, a, b, begin, end);
  }
}

function forwardAny(y: usize, x: usize, fn: i32, a: f32, b: f32, begin: i32, end: i32): void {
  const vA = f32x4.splat(a);
  const vB = f32x4.splat(b);
  let at = <usize>begin << 2;
  let left = end - begin;
  while (true) {
    const v = valueOf(fn, v128.load(x + at), vA, vB);
    if (left < 4) return storeLanes(y + at, v, v, left);
    v128.store(y + at, v);
    left -= 4;
    at += 16;
  }
}

// @ts-ignore: decorator
@inline
function valueOf(fn: i32, x: v128, a: v128, b: v128): v128 {
  switch (fn) {
    case SIGMOID: return changetype<Sigmoid>(0).forward(x, a, b);
    case SILU: return changetype<Silu>(0).forward(x, a, b);
    case TANH: return changetype<Tanh>(0).forward(x, a, b);
    case ELU: return changetype<Elu>(0).forward(x, a, b);
    case GELU: return changetype<Gelu>(0).forward(x, a, b);
    case GELU_TANH: return changetype<GeluTanh>(0).forward(x, a, b);
    case SOFTPLUS: return changetype<Softplus>(0).forward(x, a, b);
    case EXP: return changetype<Exp>(0).forward(x, a, b);
    case LOG: return changetype<Log>(0).forward(x, a, b);
    case RECIPROCAL: return changetype<Reciprocal>(0).forward(x, a, b);
    case RSQRT: return changetype<Rsqrt>(0).forward(x, a, b);
    case ERF: return changetype<Erf>(0).forward(x, a, b);
    case SIN: return changetype<Sin>(0).forward(x, a, b);
    case FLOOR: return changetype<Floor>(0).forward(x, a, b);
    case CEIL: return changetype<Ceil>(0).forward(x, a, b);
    case ROUND: return changetype<Round>(0).forward(x, a, b);
    case SIGN: return changetype<Sign>(0).forward(x, a, b);
    case SOFTSIGN: return changetype<Softsign>(0).forward(x, a, b);
    case MISH: return changetype<Mish>(0).forward(x, a, b);
    case HARD_SIGMOID: return changetype<HardSigmoid>(0).forward(x, a, b);
    case THRESHOLD: return changetype<Threshold>(0).forward(x, a, b);
    case HARD_SHRINK: return changetype<HardShrink>(0).forward(x, a, b);
    case SELU: return changetype<Selu>(0).forward(x, a, b);
    case EXPM1: return changetype<Expm1>(0).forward(x, a, b);
    case LOG1P: return changetype<Log1p>(0).forward(x, a, b);
    default: return x;
  }
}

/** dx for the elements [begin, end) from v, which is x or y as the function says: overwritten, or added to. */
export function applyGradient(
  dx: usize,
  dy: usize,
  v: usize,
  fn: i32,
  a: f32,
  b: f32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  switch (fn) {
    case RELU: return gradient<Relu>(dx, dy, v, a, b, accumulate, begin, end);
    case CLIP: return gradient<Clip>(dx, dy, v, a, b, accumulate, begin, end);
    case HARDTANH: return gradient<Hardtanh>(dx, dy, v, a, b, accumulate, begin, end);
    case LEAKY_RELU: return gradient<LeakyRelu>(dx, dy, v, a, b, accumulate, begin, end);
    case SIGMOID: return gradient<Sigmoid>(dx, dy, v, a, b, accumulate, begin, end);
    case HARD_SWISH: return gradient<HardSwish>(dx, dy, v, a, b, accumulate, begin, end);
    case TANH: return gradient<Tanh>(dx, dy, v, a, b, accumulate, begin, end);
    case ELU: return gradient<Elu>(dx, dy, v, a, b, accumulate, begin, end);
    case EXP: return gradient<Exp>(dx, dy, v, a, b, accumulate, begin, end);
    case ABS: return gradient<Abs>(dx, dy, v, a, b, accumulate, begin, end);
    case NEG: return gradient<Neg>(dx, dy, v, a, b, accumulate, begin, end);
    case SQUARE: return gradient<Square>(dx, dy, v, a, b, accumulate, begin, end);
    default: return gradientAny(dx, dy, v, fn, a, b, accumulate, begin, end);
  }
}

function gradientAny(
  dx: usize,
  dy: usize,
  v: usize,
  fn: i32,
  a: f32,
  b: f32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const vA = f32x4.splat(a);
  const vB = f32x4.splat(b);
  let at = <usize>begin << 2;
  let left = end - begin;
  while (true) {
    let d = slopeOf(fn, v128.load(v + at), v128.load(dy + at), vA, vB);
    if (accumulate) d = f32x4.add(v128.load(dx + at), d);
    if (left < 4) return storeLanes(dx + at, d, d, left);
    v128.store(dx + at, d);
    left -= 4;
    at += 16;
  }
}

/** dy · f′; 0 of a function that is made of steps. */
// @ts-ignore: decorator
@inline
function slopeOf(fn: i32, v: v128, dy: v128, a: v128, b: v128): v128 {
  switch (fn) {
    case SILU: return changetype<Silu>(0).gradient(v, dy, a, b);
    case GELU: return changetype<Gelu>(0).gradient(v, dy, a, b);
    case GELU_TANH: return changetype<GeluTanh>(0).gradient(v, dy, a, b);
    case SOFTPLUS: return changetype<Softplus>(0).gradient(v, dy, a, b);
    case LOG: return changetype<Log>(0).gradient(v, dy, a, b);
    case SQRT: return changetype<Sqrt>(0).gradient(v, dy, a, b);
    case RECIPROCAL: return changetype<Reciprocal>(0).gradient(v, dy, a, b);
    case RSQRT: return changetype<Rsqrt>(0).gradient(v, dy, a, b);
    case ERF: return changetype<Erf>(0).gradient(v, dy, a, b);
    case SIN: return changetype<Sin>(0).gradient(v, dy, a, b);
    case SOFTSIGN: return changetype<Softsign>(0).gradient(v, dy, a, b);
    case MISH: return changetype<Mish>(0).gradient(v, dy, a, b);
    case HARD_SIGMOID: return changetype<HardSigmoid>(0).gradient(v, dy, a, b);
    case THRESHOLD: return changetype<Threshold>(0).gradient(v, dy, a, b);
    case HARD_SHRINK: return changetype<HardShrink>(0).gradient(v, dy, a, b);
    case SELU: return changetype<Selu>(0).gradient(v, dy, a, b);
    case EXPM1: return changetype<Expm1>(0).gradient(v, dy, a, b);
    case LOG1P: return changetype<Log1p>(0).gradient(v, dy, a, b);
    default: return f32x4.splat(0);
  }
}
