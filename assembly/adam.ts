// Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019), torch.optim's formulas.
//
//   d = dp + weightDecay · p
//   m = β₁ m + (1 - β₁) d        v = β₂ v + (1 - β₂) d²
//   p -= stepSize · m / (√v · scale + eps) + shrink · p
//
// stepSize = lr / (1 - β₁ᵗ) and scale = 1 / √(1 - β₂ᵗ) correct the bias of the first steps. AdamW has weightDecay 0
// and shrink = lr · (its weight decay), Adam shrink 0. p, dp, m, v: any shape, checked in
// src/optimizers/optimizer.ts; a table names those of all parameters (assembly/lib/updates.ts). Reference:
// tests/support/reference/optimizers.ts.
import { madd } from './lib/simd';
import { storeUpTo4 } from './lib/lanes';
import { Update } from './lib/updates';

/** Updates the elements [begin, end) of the parameters in the table; their state is m and v, 0 before the first step. */
export function adamStep(
  updates: usize,
  stepSize: f32,
  beta1: f32,
  beta2: f32,
  scale: f32,
  eps: f32,
  weightDecay: f32,
  shrink: f32,
  begin: i32,
  end: i32,
): void {
  while (end > 0) {
    const update = changetype<Update>(updates);
    const size = update.size;
    if (begin < size) {
      updateElements(
        update.parameter, update.gradient, update.state0, update.state1,
        stepSize, beta1, beta2, scale, eps, weightDecay, shrink, max(begin, 0), min(end, size),
      );
    }
    begin -= size;
    end -= size;
    updates += offsetof<Update>();
  }
}

function updateElements(
  p: usize,
  dp: usize,
  m: usize,
  v: usize,
  stepSize: f32,
  beta1: f32,
  beta2: f32,
  scale: f32,
  eps: f32,
  weightDecay: f32,
  shrink: f32,
  begin: i32,
  end: i32,
): void {
  const vBeta1 = f32x4.splat(beta1);
  const vBeta2 = f32x4.splat(beta2);
  const vRest1 = f32x4.splat(1 - beta1);
  const vRest2 = f32x4.splat(1 - beta2);
  for (let i = begin; i < end; i += 4) {
    const at = <usize>i << 2;
    const left = end - i;
    const vP = v128.load(p + at);
    let d = v128.load(dp + at);
    if (weightDecay != 0) d = madd(f32x4.splat(weightDecay), vP, d);
    const vM = f32x4.add(f32x4.mul(vBeta1, v128.load(m + at)), f32x4.mul(vRest1, d));
    const square = f32x4.mul(f32x4.mul(vRest2, d), d);
    const vV = f32x4.add(f32x4.mul(vBeta2, v128.load(v + at)), square);
    storeUpTo4(m + at, vM, left);
    storeUpTo4(v + at, vV, left);
    const root = f32x4.add(f32x4.mul(f32x4.sqrt(vV), f32x4.splat(scale)), f32x4.splat(eps));
    let change = f32x4.div(f32x4.mul(f32x4.splat(stepSize), vM), root);
    if (shrink != 0) change = madd(f32x4.splat(shrink), vP, change);
    storeUpTo4(p + at, f32x4.sub(vP, change), left);
  }
}
