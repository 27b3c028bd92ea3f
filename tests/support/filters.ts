import { F23, F43, F45 } from '../../src/ops/conv/winograd-filter.js';

/** Winograd's filters with the largest error as a share of the largest output; docs/accuracy.md has what is usual, 1x1 pictures are worst. */
export const WINOGRAD_FILTERS = [
  { name: 'F(2x2,3x3)', filter: F23, relative: 2e-6 },
  { name: 'F(4x4,3x3)', filter: F43, relative: 5e-6 },
  { name: 'F(4x4,5x5)', filter: F45, relative: 6e-5 },
] as const;
