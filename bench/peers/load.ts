// Imports the packages of this folder's package.json. The project does not install them, so they have no types: each
// adapter describes the part that it uses.

import { existsSync } from 'node:fs';

const MODULES = new URL('./node_modules/', import.meta.url);

/** The module `specifier`, its default export where it is CommonJS. */
export async function loadPeer<T>(specifier: string): Promise<T> {
  const module = (await import(specifier)) as T & { default?: T };
  return module.default ?? module;
}

export function isInstalled(name: string): boolean {
  return existsSync(new URL(`${name}/package.json`, MODULES));
}

/** A file of an installed package. */
export function fileOf(name: string, path: string): URL {
  return new URL(`${name}/${path}`, MODULES);
}
