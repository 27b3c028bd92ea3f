/** max|actual − expected|; Infinity where the lengths differ, NaN where a value is NaN. */
export function maxAbsError(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(actual[i]! - expected[i]!));
  }
  return largest;
}

/** `maxAbsError` as a share of max|expected|. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  const error = maxAbsError(actual, expected);
  return error === 0
    ? 0
    : error / expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}
