import { readFile } from 'node:fs/promises';
import { InputError, readingInput, shown } from './errors.js';

/** Many times what the largest sets of classes need. */
const MAX_BYTES = 2 ** 24;

/**
 * The names of classes in a file: one a line, or as JSON a list of names, also under `labels`, as Teachable Machine
 * writes them.
 * @throws InputError
 */
export async function readLabels(file: string): Promise<readonly string[]> {
  const bytes = await readingInput(`--labels ${file}`, () => readFile(file));
  if (bytes.length > MAX_BYTES) {
    throw new InputError(
      `--labels ${file}: expected at most ${MAX_BYTES} bytes, got ${bytes.length}`,
    );
  }
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  if (/^\s*[[{]/.test(text)) return fromJson(file, text);
  return text.trimEnd() === '' ? [] : text.trimEnd().split(/\r?\n/);
}

function fromJson(file: string, text: string): readonly string[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new InputError(`--labels ${file}: expected JSON, got text that is none`, { cause });
  }
  const labels = Array.isArray(json) ? json : (json as { labels?: unknown }).labels;
  if (Array.isArray(labels) && labels.every((label) => typeof label === 'string')) return labels;
  throw new InputError(`--labels ${file}: expected a list of names, got ${shown(labels)}`);
}
