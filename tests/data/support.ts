import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

/** The real data sets stand beside the repository; see CONTRIBUTING.md. */
export const dataDir = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Tests that need a folder of real data; skipped, saying so, where it is absent. */
export function describeWithData(folder: string, tests: () => void): void {
  const present = existsSync(`${dataDir}${folder}`);
  const title = `real files of ${folder}`;
  describe.skipIf(!present)(
    present ? title : `${title} (skipped: ../shared/data/${folder} is absent)`,
    tests,
  );
}

export function readData(path: string): Uint8Array {
  return readFileSync(`${dataDir}${path}`);
}
