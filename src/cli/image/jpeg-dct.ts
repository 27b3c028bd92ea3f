import { BLOCK_SIDE, BLOCK_SIZE } from './jpeg-frame.js';

/** Bits after the point of the constants, and of what the columns hand on to the rows: libjpeg's, for equal rounding. */
const FRACTION = 13;
const COLUMN_FRACTION = 2;
const COLUMN_SHIFT = FRACTION - COLUMN_FRACTION;
/** Both passes leave a factor of the square root of 8: 3 bits. */
const ROW_SHIFT = FRACTION + COLUMN_FRACTION + 3;

const work = new Int32Array(BLOCK_SIZE);

/**
 * Writes the samples of a block of coefficients, columns first. The answer is libjpeg's (`islow`), bit for bit.
 *
 * @param to Place of the first sample in `plane`, whose rows are `stride` apart.
 */
export function inverseDct(
  coefficients: Int16Array,
  from: number,
  quantization: Uint16Array,
  plane: Uint8Array,
  to: number,
  stride: number,
): void {
  for (let i = 0; i < BLOCK_SIZE; i++) work[i] = coefficients[from + i]! * quantization[i]!;
  for (let x = 0; x < BLOCK_SIDE; x++) transform(x, BLOCK_SIDE, COLUMN_SHIFT);
  for (let y = 0; y < BLOCK_SIDE; y++) {
    const row = BLOCK_SIDE * y;
    transform(row, 1, ROW_SHIFT);
    for (let x = 0; x < BLOCK_SIDE; x++) {
      const sample = work[row + x]! + 128;
      plane[to + y * stride + x] = sample < 0 ? 0 : sample > 255 ? 255 : sample;
    }
  }
}

/**
 * Eight numbers of `work`, `step` apart, in place, by the factorisation of Loeffler, Ligtenberg and Moschytz (1989) with
 * 11 multiplications and one for each rotation; constants times 2^13.
 */
function transform(at: number, step: number, shift: number): void {
  const c0 = work[at]!;
  const c1 = work[at + step]!;
  const c2 = work[at + 2 * step]!;
  const c3 = work[at + 3 * step]!;
  const c4 = work[at + 4 * step]!;
  const c5 = work[at + 5 * step]!;
  const c6 = work[at + 6 * step]!;
  const c7 = work[at + 7 * step]!;
  const half = 1 << (shift - 1);
  if ((c1 | c2 | c3 | c4 | c5 | c6 | c7) === 0) {
    const flat = ((c0 << FRACTION) + half) >> shift;
    for (let i = 0; i < BLOCK_SIDE; i++) work[at + i * step] = flat;
    return;
  }
  // The even coefficients.
  const rotated = (c2 + c6) * 4433;
  const low = rotated + c2 * 6270;
  const high = rotated - c6 * 15137;
  const sum = ((c0 + c4) << FRACTION) + half;
  const difference = ((c0 - c4) << FRACTION) + half;
  const e0 = sum + low;
  const e1 = difference + high;
  const e2 = difference - high;
  const e3 = sum - low;
  // The odd ones.
  const shared = (c1 + c3 + c5 + c7) * 9633;
  const s17 = (c1 + c7) * -7373;
  const s35 = (c3 + c5) * -20995;
  const s37 = (c3 + c7) * -16069 + shared;
  const s15 = (c1 + c5) * -3196 + shared;
  const o0 = c1 * 12299 + s17 + s15;
  const o1 = c3 * 25172 + s35 + s37;
  const o2 = c5 * 16819 + s35 + s15;
  const o3 = c7 * 2446 + s17 + s37;
  work[at] = (e0 + o0) >> shift;
  work[at + step] = (e1 + o1) >> shift;
  work[at + 2 * step] = (e2 + o2) >> shift;
  work[at + 3 * step] = (e3 + o3) >> shift;
  work[at + 4 * step] = (e3 - o3) >> shift;
  work[at + 5 * step] = (e2 - o2) >> shift;
  work[at + 6 * step] = (e1 - o1) >> shift;
  work[at + 7 * step] = (e0 - o0) >> shift;
}
