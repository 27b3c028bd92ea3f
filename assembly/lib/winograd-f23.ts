// The 1-D transforms of F(2,3), whose points are 0, 1, -1 and ∞; their form is that of a pass (winograd.ts).
import { madd } from './simd';

/** Bᵀ d: 4 elements to 4. */
export function inputF23(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const d0 = v128.load(from);
    const d1 = v128.load(from + fromStep);
    const d2 = v128.load(from + 2 * fromStep);
    const d3 = v128.load(from + 3 * fromStep);
    v128.store(to, f32x4.sub(d0, d2));
    v128.store(to + toStep, f32x4.add(d2, d1));
    v128.store(to + 2 * toStep, f32x4.sub(d2, d1));
    v128.store(to + 3 * toStep, f32x4.sub(d3, d1));
  }
}

/** Aᵀ S p: 4 elements to 2. */
export function outputF23(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
  const half = f32x4.splat(0.5);
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const p1 = v128.load(from + fromStep);
    const p2 = v128.load(from + 2 * fromStep);
    v128.store(to, madd(half, f32x4.add(p1, p2), v128.load(from)));
    v128.store(to + toStep, madd(half, f32x4.sub(p1, p2), v128.load(from + 3 * fromStep)));
  }
}

/** A y: 2 elements to 4. */
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

/** Gᵀ p: 4 elements to 3. */
export function gradWeightF23(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
  const half = f32x4.splat(0.5);
  for (let end = from + bytes; from < end; from += 16, to += 16) {
    const p1 = v128.load(from + fromStep);
    const p2 = v128.load(from + 2 * fromStep);
    const outer = f32x4.mul(half, f32x4.add(p1, p2));
    v128.store(to, f32x4.add(v128.load(from), outer));
    v128.store(to + toStep, f32x4.mul(half, f32x4.sub(p1, p2)));
    v128.store(to + 2 * toStep, f32x4.add(outer, v128.load(from + 3 * fromStep)));
  }
}
