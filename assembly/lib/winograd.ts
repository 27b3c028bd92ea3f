// The passes of Winograd's transforms over vectors of channels.
//
// Every pass has one form, `pass`. `from` holds runs of `bytes` bytes (rounded up to whole vectors) that are `fromStep` bytes
// apart, one for each element to transform; the elements of the result go to runs `toStep` bytes apart. That is done
// `count` times, with the next runs `fromNext` and `toNext` bytes on: a matrix is transformed by its rows or columns.
// Where whole rows of pixels lie side by side, a row is one run. The size of the tiles of inputs tells the filter:
// 4 x 4 for F(2x2,3x3), 6 x 6 for F(4x4,3x3), 8 x 8 for F(4x4,5x5); `SHORT` stands for F(2,3) at the points of F(4,3)
// that it needs, in their places. The matrices and where they come from: assembly/conv2d-winograd.ts.
import { gradOutputF23, gradWeightF23, inputF23, outputF23 } from './winograd-f23';
import { A, gradOutputF43, gradWeightF43, inputF43, outputF43 } from './winograd-f43';
import { gradOutputF45, gradWeightF45, inputF45, outputF45 } from './winograd-f45';

/** The most floats in a run of channels. */
export const RUN: i32 = 64;
export const RUN_BYTES: usize = 256;

/** In place of the size of a tile of inputs: two outputs of F(4,3). */
export const SHORT: i32 = 0;

/** Bytes of a run of `channels`, of whole vectors. */
// @ts-ignore: decorator
@inline
export function runBytes(channels: i32): usize {
  return (<usize>(channels + 3) << 2) & ~15;
}

/** One pass, of one of the transforms below. No object of them exists: the type alone selects, at compile time. */
export function pass<Transform>(
  inputTile: i32,
  count: i32,
  to: usize,
  toStep: usize,
  toNext: usize,
  from: usize,
  fromStep: usize,
  fromNext: usize,
  bytes: usize,
): void {
  const transform = changetype<Transform>(0);
  for (; count > 0; count--) {
    transform.apply(inputTile, to, toStep, from, fromStep, bytes);
    to += toNext;
    from += fromNext;
  }
}

/** Bᵀ d: as many elements as there are inputs. */
@unmanaged
export class InputTransform {
  @inline
  apply(inputTile: i32, to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
    if (inputTile == 6) inputF43(to, toStep, from, fromStep, bytes);
    else if (inputTile == 8) inputF45(to, toStep, from, fromStep, bytes);
    else inputF23(to, toStep, from, fromStep, bytes, inputTile == SHORT ? A : 1, inputTile == SHORT ? 5 : 3);
  }
}

/** Aᵀ S p: elements to outputs. S holds the scales of the rows of G, which the weights were transformed without. */
@unmanaged
export class OutputTransform {
  @inline
  apply(inputTile: i32, to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
    if (inputTile == 6) outputF43(to, toStep, from, fromStep, bytes);
    else if (inputTile == 8) outputF45(to, toStep, from, fromStep, bytes);
    else outputF23(to, toStep, from, fromStep, bytes, inputTile == SHORT ? A : 1, inputTile == SHORT ? 5 : 3);
  }
}

/** A y: outputs to elements. */
@unmanaged
export class GradOutputTransform {
  @inline
  apply(inputTile: i32, to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
    if (inputTile == 6) gradOutputF43(to, toStep, from, fromStep, bytes);
    else if (inputTile == 8) gradOutputF45(to, toStep, from, fromStep, bytes);
    else gradOutputF23(to, toStep, from, fromStep, bytes);
  }
}

/** Gᵀ p: elements to taps. */
@unmanaged
export class GradWeightTransform {
  @inline
  apply(inputTile: i32, to: usize, toStep: usize, from: usize, fromStep: usize, bytes: usize): void {
    if (inputTile == 6) gradWeightF43(to, toStep, from, fromStep, bytes);
    else if (inputTile == 8) gradWeightF45(to, toStep, from, fromStep, bytes);
    else gradWeightF23(to, toStep, from, fromStep, bytes);
  }
}
