import { describe, shorten } from '../describe.js';
import { FormatError, InitError, OutOfMemoryError } from '../errors.js';

/** Characters of JSON, and values, that are read and written. */
export const MAX_JSON = 2 ** 24;
const MAX_VALUES = 2 ** 16;

/**
 * JSON of a file that may hold anything. Its length, values and nesting are limited before it is parsed: engines take
 * gigabytes and minutes for a million brackets or names, or run out of stack.
 * @param place begins error messages
 * @throws FormatError
 */
export function parseJson(
  place: string,
  text: string,
  maxDepth: number,
  maxValues = MAX_VALUES,
): unknown {
  checkSize(place, text, maxDepth, maxValues);
  return inFile(`${place}: not JSON`, () => JSON.parse(text) as unknown);
}

/** Makes any error of `body` a FormatError that names the place; only those of memory and `init` stay as they are. */
export function inFile<T>(place: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    const isOurs = cause instanceof FormatError || cause instanceof OutOfMemoryError;
    if (isOurs || cause instanceof InitError) throw cause;
    throw new FormatError(`${shorten(place)}: ${(cause as Error).message}`, { cause });
  }
}

/** A name in a file, as an error message shows it: as it is where it is short and plain. */
export function plain(name: unknown): string {
  return typeof name === 'string' && /^[\w./-]{1,80}$/.test(name) ? name : describe(name);
}

/** An object that is no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** @throws FormatError for JSON that `parseJson` refuses for its size */
export function checkSize(
  place: string,
  text: string,
  maxDepth: number,
  maxValues = MAX_VALUES,
): void {
  if (text.length > MAX_JSON) {
    throw new FormatError(`${place}: expected at most ${MAX_JSON} characters, got ${text.length}`);
  }
  let depth = 0;
  let values = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // With this bit `[` is `{` and `]` is `}`.
    const bracket = code | 0x20;
    if (code === 0x22) isQuoted = !isQuoted;
    else if (isQuoted) i += code === 0x5c ? 1 : 0;
    else if (bracket === 0x7d) depth--;
    else if (bracket === 0x7b) depth++;
    else if (code === 0x2c) values++;
    if (depth > maxDepth || values > maxValues) {
      throw new FormatError(
        `${place}: expected at most ${maxValues} values, ${maxDepth} objects and arrays inside one another, ` +
          `got more at character ${i}`,
      );
    }
  }
}
