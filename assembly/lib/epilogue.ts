// The activation at the end of a convolution or a dense layer, y = f(b + …): the bits are those of the op of its own
// over the stored sums. Any function of the map family is one.
//
// A clip, of which ReLU and ReLU6 are cases, costs next to nothing: it happens in registers, just before a tile is
// stored. The other functions pass over the outputs just stored, while they are in the cache, by the loop of their op.
// A kernel that ends with an activation does both: it hands `clipOf(activation)` to where it stores, and calls
// `activateStored` after that; at most one of them does anything.
import { storeUpTo4 } from './lanes';
import { applyFunction, CLIP, HARDTANH, RELU } from './map';
import { clip4 } from './math';

/** The block is written by src/ops/activation.ts. An address of 0 stands for no activation. */
@unmanaged
export class Activation {
  /** The constants of the function; a ReLU has the limits of a clip here, 0 and Infinity. */
  first: f32;
  second: f32;
  /** Its number in lib/map.ts. */
  fn: i32;
}

/** The address of two limits to clip to where the activation is a clip, else 0. */
export function clipOf(activation: usize): usize {
  return activation != 0 && isClip(changetype<Activation>(activation).fn) ? activation : 0;
}

function isClip(fn: i32): bool {
  return fn == RELU || fn == CLIP || fn == HARDTANH;
}

/** Replaces `count` stored values by the activation of them, unless it is a clip or none. */
export function activateStored(y: usize, count: i32, activation: usize): void {
  if (activation == 0) return;
  const f = changetype<Activation>(activation);
  if (!isClip(f.fn)) applyFunction(y, y, f.fn, f.first, f.second, 0, count);
}

/** y = a + b for `count` values side by side, clipped unless `clip` is 0. */
export function addClipped(y: usize, a: usize, b: usize, count: i32, clip: usize): void {
  for (; count > 0; count -= 4) {
    let sum = f32x4.add(v128.load(a), v128.load(b));
    if (clip != 0) sum = clip4(sum, v128.load32_splat(clip), v128.load32_splat(clip, 4));
    storeUpTo4(y, sum, count);
    y += 16;
    a += 16;
    b += 16;
  }
}
