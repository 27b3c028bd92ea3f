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

/**
 * The phases of an axis that meet a tap: position i meets output o = (i + pad - tap · dilation) / stride where that
 * is whole.
 */
export function phasesOf(
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  pad: number,
): Phase[] {
  const tapsOf = new Map<number, number[]>();
  for (let tap = 0; tap < kernel; tap++) {
    const begin = (((tap * dilation - pad) % stride) + stride) % stride;
    if (begin < size) tapsOf.set(begin, [...(tapsOf.get(begin) ?? []), tap]);
  }
  return [...tapsOf].map(([begin, taps]) => {
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
}
