// torch.optim's updates, in place; the state starts as zeros and steps count from 1.

/** velocity = momentum · velocity + dp, p −= lr · velocity. */
export function sgdStep(
  p: Float32Array,
  dp: Float32Array,
  velocity: Float32Array,
  lr: number,
  momentum: number,
): void {
  for (let i = 0; i < p.length; i++) {
    const v = momentum * velocity[i]! + dp[i]!;
    velocity[i] = v;
    p[i]! -= lr * v;
  }
}

export interface AdamOptions {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}

/** m, v = moving averages of dp and dp², p −= lr · m̂ / (√v̂ + eps). */
export function adamStep(
  p: Float32Array,
  dp: Float32Array,
  m: Float32Array,
  v: Float32Array,
  step: number,
  { lr, beta1, beta2, eps }: AdamOptions,
): void {
  const mScale = lr / (1 - beta1 ** step);
  const vScale = 1 / (1 - beta2 ** step);
  for (let i = 0; i < p.length; i++) {
    const d = dp[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * d;
    const square = beta2 * v[i]! + (1 - beta2) * d * d;
    m[i] = mean;
    v[i] = square;
    p[i]! -= (mScale * mean) / (Math.sqrt(square * vScale) + eps);
  }
}
