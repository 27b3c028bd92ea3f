// Bias over the last axis, and its gradient.
//
//   y[r][c] = x[r][c] + b[c]        db[c] = Σ_r dy[r][c]
//
// x, y [rows, channels], b [channels]. Shapes are checked in src/ops/bias.ts. Reference:
// tests/support/reference/bias.ts.

/** Rows that are summed on their own before they join the total: it keeps the rounding error of long sums small. */
const RUN: i32 = 256;

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

/** db for the channels [begin, end). */
export function biasGradBias(
  db: usize,
  dy: usize,
  rows: i32,
  channels: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  let c = begin;
  for (; c <= end - 4; c += 4) {
    const at = db + (<usize>c << 2);
    const sum = sumColumns4(dy + (<usize>c << 2), rows, channels);
    v128.store(at, accumulate ? f32x4.add(v128.load(at), sum) : sum);
  }
  for (; c < end; c++) {
    const at = db + (<usize>c << 2);
    const sum = sumColumn(dy + (<usize>c << 2), rows, channels);
    store<f32>(at, accumulate ? load<f32>(at) + sum : sum);
  }
}

function sumColumns4(dy: usize, rows: i32, channels: i32): v128 {
  const step = <usize>channels << 2;
  let total = f32x4.splat(0);
  for (let r = 0; r < rows; r += RUN) {
    let sum = f32x4.splat(0);
    for (let n = min(RUN, rows - r); n > 0; n--) {
      sum = f32x4.add(sum, v128.load(dy));
      dy += step;
    }
    total = f32x4.add(total, sum);
  }
  return total;
}

function sumColumn(dy: usize, rows: i32, channels: i32): f32 {
  const step = <usize>channels << 2;
  let total: f32 = 0;
  for (let r = 0; r < rows; r += RUN) {
    let sum: f32 = 0;
    for (let n = min(RUN, rows - r); n > 0; n--) {
      sum += load<f32>(dy);
      dy += step;
    }
    total += sum;
  }
  return total;
}
