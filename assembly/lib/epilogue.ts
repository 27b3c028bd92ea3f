// The activation at the end of a convolution or a dense layer, y = f(b + …): the bits are those of the op of its own
// over the stored sums.
//
// A clip, of which ReLU and ReLU6 are cases, costs next to nothing: it happens in registers, just before a tile is
// stored. The other functions pass over the outputs just stored, while they are in the cache. A kernel that ends with
// an activation does both: it hands `clipOf(activation)` to where it stores, and calls `activateStored` after that; at
// most one of them does anything.
import { activate } from './elementwise';
import { sigmoid4 } from './math';

/** The block is written by src/ops/activation.ts. An address of 0 stands for no activation. */
@unmanaged
export class Activation {
  /** What the function takes: a clip its lower and its upper limit. */
  first: f32;
  second: f32;
  kind: i32;
}

const CLIP: i32 = 1;
const SIGMOID: i32 = 2;

/** The address of two limits to clip to where the activation is a clip, else 0. */
export function clipOf(activation: usize): usize {
  return activation != 0 && changetype<Activation>(activation).kind == CLIP ? activation : 0;
}

/** Replaces `count` stored values by the activation of them, unless it is a clip or none. */
export function activateStored(y: usize, count: i32, activation: usize): void {
  if (activation == 0) return;
  const kind = changetype<Activation>(activation).kind;
  if (kind == SIGMOID) activate<Sigmoid>(y, y, 0, count);
}

@unmanaged
class Sigmoid {
  @inline
  forward(x: v128): v128 {
    return sigmoid4(x);
  }
}
