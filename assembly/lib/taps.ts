// Which taps of a window lie inside the picture, along one axis: tap i of a window that begins at `at` reads position
// at + i·step of an axis of `size` positions. Windows that begin at left, left + stride, … are numbered from 0.

/** The first of `taps` taps, `dilation` apart, that falls on one of the pixels that lie `upsample` apart; or -1. */
export function firstTapOnPixel(at: i32, dilation: i32, upsample: i32, taps: i32): i32 {
  for (let i = 0; i < taps; i++) {
    if ((at + i * dilation) % upsample == 0) return i;
  }
  return -1;
}

/** How many of the taps lie before position 0. */
export function tapsBefore(at: i32, step: i32, taps: i32): i32 {
  return at >= 0 ? 0 : min(taps, (-at - 1) / step + 1);
}

/** How many of the taps lie before position `size`. */
export function tapsBelow(size: i32, at: i32, step: i32, taps: i32): i32 {
  return at >= size ? 0 : min(taps, (size - 1 - at) / step + 1);
}

/** The first of `count` windows that does not begin before the axis. */
export function firstInside(left: i32, stride: i32, count: i32): i32 {
  return left >= 0 ? 0 : min(count, (-left - 1) / stride + 1);
}

/** The first window after those that end, `reach` after they begin, inside the axis. */
export function endInside(size: i32, left: i32, reach: i32, stride: i32, count: i32): i32 {
  const room = size - 1 - left - reach;
  return room < 0 ? 0 : min(count, room / stride + 1);
}
