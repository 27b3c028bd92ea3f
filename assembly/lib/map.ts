// The table of the map family: which class a number stands for. The numbers are those of src/ops/map.
import { forward, gradient } from './elementwise';
import {
  Abs,
  Clip,
  Elu,
  Exp,
  Gelu,
  GeluTanh,
  HardSwish,
  Hardtanh,
  LeakyRelu,
  Log,
  Neg,
  Relu,
  Sigmoid,
  Silu,
  Softplus,
  Sqrt,
  Square,
  Tanh,
} from './functions';

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

/** y = f(x) for the elements [begin, end); y may be x. */
export function applyFunction(y: usize, x: usize, fn: i32, a: f32, b: f32, begin: i32, end: i32): void {
  switch (fn) {
    case RELU: return forward<Relu>(y, x, a, b, begin, end);
    case CLIP: return forward<Clip>(y, x, a, b, begin, end);
    case HARDTANH: return forward<Clip>(y, x, a, b, begin, end);
    case LEAKY_RELU: return forward<LeakyRelu>(y, x, a, b, begin, end);
    case SIGMOID: return forward<Sigmoid>(y, x, a, b, begin, end);
    case SILU: return forward<Silu>(y, x, a, b, begin, end);
    case HARD_SWISH: return forward<HardSwish>(y, x, a, b, begin, end);
    case TANH: return forward<Tanh>(y, x, a, b, begin, end);
    case ELU: return forward<Elu>(y, x, a, b, begin, end);
    case GELU: return forward<Gelu>(y, x, a, b, begin, end);
    case GELU_TANH: return forward<GeluTanh>(y, x, a, b, begin, end);
    case SOFTPLUS: return forward<Softplus>(y, x, a, b, begin, end);
    case EXP: return forward<Exp>(y, x, a, b, begin, end);
    case LOG: return forward<Log>(y, x, a, b, begin, end);
    case SQRT: return forward<Sqrt>(y, x, a, b, begin, end);
    case ABS: return forward<Abs>(y, x, a, b, begin, end);
    case NEG: return forward<Neg>(y, x, a, b, begin, end);
    case SQUARE: return forward<Square>(y, x, a, b, begin, end);
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
    case SILU: return gradient<Silu>(dx, dy, v, a, b, accumulate, begin, end);
    case HARD_SWISH: return gradient<HardSwish>(dx, dy, v, a, b, accumulate, begin, end);
    case TANH: return gradient<Tanh>(dx, dy, v, a, b, accumulate, begin, end);
    case ELU: return gradient<Elu>(dx, dy, v, a, b, accumulate, begin, end);
    case GELU: return gradient<Gelu>(dx, dy, v, a, b, accumulate, begin, end);
    case GELU_TANH: return gradient<GeluTanh>(dx, dy, v, a, b, accumulate, begin, end);
    case SOFTPLUS: return gradient<Softplus>(dx, dy, v, a, b, accumulate, begin, end);
    case EXP: return gradient<Exp>(dx, dy, v, a, b, accumulate, begin, end);
    case LOG: return gradient<Log>(dx, dy, v, a, b, accumulate, begin, end);
    case SQRT: return gradient<Sqrt>(dx, dy, v, a, b, accumulate, begin, end);
    case ABS: return gradient<Abs>(dx, dy, v, a, b, accumulate, begin, end);
    case NEG: return gradient<Neg>(dx, dy, v, a, b, accumulate, begin, end);
    case SQUARE: return gradient<Square>(dx, dy, v, a, b, accumulate, begin, end);
  }
}
