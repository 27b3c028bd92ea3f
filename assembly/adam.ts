// Adam (Kingma & Ba 2015) and the optimizers of its form, torch.optim's formulas.
//
//   d = dp + weightDecay · p
//   m = β m + (1 - β) d                                      where m is kept
//   v = keep v + rest d²                                     LARGEST: v = max(keep v, |d| + eps)
//   c = (ofMean m + ofGradient d) / (√v · scale + eps)       AMSGRAD: w = max(w, v) in place of v;  CENTERED: v - m²
//   p -= factor · c + shrink · p                             momentum: w = momentum w + c in place of c
//
// LARGEST divides by v itself. SIGN keeps no v: c = sgn(ofMean m + ofGradient d) with m as it was before.
//
// Adam: ofMean = lr / (1 - β₁ᵗ) and scale = 1 / √(1 - β₂ᵗ) correct the bias of the first steps. AdamW has weightDecay 0
// and shrink = lr · (its weight decay), as Lion, the others shrink 0. src/optimizers/adam-step.ts says what each leaves
// out. p, dp, m, v, w: any shape, checked in src/optimizers/optimizer.ts; a table names those of all parameters
// (assembly/lib/updates.ts). Reference: tests/support/reference/optimizers.ts.
import { madd } from './lib/simd';
import { storeUpTo4 } from './lib/lanes';
import { Update } from './lib/updates';

/** What c is divided by: src/optimizers/adam-step.ts has the same numbers. */
const AMSGRAD: i32 = 1;
const CENTERED: i32 = 2;
const LARGEST: i32 = 3;
const SIGN: i32 = 4;

/** Updates the elements [begin, end) of the parameters in the table; their state is m, v and w, 0 where there is none. */
export function adamStep(
  updates: usize,
  weightDecay: f32,
  beta: f32,
  keep: f32,
  rest: f32,
  scale: f32,
  eps: f32,
  ofMean: f32,
  ofGradient: f32,
  momentum: f32,
  factor: f32,
  shrink: f32,
  kind: i32,
  begin: i32,
  end: i32,
): void {
  while (end > 0) {
    const update = changetype<Update>(updates);
    const size = update.size;
    if (begin < size) {
      updateElements(
        update, weightDecay, beta, keep, rest, scale, eps, ofMean, ofGradient, momentum, factor, shrink, kind,
        max(begin, 0), min(end, size),
      );
    }
    begin -= size;
    end -= size;
    updates += offsetof<Update>();
  }
}

function updateElements(
  update: Update,
  weightDecay: f32,
  beta: f32,
  keep: f32,
  rest: f32,
  scale: f32,
  eps: f32,
  ofMean: f32,
  ofGradient: f32,
  momentum: f32,
  factor: f32,
  shrink: f32,
  kind: i32,
  begin: i32,
  end: i32,
): void {
  const p = update.parameter;
  const m = update.state0;
  const w = update.state2;
  for (let i = begin; i < end; i += 4) {
    const at = <usize>i << 2;
    const left = end - i;
    const vP = v128.load(p + at);
    let d = v128.load(update.gradient + at);
    if (weightDecay != 0) d = madd(f32x4.splat(weightDecay), vP, d);
    let before = d;
    let vM = d;
    if (m != 0) {
      before = v128.load(m + at);
      vM = f32x4.add(f32x4.mul(f32x4.splat(beta), before), f32x4.mul(f32x4.splat(1 - beta), d));
      storeUpTo4(m + at, vM, left);
    }
    let change = f32x4.mul(f32x4.splat(ofMean), kind == SIGN ? before : vM);
    if (ofGradient != 0) change = madd(f32x4.splat(ofGradient), d, change);
    let root = f32x4.abs(change);
    if (kind != SIGN) {
      const vV = secondMoment(update.state1 + at, d, keep, rest, eps, kind, left);
      let square = vV;
      if (kind == AMSGRAD) {
        square = f32x4.max(v128.load(w + at), vV);
        storeUpTo4(w + at, square, left);
      } else if (kind == CENTERED) {
        // What rounding may leave below 0 has no root.
        square = f32x4.max(f32x4.sub(vV, f32x4.mul(vM, vM)), f32x4.splat(0));
      }
      root = f32x4.add(f32x4.mul(f32x4.sqrt(square), f32x4.splat(scale)), f32x4.splat(eps));
      if (kind == LARGEST) root = vV;
    }
    const isZero = kind == SIGN ? f32x4.eq(change, f32x4.splat(0)) : f32x4.splat(0);
    change = v128.andnot(f32x4.div(change, root), isZero);
    if (momentum != 0) {
      change = f32x4.add(f32x4.mul(f32x4.splat(momentum), v128.load(w + at)), change);
      storeUpTo4(w + at, change, left);
    }
    change = f32x4.mul(f32x4.splat(factor), change);
    if (shrink != 0) change = madd(f32x4.splat(shrink), vP, change);
    storeUpTo4(p + at, f32x4.sub(vP, change), left);
  }
}

// @ts-ignore: decorator
@inline
function secondMoment(v: usize, d: v128, keep: f32, rest: f32, eps: f32, kind: i32, left: i32): v128 {
  const kept = f32x4.mul(f32x4.splat(keep), v128.load(v));
  const value =
    kind == LARGEST
      ? f32x4.max(kept, f32x4.add(f32x4.abs(d), f32x4.splat(eps)))
      : f32x4.add(kept, f32x4.mul(f32x4.mul(f32x4.splat(rest), d), d));
  storeUpTo4(v, value, left);
  return value;
}
