// Typed arrays with the same bytes are equal: vitest, which would compare keys, is asked only about others.
import { expect } from 'vitest';

const bytesOf = (array: ArrayBufferView) =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function haveSameBytes(a: unknown, b: unknown): true | undefined {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b)) return undefined;
  const isSame = a.constructor === b.constructor && Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
  return isSame || undefined;
}

expect.addEqualityTesters([haveSameBytes]);
