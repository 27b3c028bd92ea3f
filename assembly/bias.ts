// Bias over the last axis; its gradient is a sum over the rows (reduce.ts).
//
//   y[r][c] = x[r][c] + b[c]
//
// x, y [rows, channels], b [channels]. Shapes are checked in src/ops/bias.ts. Reference:
// tests/support/reference/bias.ts.

/** y for the rows [begin, end). */
export function biasForward(y: usize, x: usize, b: usize, channels: i32, begin: i32, end: i32): void {
  const offset = <usize>(begin * channels) << 2;
  x += offset;
  y += offset;
  for (let r = begin; r < end; r++) {
    let c = 0;
    for (; c <= channels - 4; c += 4) {
      v128.store(y, f32x4.add(v128.load(x), v128.load(b + (<usize>c << 2))));
      x += 16;
      y += 16;
    }
    for (; c < channels; c++) {
      store<f32>(y, load<f32>(x) + load<f32>(b + (<usize>c << 2)));
      x += 4;
      y += 4;
    }
  }
}
