import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The file of one of the scripts in fixtures/bars-data.ts. */
export function script(name: string): Promise<URL> {
  return bundled('bars-data', name);
}

/** The file of fixtures/model-worker.ts. */
export function modelScript(): Promise<URL> {
  return bundled('model-worker', 'script');
}

/** The file of fixtures/own-model.ts: a script with classes of its own. */
export function ownScript(): Promise<URL> {
  return bundled('own-model', 'script');
}

async function bundled(fixture: string, name: string): Promise<URL> {
  const outfile = `build/tests/${fixture}-${name}.mjs`;
  await build({
    entryPoints: [`tests/worker/fixtures/${fixture}.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    define: { SCRIPT: JSON.stringify(name) },
    external: ['node:*'],
    // The package's scripts are said to have no effects.
    ignoreAnnotations: true,
    logLevel: 'warning',
  });
  return pathToFileURL(outfile);
}
