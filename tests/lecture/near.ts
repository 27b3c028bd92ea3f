import type { Cell } from '../../examples/lecture/chapter.js';
import { expectClose } from '../support/compare.js';

/** Close to what was worked out to six decimals. */
export function expectNear(
  actual: readonly Cell[],
  expected: readonly number[],
  label: string,
): void {
  expectClose(actual.map(Number), expected, { relative: 0, absolute: 1e-6, label });
}
