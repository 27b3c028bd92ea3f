// Mean over all pixels of a picture, and its gradient.
//
//   y[n][c] = (Σ_p x[n][p][c]) / pixels        dx[n][p][c] = dy[n][c] · (1 / pixels)
//
// x [batch, pixels, channels], y [batch, channels], pixels > 0. Shapes are checked in src/ops/global-avg-pool2d.ts.
// Reference: tests/support/reference/pool2d.ts.
//
// Sixteen channels are summed at a time: a whole cache line of each pixel, and four sums that do not wait for one
// another. The order is the same for every channel: runs of pixels, then the runs (assembly/lib/sums.ts).
import { storeUpTo4 } from './lib/lanes';
import { sumColumns16, sumColumns4 } from './lib/sums';

/** y for the elements [begin, end) of batch · channels. */
export function globalAvgPool2dForward(
  y: usize,
  x: usize,
  pixels: i32,
  channels: i32,
  begin: i32,
  end: i32,
): void {
  while (begin < end) {
    const n = begin / channels;
    const c = begin - n * channels;
    const count = min(channels - c, end - begin);
    const from = x + ((<usize>n * pixels * channels + c) << 2);
    meanOfPixels(y + (<usize>begin << 2), from, pixels, <usize>channels << 2, count);
    begin += count;
  }
}

/** `count` channels of one picture; x is the address of the first of them in the first pixel. */
function meanOfPixels(y: usize, x: usize, pixels: i32, step: usize, count: i32): void {
  const vPixels = f32x4.splat(<f32>pixels);
  for (; count >= 16; count -= 16) {
    sumColumns16(y, x, pixels, step, false);
    for (let i: usize = 0; i < 64; i += 16) {
      v128.store(y + i, f32x4.div(v128.load(y + i), vPixels));
    }
    x += 64;
    y += 64;
  }
  for (; count > 0; count -= 4) {
    storeUpTo4(y, f32x4.div(sumColumns4(x, pixels, step), vPixels), count);
    x += 16;
    y += 16;
  }
}

/** dx for the pixels [begin, end) of batch · pixels. */
export function globalAvgPool2dGradInput(
  dx: usize,
  dy: usize,
  pixels: i32,
  channels: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const vShare = f32x4.splat(<f32>1 / <f32>pixels);
  let to = dx + ((<usize>begin * channels) << 2);
  for (let p = begin; p < end; p++) {
    let from = dy + ((<usize>(p / pixels) * channels) << 2);
    for (let left = channels; left > 0; left -= 4) {
      let v = f32x4.mul(v128.load(from), vShare);
      if (accumulate) v = f32x4.add(v128.load(to), v);
      storeUpTo4(to, v, left);
      from += 16;
      to += <usize>min(left, 4) << 2;
    }
  }
}
