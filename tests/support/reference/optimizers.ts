// One step of torch.optim's SGD, Adam and AdamW, in place. Steps count from 1; the state (velocity, or
// m and v) starts as zeros and is updated along with the parameter.
//
// SGD:    d = dp + weightDecay · p
//         velocity = d in step 1, momentum · velocity + (1 − dampening) · d after it
//         p −= lr · (velocity, or with nesterov d + momentum · velocity, or without momentum d)
//
// Adam:   d = dp + weightDecay · p                      (AdamW: d = dp and p −= lr · weightDecay · p)
//         m = β₁ · m + (1 − β₁) · d
//         v = β₂ · v + (1 − β₂) · d²
//         p −= lr · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + eps)

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
