import { exp } from '../../math.js';

/** What is kept of boxes that overlap. */
export interface SuppressionOptions {
  /** The most boxes that are kept. */
  readonly maxOutputSize: number;
  /** A box that shares more than this of the area of both with a better one is dropped. */
  readonly iouThreshold: number;
  /** Boxes that score no more than this are dropped. */
  readonly scoreThreshold: number;
  /** Boxes are [x, y, width, height] about their middle. Default: [y, x, y, x] of two corners. */
  readonly isCentered?: boolean;
  /** Above 0 the scores of boxes that overlap are lowered instead (Bodla et al. 2017). Default 0. */
  readonly softNmsSigma?: number;
}

interface Candidate {
  readonly index: number;
  score: number;
  /** How many of the kept boxes its score has been lowered for. */
  seen: number;
}

/**
 * Non-maximum suppression: the best box, then the best of those that do not overlap it, and so on; of equal scores the
 * first. On the host: how many are kept depends on the values.
 * @param boxes four numbers each
 * @param scores one for each box
 * @returns the boxes that are kept, the best first, with their scores, lowered where they are
 */
export function nonMaxSuppression(
  boxes: ArrayLike<number>,
  scores: ArrayLike<number>,
  options: SuppressionOptions,
): { indices: number[]; scores: number[] } {
  const { maxOutputSize, iouThreshold, scoreThreshold, isCentered = false } = options;
  const { softNmsSigma = 0 } = options;
  const decay = softNmsSigma > 0 ? -0.5 / softNmsSigma : 0;
  const corners = (index: number) => cornersOf(boxes, 4 * index, isCentered);
  const left = Array.from(scores, (score, index): Candidate => ({ index, score, seen: 0 }))
    .filter(({ score }) => score > scoreThreshold)
    .sort((a, b) => a.score - b.score || b.index - a.index);
  const kept: Candidate[] = [];
  while (left.length > 0 && kept.length < maxOutputSize) {
    const candidate = left.pop()!;
    const { score, index } = candidate;
    for (let i = kept.length - 1; i >= candidate.seen && candidate.score > scoreThreshold; i--) {
      const overlap = overlapOf(corners(index), corners(kept[i]!.index));
      const isHeavy = overlap > iouThreshold;
      if (decay === 0) candidate.score = isHeavy ? -Infinity : candidate.score;
      else candidate.score *= isHeavy ? 0 : exp(decay * overlap * overlap);
    }
    candidate.seen = kept.length;
    if (candidate.score === score) kept.push(candidate);
    else if (candidate.score > scoreThreshold) insert(left, candidate);
  }
  return { indices: kept.map(({ index }) => index), scores: kept.map(({ score }) => score) };
}

/** Puts it back in its place: worse ones are before it, of equal ones those behind it in the file. */
function insert(left: Candidate[], candidate: Candidate): void {
  let place = left.length;
  while (place > 0 && isBetter(left[place - 1]!, candidate)) place--;
  left.splice(place, 0, candidate);
}

const isBetter = (a: Candidate, b: Candidate) =>
  a.score > b.score || (a.score === b.score && a.index < b.index);

type Corners = readonly [y0: number, x0: number, y1: number, x1: number];

function cornersOf(boxes: ArrayLike<number>, at: number, isCentered: boolean): Corners {
  const [a, b, c, d] = [boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!];
  if (isCentered) return [b - d / 2, a - c / 2, b + d / 2, a + c / 2];
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

/** The area that two boxes share, as a part of the area of both; 0 where one has none. */
function overlapOf(a: Corners, b: Corners): number {
  const areas = [a, b].map(([y0, x0, y1, x1]) => (y1 - y0) * (x1 - x0)) as [number, number];
  if (areas[0] <= 0 || areas[1] <= 0) return 0;
  const height = Math.max(Math.min(a[2], b[2]) - Math.max(a[0], b[0]), 0);
  const width = Math.max(Math.min(a[3], b[3]) - Math.max(a[1], b[1]), 0);
  return (height * width) / (areas[0] + areas[1] - height * width);
}
