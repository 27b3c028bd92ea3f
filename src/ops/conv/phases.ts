/** One axis of the input gradient: its positions begin, begin + stride …, which all meet the same taps. */
export interface Phase {
  readonly begin: number;
  readonly count: number;
  /** Number of taps, the last of them, and the distance between them. */
  readonly taps: number;
  readonly lastTap: number;
  readonly tapStep: number;
  /** The convolution of dy with the taps from the last to the first. */
  readonly dilation: number;
  readonly pad: number;
}

/** Positions that are computed together where the kernel is far longer than dy. */
const PIECE = 256;

/**
 * The phases of an axis that meet a tap: position i meets output o = (i + pad - tap · dilation) / stride where that
 * is whole, and one of the `outputs`.
 */
export function phasesOf(
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  pad: number,
  outputs: number,
): Phase[] {
  const tapsOf = new Map<number, number[]>();
  for (let tap = 0; tap < kernel; tap++) {
    const begin = (((tap * dilation - pad) % stride) + stride) % stride;
    if (begin >= size) continue;
    const taps = tapsOf.get(begin);
    if (taps) taps.push(tap);
    else tapsOf.set(begin, [tap]);
  }
  const phases = [...tapsOf].map(([begin, taps]): Phase => {
    const lastTap = taps.at(-1)!;
    const tapStep = taps.length > 1 ? taps[1]! - taps[0]! : 1;
    return {
      begin,
      count: Math.ceil((size - begin) / stride),
      taps: taps.length,
      lastTap,
      tapStep,
      dilation: taps.length > 1 ? (tapStep * dilation) / stride : 1,
      pad: (lastTap * dilation - begin - pad) / stride,
    };
  });
  return phases.flatMap((phase) => piecesOf(phase, stride, outputs));
}

/** A phase in pieces, each with the taps that meet dy from there: of a long kernel the others meet nothing but padding. */
function piecesOf(phase: Phase, stride: number, outputs: number): Phase[] {
  const length = Math.max(PIECE, outputs);
  const { dilation, pad } = phase;
  if (phase.taps * dilation <= 4 * length) return [phase];
  const pieces: Phase[] = [];
  for (let start = 0; start < phase.count; start += length) {
    const count = Math.min(length, phase.count - start);
    const first = Math.max(0, Math.ceil((pad - start - count + 1) / dilation));
    const end = Math.min(phase.taps, Math.floor((outputs - 1 + pad - start) / dilation) + 1);
    if (end <= first) continue;
    pieces.push({
      ...phase,
      begin: phase.begin + start * stride,
      count,
      taps: end - first,
      lastTap: phase.lastTap - first * phase.tapStep,
      pad: pad - start - first * dilation,
    });
  }
  return pieces;
}
