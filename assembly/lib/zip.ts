// The table and the loops of the zip family: a row, along which each of a and b advances or stays.
//
// The numbers are those of src/ops/zip. As in lib/elementwise.ts, a class selects the function at compile time, and the
// last vector of a row is read whole and stored in part.
import {
  Add,
  Div,
  Divisor,
  Exponent,
  Maximum,
  Minimum,
  Mul,
  Negated,
  Pow,
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
    case DIV: return forward<Div>(y, a, b, steps, count);
    case MAXIMUM: return forward<Maximum>(y, a, b, steps, count);
    case MINIMUM: return forward<Minimum>(y, a, b, steps, count);
    case POW: return forward<Pow>(y, a, b, steps, count);
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
    case DIV: return gradient<Div>(d, dy, a, b, steps, accumulate, count);
    case MAXIMUM: return gradient<Maximum>(d, dy, a, b, steps, accumulate, count);
    case MINIMUM: return gradient<Minimum>(d, dy, a, b, steps, accumulate, count);
    case POW: return gradient<Pow>(d, dy, a, b, steps, accumulate, count);
    case NEGATED: return gradient<Negated>(d, dy, a, b, steps, accumulate, count);
    case DIVISOR: return gradient<Divisor>(d, dy, a, b, steps, accumulate, count);
    case EXPONENT: return gradient<Exponent>(d, dy, a, b, steps, accumulate, count);
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
