import { rename } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const SCRIPT = 'build/pool-worker.js';

/** Builds the script of a worker thread; whole at any time, whichever test runs beside. @returns where it is */
export async function buildPoolWorker(): Promise<URL> {
  const outfile = `${SCRIPT}.${process.pid}`;
  await build({
    entryPoints: ['src/runtime/pool-worker.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  await rename(outfile, SCRIPT);
  return pathToFileURL(SCRIPT);
}
