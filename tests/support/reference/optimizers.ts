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

export interface AdamTerms {
  readonly weightDecay: number;
  readonly beta: number;
  readonly keep: number;
  readonly rest: number;
  readonly scale: number;
  readonly eps: number;
  readonly ofMean: number;
  readonly ofGradient: number;
  readonly momentum: number;
  readonly factor: number;
  readonly shrink: number;
  /** What the means are divided by: 1 the largest so far, 2 the variance, 3 the largest magnitude, 4 their magnitude. */
  readonly kind: number;
}

/** What the optimizers have in common that are like Adam; `kept` names the states that there are. */
export function adamForm(
  { p, m, v, w }: Record<'p' | 'm' | 'v' | 'w', Float64Array>,
  dp: ArrayLike<number>,
  kept: string,
  terms: AdamTerms,
): void {
  for (let i = 0; i < p.length; i++) {
    const d = dp[i]! + terms.weightDecay * p[i]!;
    const before = m[i]!;
    if (kept.includes('m')) m[i] = terms.beta * before + (1 - terms.beta) * d;
    const mean = kept.includes('m') ? (terms.kind === 4 ? before : m[i]!) : d;
    let change = terms.ofMean * mean + terms.ofGradient * d;
    if (terms.kind === 4) {
      change = Math.sign(change);
    } else if (terms.kind === 3) {
      v[i] = Math.max(terms.keep * v[i]!, Math.abs(d) + terms.eps);
      change /= v[i]!;
    } else {
      v[i] = terms.keep * v[i]! + terms.rest * d * d;
      let square = v[i]!;
      if (terms.kind === 1) square = w[i] = Math.max(w[i]!, square);
      if (terms.kind === 2) square -= m[i]! ** 2;
      change /= Math.sqrt(Math.max(square, 0)) * terms.scale + terms.eps;
    }
    if (terms.momentum !== 0) change = w[i] = terms.momentum * w[i]! + change;
    p[i]! -= terms.factor * change + terms.shrink * p[i]!;
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
