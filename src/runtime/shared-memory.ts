import { InitError } from '../errors.js';

const IMPORT_SECTION = 2;
const HEADER_BYTES = 8;
/** Import kinds, in the order of their numbers. */
const MEMORY = 2;
/** Flags of a memory's limits. */
const HAS_MAXIMUM = 1;
const SHARED = 2;

/**
 * The same wasm module with the memory that it imports declared as shared: kernels need nothing else to run in several
 * threads. What is declared is one flag (WebAssembly core specification 3.0, binary format: limits).
 * @throws InitError where the module imports no memory with a maximum before anything but functions
 */
export function withSharedMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const result = bytes.slice();
  result[findMemoryFlags(bytes)]! |= SHARED;
  return result;
}

/** Where the flags of the imported memory's limits are. */
function findMemoryFlags(bytes: Uint8Array): number {
  let at = HEADER_BYTES;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const skip = (count: number) => (at += count);
  while (at < bytes.length) {
    const section = number();
    const size = number();
    if (section !== IMPORT_SECTION) {
      skip(size);
      continue;
    }
    for (let imports = number(); imports > 0; imports--) {
      skip(number());
      skip(number());
      const kind = number();
      if (kind === MEMORY && bytes[at] === HAS_MAXIMUM) return at;
      if (kind !== 0) break;
      number();
    }
    break;
  }
  throw new InitError('init: source: expected a module that imports a memory with a maximum');
}
