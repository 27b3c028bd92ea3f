import { FormatError } from '../errors.js';

const MARKUP = /^\s*<(!doctype|html|head|\?xml|error)/i;
const PEEK = 256;

/**
 * Throws a FormatError for the two things that stand in place of a data file most often: nothing,
 * and a page of HTML or XML.
 */
export function rejectNonData(format: string, file: string, data: Uint8Array | string): void {
  if (data.length === 0)
    throw new FormatError(`${format}: ${file}: expected data, got an empty file`);
  const start =
    typeof data === 'string' ? data.slice(0, PEEK) : String.fromCharCode(...data.subarray(0, PEEK));
  if (MARKUP.test(start)) {
    throw new FormatError(
      `${format}: ${file}: expected data, got HTML: the file starts with ` +
        `${JSON.stringify(start.trim().slice(0, 30))}, probably an error page from a server`,
    );
  }
}
