// The loops of the activations: y = f(x), and dx = dy · f′ with f′ computed from y.
//
// `Activation` is a class with the inlined methods `forward(x)` and `gradient(y, dy)` on four lanes. No object of it
// exists: the type alone selects the methods at compile time. The last vector is read whole, past the range, as the
// heap allows (src/runtime/heap.ts), and stored in part: the tail gets the bits that a whole vector would give.
import { storeUpTo4 } from './lanes';

/** y for the elements [begin, end). */
// @ts-ignore: decorator
@inline
export function activate<Activation>(y: usize, x: usize, begin: i32, end: i32): void {
  const activation = changetype<Activation>(0);
  for (let i = begin; i < end; i += 4) {
    const at = <usize>i << 2;
    const v = activation.forward(v128.load(x + at));
    storeUpTo4(y + at, v, end - i);
  }
}

/** dx for the elements [begin, end): overwritten, or added to. */
// @ts-ignore: decorator
@inline
export function activateGradient<Activation>(
  dx: usize,
  dy: usize,
  y: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const activation = changetype<Activation>(0);
  for (let i = begin; i < end; i += 4) {
    const at = <usize>i << 2;
    let v = activation.gradient(v128.load(y + at), v128.load(dy + at));
    if (accumulate) v = f32x4.add(v128.load(dx + at), v);
    storeUpTo4(dx + at, v, end - i);
  }
}
