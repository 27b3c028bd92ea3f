import { expect } from 'vitest';

export interface Tolerance {
  /** Largest error, as a share of the largest finite magnitude in `expected`. */
  readonly relative: number;
  /** Error that is always allowed; 0 by default. */
  readonly absolute?: number;
  /** What is compared; opens the message. */
  readonly label: string;
}

/**
 * Expects every element of `actual` within `relative · max|expected| + absolute` of `expected`. NaN
 * equals NaN only, and an infinity equals itself only.
 */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative, absolute = 0, label }: Tolerance,
): void {
  expect(actual.length, `${label}: length`).toBe(expected.length);
  const allowed = relative * largestMagnitude(expected) + absolute;
  for (let i = 0; i < expected.length; i++) {
    const got = actual[i]!;
    const want = expected[i]!;
    if (Object.is(got, want)) continue;
    const error = Math.abs(got - want);
    // Not `error > allowed`: a NaN or infinite error must fail.
    if (Number.isFinite(error) && error <= allowed) continue;
    expect.fail(
      `${label}: [${i}]: expected ${want}, got ${got}, error ${error}, allowed ${allowed}`,
    );
  }
}

function largestMagnitude(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]!);
    if (Number.isFinite(magnitude)) largest = Math.max(largest, magnitude);
  }
  return largest;
}
