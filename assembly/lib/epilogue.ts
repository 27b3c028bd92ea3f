// The activation at the end of a convolution or a dense layer, y = f(b + …): the bits are those of the op of its own
// over the stored sums.
//
// A clip, of which ReLU and ReLU6 are cases, costs next to nothing: it happens in registers, just before a tile is
// stored. The other functions pass over the outputs just stored, while they are in the cache, by the kernels of their
// ops. A kernel that ends with an activation does both: it hands `clipOf(activation)` to where it stores, and calls
// `activateStored` after that; at most one of them does anything.
import { hardSwishForward } from '../hard-swish';
import { leakyReluForward } from '../leaky-relu';
import { sigmoidForward } from '../sigmoid';
import { siluForward } from '../silu';
import { storeUpTo4 } from './lanes';
import { clip4 } from './math';

/** The block is written by src/ops/activation.ts. An address of 0 stands for no activation. */
@unmanaged
export class Activation {
  /** What the function takes: a clip its lower and its upper limit, a leaky ReLU its slope. */
  first: f32;
  second: f32;
  kind: i32;
}

const CLIP: i32 = 1;
const LEAKY_RELU: i32 = 2;
const SIGMOID: i32 = 3;
const SILU: i32 = 4;
const HARD_SWISH: i32 = 5;

/** The address of two limits to clip to where the activation is a clip, else 0. */
export function clipOf(activation: usize): usize {
  return activation != 0 && changetype<Activation>(activation).kind == CLIP ? activation : 0;
}

/** Replaces `count` stored values by the activation of them, unless it is a clip or none. */
export function activateStored(y: usize, count: i32, activation: usize): void {
  if (activation == 0) return;
  const f = changetype<Activation>(activation);
  const kind = f.kind;
  if (kind == LEAKY_RELU) leakyReluForward(y, y, f.first, 0, count);
  else if (kind == SIGMOID) sigmoidForward(y, y, 0, count);
  else if (kind == SILU) siluForward(y, y, 0, count);
  else if (kind == HARD_SWISH) hardSwishForward(y, y, 0, count);
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
