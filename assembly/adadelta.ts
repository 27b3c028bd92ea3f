// Adadelta (Zeiler 2012), torch.optim's formulas.
//
//   d = dp + weightDecay · p
//   v = ρ v + (1 - ρ) d²
//   Δ = √(u + eps) / √(v + eps) · d
//   u = ρ u + (1 - ρ) Δ²
//   p -= lr · Δ
//
// v is the running mean of the squared gradients, the new one counted; u is that of the squared changes before this
// one. p, dp, v, u: any shape, checked in src/optimizers/optimizer.ts; a table names those of all parameters
// (assembly/lib/updates.ts). Reference: tests/support/reference/optimizers.ts.
import { madd } from './lib/simd';
import { storeUpTo4 } from './lib/lanes';
import { Update } from './lib/updates';

/** Updates the elements [begin, end) of the parameters in the table; their state is v and u, 0 before the first step. */
export function adadeltaStep(
  updates: usize,
  lr: f32,
  rho: f32,
  eps: f32,
  weightDecay: f32,
  begin: i32,
  end: i32,
): void {
  while (end > 0) {
    const update = changetype<Update>(updates);
    const size = update.size;
    if (begin < size) {
      updateElements(
        update.parameter, update.gradient, update.state0, update.state1,
        lr, rho, eps, weightDecay, max(begin, 0), min(end, size),
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
  v: usize,
  u: usize,
  lr: f32,
  rho: f32,
  eps: f32,
  weightDecay: f32,
  begin: i32,
  end: i32,
): void {
  const vRho = f32x4.splat(rho);
  const vRest = f32x4.splat(1 - rho);
  const vEps = f32x4.splat(eps);
  for (let i = begin; i < end; i += 4) {
    const at = <usize>i << 2;
    const left = end - i;
    const vP = v128.load(p + at);
    let d = v128.load(dp + at);
    if (weightDecay != 0) d = madd(f32x4.splat(weightDecay), vP, d);
    const vV = f32x4.add(f32x4.mul(vRho, v128.load(v + at)), f32x4.mul(f32x4.mul(vRest, d), d));
    const vU = v128.load(u + at);
    const root = f32x4.div(f32x4.sqrt(f32x4.add(vU, vEps)), f32x4.sqrt(f32x4.add(vV, vEps)));
    const change = f32x4.mul(root, d);
    const square = f32x4.mul(f32x4.mul(vRest, change), change);
    storeUpTo4(v + at, vV, left);
    storeUpTo4(u + at, f32x4.add(f32x4.mul(vRho, vU), square), left);
    storeUpTo4(p + at, f32x4.sub(vP, f32x4.mul(f32x4.splat(lr), change)), left);
  }
}
