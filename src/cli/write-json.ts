import { stat, writeFile } from 'node:fs/promises';
import { writeFileAtomically } from '../node/index.js';
import { readingInput } from './errors.js';

/** Writes JSON to a file, or to the standard output for `-`. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (path === '-') {
    process.stdout.write(text);
    return;
  }
  await readingInput(`--json ${path}`, async () => {
    const entry = await stat(path).catch(() => undefined);
    // A pipe or a device is written to; only a file may be replaced by another.
    if (entry && !entry.isFile()) await writeFile(path, text);
    else await writeFileAtomically(path, text);
  });
}
