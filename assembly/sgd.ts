// Stochastic gradient descent, torch.optim.SGD's formulas (after Sutskever et al. 2013).
//
//   d = dp + weightDecay · p
//   velocity = d in the first step, momentum · velocity + (1 - dampening) · d after it
//   p -= lr · (velocity | with nesterov: d + momentum · velocity | without momentum: d)
//
// p, dp, velocity: any shape, checked in src/optimizers/optimizer.ts; a table names those of all parameters
// (assembly/lib/updates.ts). Reference: tests/support/reference/optimizers.ts.
import { madd } from './lib/simd';
import { storeUpTo4 } from './lib/lanes';
import { Update } from './lib/updates';

/** Updates the elements [begin, end) of the parameters in the table; their state is the velocity, none without momentum. */
export function sgdStep(
  updates: usize,
  lr: f32,
  momentum: f32,
  oneMinusDampening: f32,
  nesterov: bool,
  weightDecay: f32,
  first: bool,
  begin: i32,
  end: i32,
): void {
  while (end > 0) {
    const update = changetype<Update>(updates);
    const size = update.size;
    if (begin < size) {
      updateElements(
        update.parameter, update.gradient, update.state0,
        lr, momentum, oneMinusDampening, nesterov, weightDecay, first, max(begin, 0), min(end, size),
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
  velocity: usize,
  lr: f32,
  momentum: f32,
  oneMinusDampening: f32,
  nesterov: bool,
  weightDecay: f32,
  first: bool,
  begin: i32,
  end: i32,
): void {
  const vMomentum = f32x4.splat(momentum);
  const vKept = f32x4.splat(oneMinusDampening);
  const vDecay = f32x4.splat(weightDecay);
  const vLr = f32x4.splat(lr);
  for (let i = begin; i < end; i += 4) {
    const at = <usize>i << 2;
    const left = end - i;
    const vP = v128.load(p + at);
    let d = v128.load(dp + at);
    if (weightDecay != 0) d = madd(vDecay, vP, d);
    if (velocity != 0) {
      let v = d;
      if (!first) v = f32x4.add(f32x4.mul(vMomentum, v128.load(velocity + at)), f32x4.mul(vKept, d));
      storeUpTo4(velocity + at, v, left);
      d = nesterov ? madd(vMomentum, v, d) : v;
    }
    storeUpTo4(p + at, f32x4.sub(vP, f32x4.mul(vLr, d)), left);
  }
}
