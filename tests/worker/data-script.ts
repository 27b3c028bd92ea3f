import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The file of one of the scripts in fixtures/bars-data.ts. */
export async function script(name: string): Promise<URL> {
  const outfile = `build/tests/bars-data-${name}.mjs`;
  await build({
    entryPoints: ['tests/worker/fixtures/bars-data.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    define: { SCRIPT: JSON.stringify(name) },
    logLevel: 'warning',
  });
  return pathToFileURL(outfile);
}
