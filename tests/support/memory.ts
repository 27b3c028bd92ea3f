import { expect } from 'vitest';
import { runtime } from '../../src/runtime/runtime.js';

/** What is allocated now. */
export function memoryInUse(): { bytes: number; blocks: number } {
  const { bytesInUse, blocksInUse } = runtime().heap;
  return { bytes: bytesInUse, blocks: blocksInUse };
}

/** Expects that `body` leaves as much memory allocated as it found. */
export function expectNothingLeft(body: () => void): void {
  const before = memoryInUse();
  body();
  expect(memoryInUse()).toEqual(before);
}

/** Expects that `body` throws exactly this (class and message), and that it leaves nothing allocated. */
export function expectError(
  body: () => unknown,
  kind: new (message: string) => Error,
  message: string,
): void {
  expectNothingLeft(() => {
    let error: unknown = 'nothing was thrown';
    try {
      body();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toBe(message);
    expect((error as Error).constructor.name).toBe(kind.name);
  });
}
