import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Builds the script of a worker thread. @returns where it is */
export async function buildPoolWorker(): Promise<URL> {
  const outfile = 'build/pool-worker.js';
  await build({
    entryPoints: ['src/runtime/pool-worker.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return pathToFileURL(outfile);
}
