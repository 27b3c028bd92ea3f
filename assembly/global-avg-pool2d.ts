// The gradient of the mean over all pixels of a picture.
//
//   dx[n][p][c] = dy[n][c] · (1 / pixels)
//
// x [batch, pixels, channels], y [batch, channels], pixels > 0. Shapes are checked in src/ops/pool/global-avg-pool2d.ts.
// Reference: tests/support/reference/pool2d.ts.
import { storeUpTo4 } from './lib/lanes';

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
