/** max|actual − expected| / max|expected|; Infinity where the lengths differ, NaN where a value is NaN. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Infinity;
  let largest = 0;
  let largestError = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    largestError = Math.max(largestError, Math.abs(actual[i]! - expected[i]!));
  }
  return largestError === 0 ? 0 : largestError / largest;
}
