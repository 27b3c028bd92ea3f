// The table and the loops of the zip family: a row, along which each of a and b advances or stays.
//
// The numbers are those of src/ops/zip. Functions that wait for memory have loops of their own; the others share one,
// which looks at the number at every vector, as in lib/map.ts. As in lib/elementwise.ts, a class selects the function at compile time, and the
// last vector of a row is read whole and stored in part.
import {
  Add,
  Div,
  Divisor,
  Drop,
  Equal,
  Exponent,
  Greater,
  GreaterEqual,
  Keep,
  Less,
  LessEqual,
  Maximum,
  Minimum,
  Mul,
  Negated,
  NotEqual,
  Pow,
  Prelu,
  PreluWeight,
  Sub,
} from './operators';
import { storeLanes } from './simd';

const ADD: i32 = 0;
const SUB: i32 = 1;
const MUL: i32 = 2;
const DIV: i32 = 3;
const MAXIMUM: i32 = 4;
const MINIMUM: i32 = 5;
const POW: i32 = 6;
/** Gradients only. */
const NEGATED: i32 = 7;
const DIVISOR: i32 = 8;
const EXPONENT: i32 = 9;
const EQUAL: i32 = 10;
const NOT_EQUAL: i32 = 11;
const LESS: i32 = 12;
const LESS_EQUAL: i32 = 13;
const GREATER: i32 = 14;
const GREATER_EQUAL: i32 = 15;
const PRELU: i32 = 16;
const KEEP: i32 = 17;
const DROP: i32 = 18;
/** Gradients only. */
const PRELU_WEIGHT: i32 = 19;

/** Which of a and b advance along a row: a bit each. */
export const STEPS_A: i32 = 1;
export const STEPS_B: i32 = 2;

/** What is computed for a row: y, or what arrives at a. */
@unmanaged
export class ForwardRow {
  @inline
  run(
    y: usize,
    _dy: usize,
    a: usize,
    b: usize,
    fn: i32,
    steps: i32,
    _accumulate: bool,
    count: i32,
  ): void {
    forwardRow(y, a, b, fn, steps, count);
  }
}

@unmanaged
export class GradientRow {
  @inline
  run(
    d: usize,
    dy: usize,
    a: usize,
    b: usize,
    fn: i32,
    steps: i32,
    accumulate: bool,
    count: i32,
  ): void {
    gradientRow(d, dy, a, b, fn, steps, accumulate, count);
  }
}

/** y = f(a, b) for `count` values side by side. */
function forwardRow(y: usize, a: usize, b: usize, fn: i32, steps: i32, count: i32): void {
  switch (fn) {
    case ADD: return forward<Add>(y, a, b, steps, count);
    case SUB: return forward<Sub>(y, a, b, steps, count);
    case MUL: return forward<Mul>(y, a, b, steps, count);
    case MAXIMUM: return forward<Maximum>(y, a, b, steps, count);
    case MINIMUM: return forward<Minimum>(y, a, b, steps, count);
    default: return forwardAny(y, a, b, fn, steps, count);
  }
}

/** What arrives at a, for `count` values side by side: d is overwritten, or added to. */
function gradientRow(
  d: usize,
  dy: usize,
  a: usize,
  b: usize,
  fn: i32,
  steps: i32,
  accumulate: bool,
  count: i32,
): void {
  switch (fn) {
    case ADD: return pass(d, dy, accumulate, count);
    case MUL: return gradient<Mul>(d, dy, a, b, steps, accumulate, count);
    default: return gradientAny(d, dy, a, b, fn, steps, accumulate, count);
  }
}

// @ts-ignore: decorator
@inline
function forward<F>(y: usize, a: usize, b: usize, steps: i32, count: i32): void {
  if (steps == STEPS_A) forwardLoop<F>(y, a, b, true, false, count);
  else if (steps == STEPS_B) forwardLoop<F>(y, a, b, false, true, count);
  else forwardLoop<F>(y, a, b, true, true, count);
}

// @ts-ignore: decorator
@inline
function forwardLoop<F>(
  y: usize,
  a: usize,
  b: usize,
  stepsA: bool,
  stepsB: bool,
  count: i32,
): void {
  const f = changetype<F>(0);
  const oneA = v128.load32_splat(a);
  const oneB = v128.load32_splat(b);
  for (; count >= 8; count -= 8) {
    v128.store(y, f.forward(stepsA ? v128.load(a) : oneA, stepsB ? v128.load(b) : oneB));
    v128.store(y, f.forward(stepsA ? v128.load(a, 16) : oneA, stepsB ? v128.load(b, 16) : oneB), 16);
    y += 32;
    if (stepsA) a += 32;
    if (stepsB) b += 32;
  }
  while (count > 0) {
    const v = f.forward(stepsA ? v128.load(a) : oneA, stepsB ? v128.load(b) : oneB);
    if (count < 4) return storeLanes(y, v, v, count);
    v128.store(y, v);
    y += 16;
    if (stepsA) a += 16;
    if (stepsB) b += 16;
    count -= 4;
  }
}

