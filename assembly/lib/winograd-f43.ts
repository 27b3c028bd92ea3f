// The 1-D transforms of F(4,3), whose points are 0, ±A, ±B and ∞; their form is that of a pass (winograd.ts).
import { madd } from './simd';

// All of these are exact in float32.
export const A: f32 = 0.625;
export const B: f32 = 1.5;
const A2: f32 = 0.390625;
const B2: f32 = 2.25;
const A2B2: f32 = 0.87890625;
const A2_PLUS_B2: f32 = 2.640625;
// The scales of the rows of G.
const SCALE_0: f32 = 1 / A2B2;
const SCALE_A: f32 = 1 / (2 * A2 * (A2 - B2));
const SCALE_B: f32 = 1 / (2 * B2 * (B2 - A2));

/** Bᵀ d: 6 elements to 6. */
export function inputF43(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const d1 = v128.load(from + fromStep);
    const d2 = v128.load(from + 2 * fromStep);
    const d3 = v128.load(from + 3 * fromStep);
    const d4 = v128.load(from + 4 * fromStep);
    const even = f32x4.mul(f32x4.splat(A2_PLUS_B2), d2);
    const odd = f32x4.mul(f32x4.splat(A2_PLUS_B2), d3);
    v128.store(to, f32x4.sub(madd(f32x4.splat(A2B2), v128.load(from), d4), even));
    v128.store(to + 5 * toStep, f32x4.sub(madd(f32x4.splat(A2B2), d1, v128.load(from + 5 * fromStep)), odd));
    const evenA = madd(f32x4.splat(-B2), d2, d4);
    const oddA = f32x4.mul(f32x4.splat(A), madd(f32x4.splat(-B2), d1, d3));
    v128.store(to + toStep, f32x4.add(evenA, oddA));
    v128.store(to + 2 * toStep, f32x4.sub(evenA, oddA));
    const evenB = madd(f32x4.splat(-A2), d2, d4);
    const oddB = f32x4.mul(f32x4.splat(B), madd(f32x4.splat(-A2), d1, d3));
    v128.store(to + 3 * toStep, f32x4.add(evenB, oddB));
    v128.store(to + 4 * toStep, f32x4.sub(evenB, oddB));
  }
}

/** Aᵀ S p: 6 elements to 4. */
export function outputF43(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const p1 = v128.load(from + fromStep);
    const p2 = v128.load(from + 2 * fromStep);
    const p3 = v128.load(from + 3 * fromStep);
    const p4 = v128.load(from + 4 * fromStep);
    const sumA = f32x4.mul(f32x4.splat(SCALE_A), f32x4.add(p1, p2));
    const sumB = f32x4.mul(f32x4.splat(SCALE_B), f32x4.add(p3, p4));
    const differenceA = f32x4.mul(f32x4.splat(A * SCALE_A), f32x4.sub(p1, p2));
    const differenceB = f32x4.mul(f32x4.splat(B * SCALE_B), f32x4.sub(p3, p4));
    v128.store(to, madd(f32x4.splat(SCALE_0), v128.load(from), f32x4.add(sumA, sumB)));
    v128.store(to + toStep, f32x4.add(differenceA, differenceB));
    v128.store(to + 2 * toStep, madd(f32x4.splat(A2), sumA, f32x4.mul(f32x4.splat(B2), sumB)));
    const third = madd(f32x4.splat(A2), differenceA, f32x4.mul(f32x4.splat(B2), differenceB));
    v128.store(to + 3 * toStep, f32x4.add(third, v128.load(from + 5 * fromStep)));
  }
}

/** A y: 4 elements to 6. */
export function gradOutputF43(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const y0 = v128.load(from);
    const y1 = v128.load(from + fromStep);
    const y2 = v128.load(from + 2 * fromStep);
    const y3 = v128.load(from + 3 * fromStep);
    v128.store(to, y0);
    const evenA = madd(f32x4.splat(A2), y2, y0);
    const oddA = f32x4.mul(f32x4.splat(A), madd(f32x4.splat(A2), y3, y1));
    v128.store(to + toStep, f32x4.add(evenA, oddA));
    v128.store(to + 2 * toStep, f32x4.sub(evenA, oddA));
    const evenB = madd(f32x4.splat(B2), y2, y0);
    const oddB = f32x4.mul(f32x4.splat(B), madd(f32x4.splat(B2), y3, y1));
    v128.store(to + 3 * toStep, f32x4.add(evenB, oddB));
    v128.store(to + 4 * toStep, f32x4.sub(evenB, oddB));
    v128.store(to + 5 * toStep, y3);
  }
}

/** Gᵀ p: 6 elements to 3. */
export function gradWeightF43(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
  const scaleA = f32x4.splat(SCALE_A);
  const scaleB = f32x4.splat(SCALE_B);
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const p1 = v128.load(from + fromStep);
    const p2 = v128.load(from + 2 * fromStep);
    const p3 = v128.load(from + 3 * fromStep);
    const p4 = v128.load(from + 4 * fromStep);
    const outerA = f32x4.mul(scaleA, f32x4.add(p1, p2));
    const outerB = f32x4.mul(scaleB, f32x4.add(p3, p4));
    v128.store(to, madd(f32x4.splat(SCALE_0), v128.load(from), f32x4.add(outerA, outerB)));
    const innerA = f32x4.mul(scaleA, f32x4.sub(p1, p2));
    const innerB = f32x4.mul(scaleB, f32x4.sub(p3, p4));
    v128.store(to + toStep, madd(f32x4.splat(A), innerA, f32x4.mul(f32x4.splat(B), innerB)));
    const last = madd(f32x4.splat(A2), outerA, f32x4.mul(f32x4.splat(B2), outerB));
    v128.store(to + 2 * toStep, f32x4.add(last, v128.load(from + 5 * fromStep)));
  }
}
