import { describe } from '../describe.js';
import { ThreadError } from '../errors.js';

/** How deep in a message the value at fault is looked for. */
const MAX_DEPTH = 4;

/**
 * The error for a message that could not be sent.
 * @param moves whether buffers were to be moved
 * @returns a TypeError that names what cannot be cloned, or moved; a ThreadError where the worker takes no messages
 */
export function unsendable(op: string, payload: unknown, moves: boolean, cause: unknown): Error {
  const fault = findFault('', payload, 0);
  if (fault !== undefined) {
    return new TypeError(`${op}: ${fault}`, { cause });
  }
  const reason = describe((cause as Error | undefined)?.message);
  return moves
    ? new TypeError(`${op}: transfer: expected memory that can be moved: ${reason}`, { cause })
    : new ThreadError(`${op}: the worker takes no messages: ${reason}`, { cause });
}

/** Where in the value is what cannot be cloned, and what it is. */
function findFault(path: string, value: unknown, depth: number): string | undefined {
  if (canBeCloned(value)) return undefined;
  if (typeof value === 'object' && value !== null && depth < MAX_DEPTH) {
    for (const [name, inner] of Object.entries(value)) {
      const fault = findFault(path === '' ? name : `${path}.${name}`, inner, depth + 1);
      if (fault !== undefined) return fault;
    }
  }
  return `${path}: expected plain data, which can be sent to a worker, got ${describe(value)}`;
}

function canBeCloned(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
