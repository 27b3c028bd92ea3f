// One step of torch.optim's SGD, Adam, AdamW and Adadelta, in place. Steps count from 1; the state (velocity, m and
// v, or v and u) starts as zeros and is updated along with the parameter.
//
// SGD:    d = dp + weightDecay · p
//         velocity = d in step 1, momentum · velocity + (1 − dampening) · d after it
//         p −= lr · (velocity, or with nesterov d + momentum · velocity, or without momentum d)
//
// Adam:   d = dp + weightDecay · p                      (AdamW: d = dp and p −= lr · weightDecay · p)
//         m = β₁ · m + (1 − β₁) · d
//         v = β₂ · v + (1 − β₂) · d²
//         p −= lr · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + eps)
//
// Adadelta:  d = dp + weightDecay · p
//            v = ρ · v + (1 − ρ) · d²
//            Δ = √(u + eps) / √(v + eps) · d
//            u = ρ · u + (1 − ρ) · Δ²
//            p −= lr · Δ

export interface SgdOptions {
  readonly lr: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

export interface AdamOptions {
  readonly lr: number;
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weightDecay: number;
  /** AdamW: the decay shrinks the parameter itself instead of joining the gradient. */
  readonly decoupledWeightDecay: boolean;
}

export interface AdadeltaOptions {
  readonly lr: number;
  readonly rho: number;
  readonly eps: number;
  readonly weightDecay: number;
}

export function sgdStep(
  p: Float64Array,
  dp: ArrayLike<number>,
  velocity: Float64Array,
  step: number,
  { lr, momentum, dampening, nesterov, weightDecay }: SgdOptions,
): void {
  for (let i = 0; i < p.length; i++) {
    const d = dp[i]! + weightDecay * p[i]!;
    velocity[i] = step === 1 ? d : momentum * velocity[i]! + (1 - dampening) * d;
    if (momentum === 0) p[i]! -= lr * d;
    else if (nesterov) p[i]! -= lr * (d + momentum * velocity[i]!);
    else p[i]! -= lr * velocity[i]!;
  }
}

export function adamStep(
  p: Float64Array,
  dp: ArrayLike<number>,
  m: Float64Array,
  v: Float64Array,
  step: number,
  { lr, betas: [beta1, beta2], eps, weightDecay, decoupledWeightDecay }: AdamOptions,
): void {
  for (let i = 0; i < p.length; i++) {
    const d = decoupledWeightDecay ? dp[i]! : dp[i]! + weightDecay * p[i]!;
    if (decoupledWeightDecay) p[i]! -= lr * weightDecay * p[i]!;
    m[i] = beta1 * m[i]! + (1 - beta1) * d;
    v[i] = beta2 * v[i]! + (1 - beta2) * d * d;
    const mHat = m[i]! / (1 - beta1 ** step);
    const vHat = v[i]! / (1 - beta2 ** step);
    p[i]! -= (lr * mHat) / (Math.sqrt(vHat) + eps);
  }
}

export function adadeltaStep(
  p: Float64Array,
  dp: ArrayLike<number>,
  v: Float64Array,
  u: Float64Array,
  { lr, rho, eps, weightDecay }: AdadeltaOptions,
): void {
  for (let i = 0; i < p.length; i++) {
    const d = dp[i]! + weightDecay * p[i]!;
    v[i] = rho * v[i]! + (1 - rho) * d * d;
    const change = (Math.sqrt(u[i]! + eps) / Math.sqrt(v[i]! + eps)) * d;
    u[i] = rho * u[i]! + (1 - rho) * change * change;
    p[i]! -= lr * change;
  }
}
