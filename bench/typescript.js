// Lets a process import TypeScript: `node --import ./bench/typescript.js`. The code is what the package ships, where tsx
// keeps the names of functions by a call for each closure, which costs LeNet a sixth of its latency.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transform } from 'esbuild';

// The hooks below run in a thread of their own, from this same module.
if (isMainThread) register(import.meta.url);

/** A module that is imported as .js may be a .ts file. */
export async function resolve(specifier, context, nextResolve) {
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !specifier.endsWith('.js')) throw error;
    return nextResolve(specifier.replace(/\.js$/, '.ts'), context);
  }
}

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const sourcefile = fileURLToPath(url);
  const source = await readFile(sourcefile, 'utf8');
  const options = { target: 'es2022', supported: { 'import-attributes': true } };
  const { code } = await transform(source, { loader: 'ts', sourcefile, ...options });
  return { format: 'module', source: code, shortCircuit: true };
}
