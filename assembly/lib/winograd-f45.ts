// The 1-D transforms of F(4,5), whose points are 0, ±A, ±1, ±C and ∞; their form is that of a pass (winograd.ts).
//
// With A = 1/2 and C = 2, A²·C² is 1, and all entries of the matrices but the scales are exact in float32.
import { madd } from './simd';

export const A: f32 = 0.5;
export const C: f32 = 2;
const A2: f32 = 0.25;
const C2: f32 = 4;
const A4: f32 = 0.0625;
const C4: f32 = 16;
/** A² + 1 + C², and A² + A²C² + C². */
const SUM: f32 = 5.25;
// The scales of the rows of G.
const SCALE_A: f32 = 1 / (2 * A2 * (A2 - 1) * (A2 - C2));
const SCALE_1: f32 = 1 / (2 * (1 - A2) * (1 - C2));
const SCALE_C: f32 = 1 / (2 * C2 * (C2 - A2) * (C2 - 1));

/** Bᵀ d: 8 elements to 8. */
export function inputF45(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const d1 = v128.load(from + fromStep);
    const d2 = v128.load(from + 2 * fromStep);
    const d3 = v128.load(from + 3 * fromStep);
    const d4 = v128.load(from + 4 * fromStep);
    const d5 = v128.load(from + 5 * fromStep);
    const d6 = v128.load(from + 6 * fromStep);
    const first = f32x4.sub(d6, v128.load(from));
    v128.store(to, madd(f32x4.splat(SUM), f32x4.sub(d2, d4), first));
    const last = f32x4.sub(v128.load(from + 7 * fromStep), d1);
    v128.store(to + 7 * toStep, madd(f32x4.splat(SUM), f32x4.sub(d3, d5), last));
    const evenA = madd(f32x4.splat(C2), d2, madd(f32x4.splat(-1 - C2), d4, d6));
    const sumA = madd(f32x4.splat(C2), d1, madd(f32x4.splat(-1 - C2), d3, d5));
    storePair(to + toStep, toStep, evenA, f32x4.mul(f32x4.splat(A), sumA));
    const even1 = madd(f32x4.splat(-A2 - C2), d4, f32x4.add(d6, d2));
    const odd1 = madd(f32x4.splat(-A2 - C2), d3, f32x4.add(d5, d1));
    storePair(to + 3 * toStep, toStep, even1, odd1);
    const evenC = madd(f32x4.splat(A2), d2, madd(f32x4.splat(-1 - A2), d4, d6));
    const sumC = madd(f32x4.splat(A2), d1, madd(f32x4.splat(-1 - A2), d3, d5));
    storePair(to + 5 * toStep, toStep, evenC, f32x4.mul(f32x4.splat(C), sumC));
  }
}

/** Aᵀ S p: 8 elements to 4. */
export function outputF45(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const p1 = v128.load(from + fromStep);
    const p2 = v128.load(from + 2 * fromStep);
    const p3 = v128.load(from + 3 * fromStep);
    const p4 = v128.load(from + 4 * fromStep);
    const p5 = v128.load(from + 5 * fromStep);
    const p6 = v128.load(from + 6 * fromStep);
    const sumA = f32x4.mul(f32x4.splat(SCALE_A), f32x4.add(p1, p2));
    const sum1 = f32x4.mul(f32x4.splat(SCALE_1), f32x4.add(p3, p4));
    const sumC = f32x4.mul(f32x4.splat(SCALE_C), f32x4.add(p5, p6));
    v128.store(to, f32x4.sub(f32x4.add(f32x4.add(sumA, sum1), sumC), v128.load(from)));
    v128.store(to + 2 * toStep, madd(f32x4.splat(C2), sumC, madd(f32x4.splat(A2), sumA, sum1)));
    const differenceA = f32x4.mul(f32x4.splat(A * SCALE_A), f32x4.sub(p1, p2));
    const difference1 = f32x4.mul(f32x4.splat(SCALE_1), f32x4.sub(p3, p4));
    const differenceC = f32x4.mul(f32x4.splat(C * SCALE_C), f32x4.sub(p5, p6));
    v128.store(to + toStep, f32x4.add(f32x4.add(differenceA, difference1), differenceC));
    const third = madd(f32x4.splat(C2), differenceC, madd(f32x4.splat(A2), differenceA, difference1));
    v128.store(to + 3 * toStep, f32x4.add(third, v128.load(from + 7 * fromStep)));
  }
}

/** A y: 4 elements to 8. */
export function gradOutputF45(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const y0 = v128.load(from);
    const y1 = v128.load(from + fromStep);
    const y2 = v128.load(from + 2 * fromStep);
    const y3 = v128.load(from + 3 * fromStep);
    v128.store(to, y0);
    const oddA = f32x4.mul(f32x4.splat(A), madd(f32x4.splat(A2), y3, y1));
    storePair(to + toStep, toStep, madd(f32x4.splat(A2), y2, y0), oddA);
    storePair(to + 3 * toStep, toStep, f32x4.add(y2, y0), f32x4.add(y3, y1));
    const oddC = f32x4.mul(f32x4.splat(C), madd(f32x4.splat(C2), y3, y1));
    storePair(to + 5 * toStep, toStep, madd(f32x4.splat(C2), y2, y0), oddC);
    v128.store(to + 7 * toStep, y3);
  }
}

/** Gᵀ p: 8 elements to 5. */
export function gradWeightF45(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const p1 = v128.load(from + fromStep);
    const p2 = v128.load(from + 2 * fromStep);
    const p3 = v128.load(from + 3 * fromStep);
    const p4 = v128.load(from + 4 * fromStep);
    const p5 = v128.load(from + 5 * fromStep);
    const p6 = v128.load(from + 6 * fromStep);
    const evenA = f32x4.mul(f32x4.splat(SCALE_A), f32x4.add(p1, p2));
    const even1 = f32x4.mul(f32x4.splat(SCALE_1), f32x4.add(p3, p4));
    const evenC = f32x4.mul(f32x4.splat(SCALE_C), f32x4.add(p5, p6));
    v128.store(to, f32x4.sub(f32x4.add(f32x4.add(evenA, even1), evenC), v128.load(from)));
    v128.store(to + 2 * toStep, madd(f32x4.splat(C2), evenC, madd(f32x4.splat(A2), evenA, even1)));
    const fourth = madd(f32x4.splat(C4), evenC, madd(f32x4.splat(A4), evenA, even1));
    v128.store(to + 4 * toStep, f32x4.add(fourth, v128.load(from + 7 * fromStep)));
    const oddA = f32x4.mul(f32x4.splat(A * SCALE_A), f32x4.sub(p1, p2));
    const odd1 = f32x4.mul(f32x4.splat(SCALE_1), f32x4.sub(p3, p4));
    const oddC = f32x4.mul(f32x4.splat(C * SCALE_C), f32x4.sub(p5, p6));
    v128.store(to + toStep, f32x4.add(f32x4.add(oddA, odd1), oddC));
    v128.store(to + 3 * toStep, madd(f32x4.splat(C2), oddC, madd(f32x4.splat(A2), oddA, odd1)));
  }
}

/** The elements of a point and of its negative. */
// @ts-ignore: decorator
@inline
function storePair(to: usize, toStep: usize, even: v128, odd: v128): void {
  v128.store(to, f32x4.add(even, odd));
  v128.store(to + toStep, f32x4.sub(even, odd));
}