/** Of the functions without a loop of their own: whether a and b advance is asked at every vector too. */
function forwardAny(y: usize, a: usize, b: usize, fn: i32, steps: i32, count: i32): void {
  let vA = v128.load32_splat(a);
  let vB = v128.load32_splat(b);
  let at: usize = 0;
  while (true) {
    if (steps & STEPS_A) vA = v128.load(a + at);
    if (steps & STEPS_B) vB = v128.load(b + at);
    const v = valueOf(fn, vA, vB);
    if (count < 4) return storeLanes(y + at, v, v, count);
    v128.store(y + at, v);
    count -= 4;
    at += 16;
  }
}

// @ts-ignore: decorator
@inline
function valueOf(fn: i32, a: v128, b: v128): v128 {
  switch (fn) {
    case DIV: return changetype<Div>(0).forward(a, b);
    case POW: return changetype<Pow>(0).forward(a, b);
    case EQUAL: return changetype<Equal>(0).forward(a, b);
    case NOT_EQUAL: return changetype<NotEqual>(0).forward(a, b);
    case LESS: return changetype<Less>(0).forward(a, b);
    case LESS_EQUAL: return changetype<LessEqual>(0).forward(a, b);
    case GREATER: return changetype<Greater>(0).forward(a, b);
    case GREATER_EQUAL: return changetype<GreaterEqual>(0).forward(a, b);
    case PRELU: return changetype<Prelu>(0).forward(a, b);
    case KEEP: return changetype<Keep>(0).forward(a, b);
    case DROP: return changetype<Drop>(0).forward(a, b);
    default: return a;
  }
}

/** A gradient that is dy itself. */
function pass(d: usize, dy: usize, accumulate: bool, count: i32): void {
  if (accumulate) forwardLoop<Add>(d, d, dy, true, true, count);
  else memory.copy(d, dy, <usize>count << 2);
}

/** Whether a and b advance is asked at every vector: gradients with three operands wait for memory. */
// @ts-ignore: decorator
@inline
function gradient<F>(
  d: usize,
  dy: usize,
  a: usize,
  b: usize,
  steps: i32,
  accumulate: bool,
  count: i32,
): void {
  const f = changetype<F>(0);
  let vA = v128.load32_splat(a);
  let vB = v128.load32_splat(b);
  let at: usize = 0;
  while (true) {
    if (steps & STEPS_A) vA = v128.load(a + at);
    if (steps & STEPS_B) vB = v128.load(b + at);
    let v = f.gradient(vA, vB, v128.load(dy + at));
    if (accumulate) v = f32x4.add(v128.load(d + at), v);
    if (count < 4) return storeLanes(d + at, v, v, count);
    v128.store(d + at, v);
    count -= 4;
    at += 16;
  }
}

function gradientAny(
  d: usize,
  dy: usize,
  a: usize,
  b: usize,
  fn: i32,
  steps: i32,
  accumulate: bool,
  count: i32,
): void {
  let vA = v128.load32_splat(a);
  let vB = v128.load32_splat(b);
  let at: usize = 0;
  while (true) {
    if (steps & STEPS_A) vA = v128.load(a + at);
    if (steps & STEPS_B) vB = v128.load(b + at);
    let v = arrivalOf(fn, vA, vB, v128.load(dy + at));
    if (accumulate) v = f32x4.add(v128.load(d + at), v);
    if (count < 4) return storeLanes(d + at, v, v, count);
    v128.store(d + at, v);
    count -= 4;
    at += 16;
  }
}

// @ts-ignore: decorator
@inline
function arrivalOf(fn: i32, a: v128, b: v128, dy: v128): v128 {
  switch (fn) {
    case DIV: return changetype<Div>(0).gradient(a, b, dy);
    case MAXIMUM: return changetype<Maximum>(0).gradient(a, b, dy);
    case MINIMUM: return changetype<Minimum>(0).gradient(a, b, dy);
    case POW: return changetype<Pow>(0).gradient(a, b, dy);
    case NEGATED: return changetype<Negated>(0).gradient(a, b, dy);
    case DIVISOR: return changetype<Divisor>(0).gradient(a, b, dy);
    case EXPONENT: return changetype<Exponent>(0).gradient(a, b, dy);
    case PRELU: return changetype<Prelu>(0).gradient(a, b, dy);
    case PRELU_WEIGHT: return changetype<PreluWeight>(0).gradient(a, b, dy);
    case KEEP: return changetype<Keep>(0).gradient(a, b, dy);
    case DROP: return changetype<Drop>(0).gradient(a, b, dy);
    default: return dy;
  }
}
