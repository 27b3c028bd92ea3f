import { stat, writeFile } from 'node:fs/promises';
import { writeFileAtomically } from '../node/index.js';
import { readingInput } from './errors.js';
import { printableJson } from './terminal.js';

/** Writes JSON to a file, or to the standard output for `-`. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const text = formatJson(value);
  if (path === '-') {
    process.stdout.write(printableJson(text));
    return;
  }
  await readingInput(`--json ${path}`, async () => {
    const entry = await stat(path).catch(() => undefined);
    // A pipe or a device is written to; only a file may be replaced by another.
    if (entry && !entry.isFile()) await writeFile(path, text);
    else await writeFileAtomically(path, text);
  });
}

/** @throws Error for numbers that JSON does not have, and would write as null: no reader expects that */
export function formatJson(value: unknown): string {
  const text = JSON.stringify(
    value,
    (key, item: unknown) => {
      if (typeof item !== 'number' || Number.isFinite(item)) return item;
      throw new Error(`${key}: expected a finite number to write as JSON, got ${item}`);
    },
    2,
  );
  return `${text}\n`;
}
