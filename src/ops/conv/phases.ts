/** One axis of the input gradient: its positions begin, begin + step …, which all meet the same taps, or none. */
export interface Phase {
  readonly begin: number;
  readonly count: number;
  readonly step: number;
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
 * The phases of an axis: position i meets output o = (i + pad - tap · dilation) / stride where that
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
      step: stride,
      taps: taps.length,
      lastTap,
      tapStep,
      dilation: taps.length > 1 ? (tapStep * dilation) / stride : 1,
      pad: (lastTap * dilation - begin - pad) / stride,
    };
  });
  for (let begin = 0; begin < Math.min(size, stride); begin++) {
    if (tapsOf.has(begin)) continue;
    phases.push(withoutTaps(begin, Math.ceil((size - begin) / stride), stride));
  }
  return phases.flatMap((phase) => piecesOf(phase, outputs));
}

/** Positions that meet no tap. */
export function withoutTaps(begin: number, count: number, step: number): Phase {
  return { begin, count, step, taps: 0, lastTap: 0, tapStep: 1, dilation: 1, pad: 0 };
}

/** A phase in pieces, each with the taps that meet dy from there: of a long kernel the others meet nothing but padding. */
function piecesOf(phase: Phase, outputs: number): Phase[] {
  const length = Math.max(PIECE, outputs);
  const { dilation, pad, step } = phase;
  if (phase.taps * dilation <= 4 * length) return [phase];
  const pieces: Phase[] = [];
  for (let start = 0; start < phase.count; start += length) {
    const count = Math.min(length, phase.count - start);
    const first = Math.max(0, Math.ceil((pad - start - count + 1) / dilation));
    const end = Math.min(phase.taps, Math.floor((outputs - 1 + pad - start) / dilation) + 1);
    const begin = phase.begin + start * step;
    if (end <= first) {
      pieces.push(withoutTaps(begin, count, step));
      continue;
    }
    pieces.push({
      ...phase,
      begin,
      count,
      taps: end - first,
      lastTap: phase.lastTap - first * phase.tapStep,
      pad: pad - start - first * dilation,
    });
  }
  return pieces;
}
