import { afterEach, beforeEach, expect } from 'vitest';
import { runtime } from '../../src/runtime/runtime.js';

/** Each test of the file has to free all tensors that it makes. */
export function expectAllFreed(): void {
  let blocksBefore: number;
  beforeEach(() => (blocksBefore = runtime().heap.blocksInUse));
  afterEach(() =>
    expect(runtime().heap.blocksInUse, 'tensors that were not freed').toBe(blocksBefore),
  );
}
