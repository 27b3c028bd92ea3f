// Mean over all pixels of a picture, and its gradient.
//
//   y[n][c] = (Σ_p x[n][p][c]) / pixels        dx[n][p][c] = dy[n][c] · (1 / pixels)
//
// x [batch, pixels, channels], y [batch, channels], pixels > 0. Shapes are checked in src/ops/pool/global-avg-pool2d.ts.
// Reference: tests/support/reference/pool2d.ts.
import { storeUpTo4 } from './lib/lanes';
import { meanOfWindow } from './lib/sums';

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
    const to = y + (<usize>begin << 2);
    meanOfWindow(to, from, 1, pixels, <usize>channels << 2, 0, <f32>pixels, count);
    begin += count;
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
