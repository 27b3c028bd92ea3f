// The 1-D transforms of Winograd's minimal filtering F(m,3), for m = 2 and 4, over vectors of channels.
//
// Every pass has one form, `pass`. `from` holds runs of `bytes` bytes (rounded up to whole vectors) that are `fromStep` bytes
// apart, one for each element to transform; the elements of the result go to runs `toStep` bytes apart. That is done
// `count` times, with the next runs `fromNext` and `toNext` bytes on: a matrix is transformed by its rows or columns.
// The matrices and where they come from: assembly/conv2d-winograd.ts.
import { madd } from './simd';

/** Floats in a run of the scratch through which the transforms pass: a stage of 6 x 6 runs fits the L1 cache. */
export const RUN: i32 = 64;
export const RUN_BYTES: usize = 256;

// F(4,3) takes its points at 0, ±A, ±B and ∞. All of these are exact in float32.
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

/**
 * One pass, of one of the transforms below. No object of them exists: the type alone selects `for2` and `for4`, the
 * forms for m = 2 and m = 4, at compile time.
 */
export function pass<Transform>(
  m: i32,
  count: i32,
  to: usize,
  toStep: usize,
  toNext: usize,
  from: usize,
  fromStep: usize,
  fromNext: usize,
  bytes: usize,
): void {
  const transform = changetype<Transform>(0);
  for (; count > 0; count--) {
    if (m == 4) transform.for4(to, toStep, from, fromStep, bytes);
    else transform.for2(to, toStep, from, fromStep, bytes);
    to += toNext;
    from += fromNext;
  }
}

/** Bᵀ d: m + 2 elements to m + 2. */
@unmanaged
export class InputTransform {
  @inline
  for2(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
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

  @inline
  for4(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
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
}

/** Aᵀ S p: m + 2 elements to m. S holds the scales of the rows of G, which the weights were transformed without. */
@unmanaged
export class OutputTransform {
  @inline
  for2(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
    const half = f32x4.splat(0.5);
    for (let end = from + bytes; from < end; from += 16, to += 16) {
      const p1 = v128.load(from + fromStep);
      const p2 = v128.load(from + 2 * fromStep);
      v128.store(to, madd(half, f32x4.add(p1, p2), v128.load(from)));
      v128.store(to + toStep, madd(half, f32x4.sub(p1, p2), v128.load(from + 3 * fromStep)));
    }
  }

  @inline
  for4(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
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
}

/** A y: m elements to m + 2. */
@unmanaged
export class GradOutputTransform {
  @inline
  for2(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
    for (let end = from + bytes; from < end; from += 16, to += 16) {
      const y0 = v128.load(from);
      const y1 = v128.load(from + fromStep);
      v128.store(to, y0);
      v128.store(to + toStep, f32x4.add(y0, y1));
      v128.store(to + 2 * toStep, f32x4.sub(y0, y1));
      v128.store(to + 3 * toStep, y1);
    }
  }

  @inline
  for4(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
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
}

/** Gᵀ p: m + 2 elements to 3. */
@unmanaged
export class GradWeightTransform {
  @inline
  for2(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
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

  @inline
  for4(to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
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
}
