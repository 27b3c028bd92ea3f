// The 1-D transforms of F(2,3), whose points are 0, a, -a and ∞; their form is that of a pass (winograd.ts). `last` is the
// place of the element for ∞, the others have the first three.
import { madd } from './simd';

/** Bᵀ d: 4 elements to 4. */
export function inputF23(
  to: usize,
  toStep: usize,
  from: usize,
  fromStep: usize,
  bytes: usize,
  a: f32,
  last: usize,
): void {
  const point = f32x4.splat(a);
  const square = f32x4.splat(-a * a);
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const d1 = v128.load(from + fromStep);
    const d2 = v128.load(from + 2 * fromStep);
    const odd = f32x4.mul(point, d1);
    v128.store(to, madd(square, v128.load(from), d2));
    v128.store(to + toStep, f32x4.add(d2, odd));
    v128.store(to + 2 * toStep, f32x4.sub(d2, odd));
    v128.store(to + last * toStep, madd(square, d1, v128.load(from + 3 * fromStep)));
  }
}

/** Aᵀ S p: 4 elements to 2. */
export function outputF23(
  to: usize,
  toStep: usize,
  from: usize,
  fromStep: usize,
  bytes: usize,
  a: f32,
  last: usize,
): void {
  const scale0 = f32x4.splat(-1 / (a * a));
  const scale = f32x4.splat(0.5 / (a * a));
  const scaledPoint = f32x4.splat(0.5 / a);
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const p1 = v128.load(from + fromStep);
    const p2 = v128.load(from + 2 * fromStep);
    v128.store(to, madd(scale, f32x4.add(p1, p2), f32x4.mul(scale0, v128.load(from))));
    v128.store(to + toStep, madd(scaledPoint, f32x4.sub(p1, p2), v128.load(from + last * fromStep)));
  }
}

/** A y: 2 elements to 4, for a = 1. */
export function gradOutputF23(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const y0 = v128.load(from);
    const y1 = v128.load(from + fromStep);
    v128.store(to, y0);
    v128.store(to + toStep, f32x4.add(y0, y1));
    v128.store(to + 2 * toStep, f32x4.sub(y0, y1));
    v128.store(to + 3 * toStep, y1);
  }
}

/** Gᵀ p: 4 elements to 3, for a = 1. */
export function gradWeightF23(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
  const half = f32x4.splat(0.5);
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const p1 = v128.load(from + fromStep);
    const p2 = v128.load(from + 2 * fromStep);
    const outer = f32x4.mul(half, f32x4.add(p1, p2));
    v128.store(to, f32x4.sub(outer, v128.load(from)));
    v128.store(to + toStep, f32x4.mul(half, f32x4.sub(p1, p2)));
    v128.store(to + 2 * toStep, f32x4.add(outer, v128.load(from + 3 * fromStep)));
  }
}
